"""The one place with caches, and the one door to JAX.

Arguments are records, names and numbers; results are host arrays. Every cache is bounded, so that no number of
students with no number of settings can fill the memory.
"""

from app.compute import batches, crowds, programs, recurrences, tumours
from app.compute.linear import PENALTIES, PenaltyPaths, fits, penalty_paths
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
from app.compute.pages import VIEWING, Unfinished, drawn_poster, payload, poster, recording, recordings, scene
from app.compute.rounds import CYCLE, MISLED, misled
from app.compute.schedules import Followed, expected_loss, followed
from app.compute.signals import Signals, histogram_edges, signals
from app.compute.slices import Plane, Rescaled, Rescaling, Slice, Sliced, path, projected
from app.compute.terrain import (
    Drawn,
    Numbers,
    Terrain,
    View,
    critical_points,
    curvatures,
    drawn,
    landscape,
    taylor,
    terrain,
    values,
)
from app.compute.training import Sight, Trained, Trial, dataset, filled, splits, trained
from app.compute.walks import WARMUP, Job, Walks, contraction, scheduler, turned, walks
from app.compute.work import (
    Progress,
    Task,
    ask,
    compute_with,
    drop,
    idle,
    keep,
    known,
    queue,
    quick,
    result,
    stands_still,
)
from app.compute.workers import Workers

# For those who want to know how full they are.
CACHES = {"scenes": scene, "recordings": recordings, "terrains": terrain, "drawn": drawn, "posters": drawn_poster}

__all__ = [
    "BASIN_STEPS",
    "CACHES",
    "CYCLE",
    "DIVERGED",
    "MISLED",
    "MOST_MINIMA",
    "PENALTIES",
    "VIEWING",
    "WALKING",
    "WARMUP",
    "Basins",
    "Drawn",
    "Followed",
    "Job",
    "MapAxes",
    "Numbers",
    "PenaltyPaths",
    "Plane",
    "Progress",
    "Rescaled",
    "Rescaling",
    "Sight",
    "Signals",
    "Slice",
    "Sliced",
    "Task",
    "Terrain",
    "Trained",
    "Trial",
    "Unfinished",
    "View",
    "Walks",
    "Workers",
    "ask",
    "basins",
    "batches",
    "compute_with",
    "contraction",
    "critical_points",
    "crowds",
    "curvatures",
    "dataset",
    "drawn",
    "drop",
    "expected_loss",
    "filled",
    "fits",
    "followed",
    "histogram_edges",
    "idle",
    "keep",
    "known",
    "landscape",
    "misled",
    "path",
    "payload",
    "penalty_paths",
    "poster",
    "predicted_rates",
    "programs",
    "projected",
    "queue",
    "quick",
    "rates",
    "recording",
    "recordings",
    "recurrences",
    "result",
    "scene",
    "scheduler",
    "signals",
    "splits",
    "stands_still",
    "taylor",
    "terrain",
    "trained",
    "tumours",
    "turned",
    "values",
    "walks",
]
