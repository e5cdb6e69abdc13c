"""Coverage-guided fuzzing of uploaded tables: whatever the file holds, nothing but a Table or a TableError comes out.

    python -m tests.fuzz.table -max_total_time=60

Bytes become a file in two ways: as they are, and as rows of likely cells. All options are libFuzzer's.
"""

import sys

import atheris

with atheris.instrument_imports(include=["training_lab.datasets", "app.jobs.uploaded_tables"]):
    import numpy as np

    from app.jobs import uploaded_tables

CELLS = ("0", "1", "2", "-1", "0.5", "1e308", "nan", "inf", "", " ", "x", "yes", "no", '"', '"a,b"', "1_000", "é", "\t")
ENDS = (",", ",", ",", "\n", "\n", ";", "\r\n", ",\n")
LONGEST = 4_000


def content(data: bytes) -> bytes:
    """A file, or what looks like one."""
    provider = atheris.FuzzedDataProvider(data)
    if provider.ConsumeBool():
        return provider.ConsumeBytes(LONGEST)
    places = provider.ConsumeBytes(LONGEST)
    return "".join(CELLS[at % len(CELLS)] + ENDS[at // len(CELLS) % len(ENDS)] for at in places).encode()


def check(data: bytes) -> None:
    try:
        table = uploaded_tables.read(content(data))
    except uploaded_tables.TableError:
        return
    x, y = np.asarray(table.dataset.x), np.asarray(table.dataset.y)
    assert np.isfinite(x).all()
    assert len(x) == len(y) <= uploaded_tables.MOST_ROWS


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
