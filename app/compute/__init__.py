"""What several lessons compute with JAX; arguments are records, names and numbers, results are host arrays.

Every cache is bounded, so that no number of students with no number of settings can fill the memory.
"""

from app.compute.linear_models import PENALTIES, PenaltyPaths, fits, penalty_paths
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
from app.compute.mean_field import Signals, histogram_edges, signals
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
from app.compute.trajectories import (
    WARMUP,
    RunSpec,
    Trajectories,
    contraction,
    rotated_losses,
    run_optimizers,
    scheduler,
)

__all__ = [
    "BASIN_STEPS",
    "DIVERGED",
    "MOST_MINIMA",
    "PENALTIES",
    "WALKING",
    "WARMUP",
    "Basins",
    "Drawn",
    "MapAxes",
    "Numbers",
    "PenaltyPaths",
    "RunSpec",
    "Sight",
    "Signals",
    "Terrain",
    "Trained",
    "Trajectories",
    "Trial",
    "View",
    "basins",
    "contraction",
    "critical_points",
    "curvatures",
    "dataset",
    "drawn",
    "filled",
    "fits",
    "histogram_edges",
    "landscape",
    "penalty_paths",
    "predicted_rates",
    "rates",
    "rotated_losses",
    "run_optimizers",
    "scheduler",
    "signals",
    "splits",
    "taylor",
    "terrain",
    "trained",
    "values",
]
