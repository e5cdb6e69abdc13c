"""Pictures computed before anybody asks: ``python -m app.lessons.reality.prepared`` writes them, the lesson reads them.

So the first picture and most presets are there at once; whatever else is chosen is trained and evaluated by the same
code.
"""

from pathlib import Path

import numpy as np

from app import jobs
from app.lessons.reality import loss_slices
from app.lessons.reality.loss_slices import Rescaled, Sliced
from app.lessons.reality.settings import RealitySettings
from app.lessons.reality.views import VIEWS

FILE = Path(__file__).with_name("prepared.npz")
SETTINGS: tuple[dict[str, str], ...] = (
    {},
    {"depth": "8"},
    {"depth": "8", "skips": "true"},
    {"depth": "8", "norm": "batch"},
    {"width": "64"},
    {"show": "planes"},
    {"show": "rescaling"},
)
TASKS = tuple(task for query in SETTINGS for task in VIEWS.work(RealitySettings.parse(query)))


def keep() -> None:
    """Hand the results to the queue, as if they had been computed there."""
    with np.load(FILE) as arrays:
        for place, task in enumerate(TASKS):
            kind = Rescaled if isinstance(task, loss_slices.Rescaling) else Sliced
            jobs.keep(task, kind(**{name: arrays[f"{place}.{name}"] for name in kind._fields}))


def write() -> None:
    """Compute them all."""
    results = [jobs.result(task)._asdict() for task in TASKS]
    arrays = {f"{place}.{name}": array for place, found in enumerate(results) for name, array in found.items()}
    np.savez_compressed(FILE, **arrays)


if __name__ == "__main__":
    write()
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB")
