"""Runs computed: every optimizer's path and what is plotted along it, as host arrays led by the axis of the runs."""

from typing import NamedTuple

import numpy as np

from app import compute
from app.trajectories.settings import TrajectorySettings

# Beyond these a run counts as diverged. The first is far outside any map, the second close to where float32 overflows.
FARTHEST = 100.0  # edges of the map from its centre
HIGHEST = 1e30


LIMITS = (
    "the loss is no longer a finite number",
    f"the loss passed {HIGHEST:.0e}",
    "the position is no longer a finite number",
    f"the position is more than {FARTHEST:.0f} map widths away",
)


class Ends(NamedTuple):
    """Where each run leaves the realm of finite, drawable numbers, and which quantity crossed which limit; int32."""

    length: np.ndarray  # [runs] points before it
    crossed: np.ndarray  # [runs] place in LIMITS, -1 for a run that did not diverge


def record(e: TrajectorySettings) -> dict[str, np.ndarray]:
    """Run every chosen optimizer.

    Returns:
        position [runs, steps + 1, 2]; loss (above the lowest known value), height (as drawn) [runs, steps + 1];
        gradient_norm [runs, steps], effective_rate [runs, steps, 2], length [runs] and crossed [runs] (``Ends``).
        Numbers at and after the step of divergence are NaN.
    """
    runs = [compute.RunSpec(name, e.hypers(name)) for name in e.optimizers]
    found = compute.run_optimizers(runs, e.surface, e.params, e.start, e.steps, noise=e.noise, seed=e.seed)
    return finished(e, found)


def finished(e: TrajectorySettings, found: compute.Trajectories) -> dict[str, np.ndarray]:
    """Runs as a recording holds them, with the extras under their names; see ``record``."""
    ground = compute.terrain(e.surface, e.params)
    position, value = found.position, found.value
    length, crossed = ends(position, value, e)
    arrays = {
        "position": position,
        "loss": np.maximum(value - np.float32(ground.base), 0.0),
        "height": compute.drawn(e.surface, e.params, e.view).height(value),
        "gradient_norm": found.gradient_norm,
        "effective_rate": found.effective_rate,
        **found.extras,
    }
    return {name: _cut(array, length) for name, array in arrays.items()} | {"length": length, "crossed": crossed}


def ends(position: np.ndarray, value: np.ndarray, e: TrajectorySettings) -> Ends:
    """Find the first point of each run [runs, points, 2] that counts as diverged."""
    (west, east), (south, north) = e.landscape.domain
    edge = max(east - west, north - south)
    distance = np.abs(position - np.array([(west + east) / 2, (south + north) / 2], np.float32)).max(axis=-1)
    tests = np.stack([~np.isfinite(value), value > HIGHEST, ~np.isfinite(distance), distance > FARTHEST * edge])
    whole = value.shape[1]
    first = np.where(tests.any(axis=-1), tests.argmax(axis=-1), whole).astype(np.int32)  # [limits, runs]
    length = first.min(axis=0)
    return Ends(length, np.where(length == whole, -1, first.argmin(axis=0)).astype(np.int32))


def _cut(array: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Blank what follows the end of each run."""
    steps = np.arange(array.shape[1])
    over = steps[None, :] >= length[:, None]
    return np.where(over.reshape(over.shape + (1,) * (array.ndim - 2)), np.float32(np.nan), array).astype(np.float32)
