"""The one place with caches, and the one door to JAX.

Arguments are records, names and numbers; results are host arrays. Every cache is bounded, so that no number of
students with no number of settings can fill the memory.
"""

from app.compute.maps import BASIN_STEPS, DIVERGED, MOST_MINIMA, WALKING, Basins, basins
from app.compute.pages import VIEWING, Unfinished, payload, poster, recording, scene
from app.compute.signals import Signals, histogram_edges, signals
from app.compute.terrain import (
    Drawn,
    Numbers,
    Terrain,
    View,
    critical_point,
    curvatures,
    drawn,
    landscape,
    taylor,
    terrain,
    values,
)
from app.compute.training import Sight, Trained, Trial, dataset, filled, splits, trained
from app.compute.walks import Job, Walks, contraction, walks
from app.compute.work import Progress, Task, ask, drop, known, quick, result

__all__ = [
    "BASIN_STEPS",
    "DIVERGED",
    "MOST_MINIMA",
    "VIEWING",
    "WALKING",
    "Basins",
    "Drawn",
    "Job",
    "Numbers",
    "Progress",
    "Sight",
    "Signals",
    "Task",
    "Terrain",
    "Trained",
    "Trial",
    "Unfinished",
    "View",
    "Walks",
    "ask",
    "basins",
    "contraction",
    "critical_point",
    "curvatures",
    "dataset",
    "drawn",
    "drop",
    "filled",
    "histogram_edges",
    "known",
    "landscape",
    "payload",
    "poster",
    "quick",
    "recording",
    "result",
    "scene",
    "signals",
    "splits",
    "taylor",
    "terrain",
    "trained",
    "values",
    "walks",
]
