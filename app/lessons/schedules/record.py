"""Both runs computed: their walks, what their schedules did, and the loss that is to be expected of them."""

from typing import Any

import numpy as np

from app import compute
from app.lessons.schedules import breast_cancer, schedule_effects
from app.lessons.schedules.settings import PLACES
from app.trajectories.record import finished

HEAVY_BALLS = ("gradient_descent", "momentum")  # the methods whose expected loss has a closed form here
FAR = 100.0  # weights as large as this count as diverged


def record(e: Any) -> dict[str, np.ndarray]:
    """Run both schedules.

    Returns:
        position [runs, steps + 1, 2]; loss above the minimum and expected, NaN without a closed form
        [runs, steps + 1]; learning_rate, momentum, bad and patience [runs, steps], NaN where there is none; length
        [runs].
    """
    arrays, seen = _on_surface(e) if e.problem == "surface" else _on_tumours(e)
    done = [_followed(e, place, losses) for place, losses in zip(PLACES, seen, strict=True)]
    bad = np.stack([each.bad for each in done])
    patience = np.array([[e.numbers(place).get("patience", np.nan)] for place in PLACES], np.float32)
    arrays |= {"momentum": np.stack([each.momentum for each in done]), "bad": bad}
    arrays["patience"] = np.where(np.isnan(bad), np.float32(np.nan), patience)
    return arrays | {"expected": _expected(e, arrays)}


def _on_surface(e: Any) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The recording of the walks, and the losses that their schedules saw."""
    jobs = list(e.jobs.values())
    extras = ("learning_rate",)
    walks = compute.run_optimizers(
        jobs, e.surface, e.params, e.start, e.steps, noise=e.noise, seed=e.seed, extras=extras
    )
    return finished(e, walks), walks.value[:, :-1]


def _on_tumours(e: Any) -> tuple[dict[str, np.ndarray], np.ndarray]:
    walks = breast_cancer.descents(list(e.jobs.values()), e.start, e.batch, e.seed, e.steps)
    inside = np.logical_and.accumulate((np.abs(walks.position) < FAR).all(-1), axis=1)
    arrays = {"position": walks.position, "loss": walks.excess}
    cut = {
        name: np.where(inside.reshape(inside.shape + (1,) * (array.ndim - 2)), array, np.float32(np.nan))
        for name, array in arrays.items()
    }
    return cut | {"learning_rate": walks.learning_rate, "length": inside.sum(axis=1).astype(np.int32)}, walks.seen


def _followed(e: Any, place: str, seen: np.ndarray) -> schedule_effects.Followed:
    name, numbers = e.jobs[place].schedule
    return schedule_effects.followed(name, e.hypers(e.method), numbers, seen)


def _expected(e: Any, arrays: dict[str, np.ndarray]) -> np.ndarray:
    """Expected loss [runs, steps + 1] over all draws of the noise, on a quadratic."""
    nothing = np.full_like(arrays["loss"], np.nan)
    minima = compute.terrain(e.surface, e.params).minima
    if e.problem != "surface" or e.method not in HEAVY_BALLS or len(minima) != 1:
        return nothing
    bottom, start = (compute.taylor(e.surface, e.params, point) for point in (minima[0].position, e.start))
    if not np.allclose(bottom.hessian, start.hessian, rtol=1e-9):
        return nothing
    curvatures, axes = np.linalg.eigh(np.asarray(bottom.hessian))
    offsets = axes.T @ np.subtract(e.start, minima[0].position)
    momenta = arrays["momentum"] if e.method == "momentum" else np.zeros_like(arrays["momentum"])
    found = schedule_effects.expected_loss(arrays["learning_rate"], momenta, curvatures, offsets, e.noise)
    # The rate of a schedule that reacts depends on the draws that the expectation is over.
    reacts = ~np.isnan(arrays["bad"]).all(axis=1)
    return np.where(reacts[:, None], np.float32(np.nan), found)
