"""What is measured of a landscape: its slices and bowls, what kind of point a point is, and what beats guessing."""

import numpy as np

from app import jobs
from app.lessons.reality.loss_slices import Plane, Slice, Sliced
from app.lessons.reality.settings import PLANES, RealitySettings, trial

CHANCE = float(np.log(10))  # the loss of one who knows nothing of ten digits
CEILING = 5.0  # of the loss in pictures; what is higher is cut off
KINDS = ("like a minimum", "like a saddle", "neither, a slope")
MINIMUM, SADDLE, NEITHER = range(len(KINDS))
STEEP = 0.25  # share of the loss that the best step along the gradient gains where a slope is all there is to say
NEGATIVE = 0.01  # share of the largest eigenvalue from which on a negative one counts


def slices(e: RealitySettings) -> tuple[Slice, ...]:
    """The slice that is drawn; or those of all planes."""
    if e.show == "planes":
        return tuple(Slice(trial(e), Plane(e.directions, seed), e.side) for seed in range(PLANES))
    plane = Plane("path") if e.show == "path" else Plane(e.directions, e.plane)
    return (Slice(trial(e), plane, e.side),)


def sliced(e: RealitySettings) -> Sliced:
    """The slice of an experiment that shows one."""
    found: Sliced = jobs.result(slices(e)[0])
    return found


def bowl(found: Sliced) -> np.ndarray:
    """The quadratic of the centre on the points of a slice."""
    points = np.stack(np.meshgrid(found.xs, found.ys), axis=-1).reshape(-1, 2)
    return found.bowl(points).reshape(found.values.shape).astype(np.float32)


def kinds(loss: np.ndarray, gain: np.ndarray, largest: np.ndarray, smallest: np.ndarray) -> np.ndarray:
    """What points are, as places in KINDS, from what the gradient has to gain and the Hessian's extreme eigenvalues.

    Training never stands still, so this is about what a point is like: on a slope the best step along the gradient
    gains a good part of the loss; off it a saddle has a direction that curves down, and not just by rounding.
    """
    down = smallest < -NEGATIVE * np.abs(largest)
    return np.where(gain > STEEP * loss, NEITHER, np.where(down, SADDLE, MINIMUM)).astype(np.uint8)


def heights_at(found: Sliced, points: np.ndarray) -> np.ndarray:
    """Of a slice at points on it, between those of its grid."""
    place = (points - [found.xs[0], found.ys[0]]) / [np.ptp(found.xs), np.ptp(found.ys)] * (len(found.xs) - 1)
    low = np.clip(place.astype(int), 0, len(found.xs) - 2)
    u, v = (place - low).T
    (i, j), z = (low[:, 1], low[:, 0]), found.values
    rows = [(1 - u) * z[row, j] + u * z[row, j + 1] for row in (i, i + 1)]
    heights: np.ndarray = (1 - v) * rows[0] + v * rows[1]
    return heights.astype(np.float32)


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
