"""The way out of the saddle nearest to the start: where it leads, and how strongly the surface curves down along it."""

from typing import NamedTuple

import numpy as np

import landscapes
from app import compute
from app.trajectories import TrajectorySettings

AWAY = 0.05  # of the map's edge: from here on the surface need not look like its quadratic any more


class Way(NamedTuple):
    """The way out of a saddle."""

    saddle: landscapes.CriticalPoint
    down: np.ndarray  # unit vector [2]
    curvature: float  # along it, positive: how strongly the surface curves down
    start: float  # distance of the run's start from the saddle along it
    goal: float  # distance at which a run counts as away


def way_out(e: TrajectorySettings) -> Way | None:
    """The way out of the saddle nearest to the start; None on a surface without one."""
    saddles = [point for point in compute.terrain(e.surface, e.params).points if point.kind == "saddle"]
    if not saddles:
        return None
    start = np.asarray(e.start)
    saddle = min(saddles, key=lambda point: float(np.hypot(*(start - point.position))))
    curvatures, axes = np.linalg.eigh(compute.taylor(e.surface, e.params, saddle.position).hessian)
    goal = AWAY * max(high - low for low, high in e.landscape.domain)
    offset = abs(float((start - saddle.position) @ axes[:, 0]))
    return Way(saddle, axes[:, 0], -float(curvatures[0]), offset, goal)
