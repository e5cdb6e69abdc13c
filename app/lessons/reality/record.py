"""What is drawn of a landscape: cuts and bowls, the way on its plane, planes side by side, and rescaled networks."""

from typing import Any

import numpy as np

from app import compute, jobs
from app.lessons.reality import loss_slices
from app.lessons.reality.loss_slices import Plane, Rescaled, Sliced
from app.lessons.reality.settings import PLANES, RealitySettings, rescaling, trial
from app.lessons.reality.settings import slices as wanted
from app.stage import quantize

CHANCE = float(np.log(10))  # the loss of one who knows nothing of ten digits
CEILING = 5.0  # of the loss in pictures; what is higher is cut off
KINDS = ("like a minimum", "like a saddle", "neither, a slope")
MINIMUM, SADDLE, NEITHER = range(len(KINDS))
STEEP = 0.25  # share of the loss that the best step along the gradient gains where a slope is all there is to say
NEGATIVE = 0.01  # share of the largest eigenvalue from which on a negative one counts


def record(e: RealitySettings) -> dict[str, np.ndarray]:
    found = {"slice": _cut, "planes": _planes, "path": _path, "rescaling": _rescaling}[e.show](e)
    runs = {"slice": 2, "planes": PLANES, "path": 1, "rescaling": 2}[e.show]
    return found | {"length": np.full(runs, e.last_step + 1, np.int32)}


def sliced(e: RealitySettings) -> Sliced:
    """The slice of an experiment that shows one."""
    found: Sliced = jobs.result(wanted(e)[0])
    return found


def bowl(found: Sliced) -> np.ndarray:
    """The quadratic of the centre on the points of a slice."""
    points = np.stack(np.meshgrid(found.xs, found.ys), axis=-1).reshape(-1, 2)
    return found.bowl(points).reshape(found.values.shape).astype(np.float32)


def _cut(e: RealitySettings) -> dict[str, np.ndarray]:
    """A walk along the first direction, straight through the trained network, and over the bowl instead.

    Returns:
        cuts, crossing [2, n], the loss and the bowl along the first and the second direction, at along [n]; real, ideal
        [2, n, 2], the walk on the slice and on the bowl, NaN for the other run; heights [2, n]; drop [2, n, 2].
    """
    found = sliced(e)
    line = found.along[0]
    zero = np.zeros_like(line)
    first, second = np.stack([line, zero], axis=1), np.stack([zero, line], axis=1)
    nowhere = np.full_like(first, np.nan)
    cuts = np.stack([found.cuts[0], found.bowl(first)]).astype(np.float32)
    return {
        "along": line,
        "cuts": cuts,
        "crossing": np.stack([found.cuts[1], found.bowl(second)]).astype(np.float32),
        "real": np.stack([first, nowhere]),
        "ideal": np.stack([nowhere, first]),
        "heights": np.minimum(cuts, CEILING),
    }


def _planes(e: RealitySettings) -> dict[str, np.ndarray]:
    """tiles [planes, side, side] uint8, first row on top; cuts [planes, n] at along [n]."""
    found: list[Sliced] = [jobs.result(task) for task in wanted(e)]
    return {
        "tiles": np.stack([quantize(one.values[::-1], 0, CEILING) for one in found]),
        "cuts": np.stack([one.cuts[0] for one in found]),
        "along": found[0].along[0],
        "below": np.array([below_chance(one.values) for one in found], np.float32),
    }


def _path(e: RealitySettings) -> dict[str, np.ndarray]:
    """The way of training on the plane that is closest to it.

    Returns:
        position [1, frames, 2]; heights [1, frames], of the plane under it; loss, off (the share of the distance to the
        end that is not on the plane), random_off (the same for a random plane), largest, smallest [1, frames]; points
        [frames, 2] and kinds [frames], what each point is; at [frames].
    """
    run, way, found = compute.trained(trial(e))[0], loss_slices.path(trial(e)), sliced(e)
    position = way.coordinates.astype(np.float32)
    _, random_off = loss_slices.projected(trial(e), Plane(e.directions, e.plane))
    return {
        "position": position[None],
        "points": position,
        "heights": np.minimum(_heights(found, position), CEILING)[None],
        "loss": np.asarray(run["loss"], np.float32)[None],
        "off": way.error.astype(np.float32)[None],
        "random_off": random_off.astype(np.float32)[None],
        "largest": np.asarray(run["largest_eigenvalue"], np.float32)[None],
        "smallest": np.asarray(run["smallest_eigenvalue"], np.float32)[None],
        "kinds": kinds(run["loss"], run["gain"], run["largest_eigenvalue"], run["smallest_eigenvalue"]),
        "at": run.steps.astype(np.float32),
    }


def kinds(loss: Any, gain: Any, largest: Any, smallest: Any) -> np.ndarray:
    """What points are, as places in KINDS, from what the gradient has to gain and the Hessian's extreme eigenvalues.

    Training never stands still, so this is about what a point is like: on a slope the best step along the gradient
    gains a good part of the loss; off it a saddle has a direction that curves down, and not just by rounding.
    """
    down = smallest < -NEGATIVE * np.abs(largest)
    return np.where(gain > STEEP * loss, NEITHER, np.where(down, SADDLE, MINIMUM)).astype(np.uint8)


def _heights(found: Sliced, points: np.ndarray) -> np.ndarray:
    """Of a slice at points on it, between those of its grid."""
    place = (points - [found.xs[0], found.ys[0]]) / [np.ptp(found.xs), np.ptp(found.ys)] * (len(found.xs) - 1)
    low = np.clip(place.astype(int), 0, len(found.xs) - 2)
    u, v = (place - low).T
    (i, j), z = (low[:, 1], low[:, 0]), found.values
    rows = [(1 - u) * z[row, j] + u * z[row, j + 1] for row in (i, i + 1)]
    heights: np.ndarray = (1 - v) * rows[0] + v * rows[1]
    return heights.astype(np.float32)


def _rescaling(e: RealitySettings) -> dict[str, np.ndarray]:
    """Cuts of the trained network and of the rescaled one, for each factor.

    Returns:
        filter, raw [2, frames, n], at along [n]; norms [2, frames, layers], of the layers' weights.
    """
    found: Rescaled = jobs.result(rescaling(e))
    middle = len(loss_slices.FACTORS) // 2

    def beside(rows: np.ndarray) -> np.ndarray:
        return np.stack([np.broadcast_to(rows[middle], rows.shape), rows])

    return {
        "along": found.along,
        "filter": beside(found.filter),
        "raw": beside(found.raw),
        "norms": beside(found.norms),
    }


def below_chance(values: np.ndarray) -> float:
    """The share of a slice on which the network is better than one who knows nothing."""
    return float(np.mean(values < CHANCE))


def beaten(e: RealitySettings) -> float:
    """That share of the slice that is drawn."""
    return below_chance(sliced(e).values)


def bent(values: np.ndarray) -> float:
    """The share of a slice, up to the ceiling, that curves down along its first direction: no bowl does."""
    second = values[:, 2:] - 2 * values[:, 1:-1] + values[:, :-2]
    seen = values[:, 1:-1] < CEILING
    return float(np.mean(second[seen] < -1e-4 * CEILING)) if seen.any() else 0.0
