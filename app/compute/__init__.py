"""The one place with caches, and the one door to JAX.

Arguments are records, names and numbers; results are host arrays. Every cache is bounded, so that no number of
students with no number of settings can fill the memory.
"""

from app.compute.maps import (
    BASIN_STEPS,
    DIVERGED,
    MOST_MINIMA,
    WALKING,
    Basins,
    MapAxes,
    basins,
    predicted_rates,
    rates,
)
from app.compute.pages import VIEWING, payload, poster, recording, scene
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
from app.compute.walks import WARMUP, Job, Walks, contraction, scheduler, walks

# For those who want to know how full they are.
CACHES = {"scenes": scene, "recordings": recording, "terrains": terrain, "drawn": drawn, "posters": poster}

__all__ = [
    "BASIN_STEPS",
    "CACHES",
    "DIVERGED",
    "MOST_MINIMA",
    "VIEWING",
    "WALKING",
    "WARMUP",
    "Basins",
    "Drawn",
    "Job",
    "MapAxes",
    "Numbers",
    "Terrain",
    "View",
    "Walks",
    "basins",
    "contraction",
    "critical_point",
    "curvatures",
    "drawn",
    "landscape",
    "payload",
    "poster",
    "predicted_rates",
    "rates",
    "recording",
    "scene",
    "scheduler",
    "taylor",
    "terrain",
    "values",
    "walks",
]
