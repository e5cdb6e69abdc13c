"""The one place with caches, and the one door to JAX.

Arguments are records, names and numbers; results are host arrays. Every cache is bounded, so that no number of
students with no number of settings can fill the memory.
"""

from app.compute.linear import fits
from app.compute.maps import BASIN_STEPS, DIVERGED, MOST_MINIMA, WALKING, Basins, basins
from app.compute.pages import VIEWING, Unfinished, payload, poster, recording, recordings, scene
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
from app.compute.training import Trained, Trial, dataset, filled, splits, trained
from app.compute.walks import Job, Walks, contraction, walks
from app.compute.work import Progress, Task, ask, drop, known, quick, result

# For those who want to know how full they are.
CACHES = {"scenes": scene, "recordings": recordings, "terrains": terrain, "drawn": drawn, "posters": poster}

__all__ = [
    "BASIN_STEPS",
    "CACHES",
    "DIVERGED",
    "MOST_MINIMA",
    "VIEWING",
    "WALKING",
    "Basins",
    "Drawn",
    "Job",
    "Numbers",
    "Progress",
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
    "fits",
    "known",
    "landscape",
    "payload",
    "poster",
    "quick",
    "recording",
    "result",
    "scene",
    "splits",
    "taylor",
    "terrain",
    "trained",
    "values",
    "walks",
]
