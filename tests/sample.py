"""Which tests ``make test`` runs: of the longest files a sample that is another one at each commit.

Each of these files asks the same of many: every optimizer, every preset, every network. What a run leaves out the next
commits ask; ``make exhaustive``, and pytest without ``BEYOND_SAMPLE=1``, ask everything at once.
"""

import os
import subprocess
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from zlib import crc32

import pytest

SAMPLED = os.environ.get("BEYOND_SAMPLE") == "1"
# One in so many is asked in a run, by the end of the file's path, or of its folder's.
ONE_IN: Mapping[str, int] = {
    "tests/app/lessons/test_lessons.py": 3,
    "tests/optimizers/test_optax.py": 3,
    "tests/optimizers/test_properties.py": 4,
    "tests/optimizers/test_small_matrices.py": 4,
    "tests/training_lab/test_facts.py": 3,
    "tests/training_lab/test_hessian.py": 2,
    "tests/training_lab/test_layers.py": 3,
    "tests/training_lab/test_probes.py": 3,
    "tests/app/trajectories/test_every_surface.py": 6,
    "tests/browser/lessons": 3,
    "tests/browser/test_stage_access.py": 2,
    "tests/browser/test_stage_charts.py": 2,
    "tests/browser/test_stage_layout.py": 3,
    "tests/browser/test_stage_maps.py": 2,
    "tests/browser/test_stage_pictures.py": 2,
}


@cache
def moving() -> int:
    """A number that is another one at each commit, or each day where there is no repository."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout, 16)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return date.today().toordinal()


def asked(item: pytest.Item, root: Path) -> bool:
    """Whether a test belongs to this run's sample."""
    path = item.path.relative_to(root).as_posix()
    one_in = next((of for place, of in ONE_IN.items() if path.startswith(place)), 1)
    return not SAMPLED or one_in == 1 or (crc32(_shared(item).encode()) + moving()) % one_in == 0


def _shared(item: pytest.Item) -> str:
    """What tests have in common that are asked together: the preset whose recording they look at, else nothing."""
    callspec = getattr(item, "callspec", None)
    loaded = callspec is not None and "loaded" in getattr(item, "fixturenames", ())
    return str(callspec.id) if loaded and callspec else item.nodeid
