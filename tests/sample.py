"""Which tests ``make test`` runs: of the longest files a sample that is another one at each commit.

Each of these files asks the same of many: every optimizer, every preset, every network. What a run leaves out the next
commits ask; ``make exhaustive``, and pytest without ``BEYOND_SAMPLE=1``, ask everything at once.
"""

import os
import subprocess
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import pytest

SAMPLED = os.environ.get("BEYOND_SAMPLE") == "1"
# One in so many is asked in a run, by the first of these that the file's path begins with.
ONE_IN: Mapping[str, int] = {
    "tests/app/contract/test_random_settings.py": 4,
    "tests/app/lessons/test_lessons.py": 10,
    "tests/app/lessons/": 4,
    "tests/app/jobs/test_at_once.py": 3,
    "tests/app/jobs/test_uploaded_tables.py": 2,
    "tests/app/jobs/test_workers.py": 3,
    "tests/app/operations/test_error_boundary.py": 4,
    "tests/app/state/": 3,
    "tests/app/test_faults.py": 2,
    "tests/app/training/": 2,
    "tests/app/trajectories/test_every_surface.py": 8,
    "tests/app/trajectories/": 4,
    "tests/browser/lessons/": 6,
    "tests/browser/test_supervised.py": 3,
    "tests/browser/": 5,
    "tests/landscapes/test_formula.py": 2,
    "tests/landscapes/test_surfaces.py": 6,
    "tests/landscapes/": 2,
    "tests/optimizers/": 4,
    "tests/scaffold/": 3,
    "tests/training_lab/test_datasets.py": 1,
    "tests/training_lab/": 4,
}


@cache
def moving() -> int:
    """A number that is another one at each commit, or each day where there is no repository."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout, 16)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return date.today().toordinal()


def asked(items: Sequence[pytest.Item], root: Path, first: int) -> list[pytest.Item]:
    """Those that belong to a sample: of each place one in so many, counted on from ``first``.

    So each place is asked something, and with as many different ``first`` in a row, everything.
    """
    ranks: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def belongs(item: pytest.Item) -> bool:
        place, one_in = _place(item.path.relative_to(root).as_posix())
        rank = ranks[place].setdefault(_shared(item), len(ranks[place]))
        return (rank + first) % one_in == 0

    return [item for item in items if belongs(item)]


def _place(path: str) -> tuple[str, int]:
    return next(((place, one_in) for place, one_in in ONE_IN.items() if path.startswith(place)), ("", 1))


def _shared(item: pytest.Item) -> str:
    """What tests have in common that are asked together: the preset whose recording they look at, else nothing."""
    callspec = getattr(item, "callspec", None)
    loaded = callspec is not None and "loaded" in getattr(item, "fixturenames", ())
    return str(callspec.id) if loaded and callspec else item.nodeid
