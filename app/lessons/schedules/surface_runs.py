"""Both schedules on a surface with noise on every gradient; on a quadratic their expected loss is known."""

from collections.abc import Callable

import numpy as np

from app import compute
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.schedules import code, explanations, results, scene, schedule_effects
from app.lessons.schedules.record import followed
from app.lessons.schedules.settings import ScheduleSettings
from app.stage import Panel, Run, Standings
from app.trajectories.record import LIMITS, finished
from app.trajectories.scene import contour

HEAVY_BALLS = ("gradient_descent", "momentum")  # the methods whose expected loss has a closed form here
SEEDS = 32
NOTE = (
    "On a quadratic with noise on every gradient the second moment of position and velocity obeys a linear recursion, "
    "whatever the learning rates of the steps are: the dotted lines are what it says of the loss, over all draws of "
    f"the noise. Measured is the mean of {SEEDS} draws. A constant rate levels off in a noise ball; only a rate that "
    "goes to zero gets out of it, and it must not go there before the way is done."
)


def record(e: ScheduleSettings) -> dict[str, np.ndarray]:
    """Run both schedules.

    Returns:
        what ``finished`` of trajectories and ``followed`` return, and: learning_rate [runs, steps]; expected
        [runs, steps + 1], the expected loss above the minimum, NaN without a closed form.
    """
    found = _runs(e, e.seed)
    arrays = followed(e, finished(e, found), found.value[:, :-1])
    return arrays | {"expected": _expected(e, arrays)}


def _runs(e: ScheduleSettings, seed: int) -> compute.Trajectories:
    specs, extras = list(e.specs.values()), ("learning_rate",)
    return compute.run_optimizers(specs, e.surface, e.params, e.start, e.steps, noise=e.noise, seed=seed, extras=extras)


def _expected(e: ScheduleSettings, arrays: Arrays) -> np.ndarray:
    """Expected loss [runs, steps + 1] over all draws of the noise, on a quadratic."""
    minima = compute.terrain(e.surface, e.params).minima
    if e.method not in HEAVY_BALLS or len(minima) != 1:
        return arrays["expected"]
    bottom, start = (compute.taylor(e.surface, e.params, point) for point in (minima[0].position, e.start))
    if not np.allclose(bottom.hessian, start.hessian, rtol=1e-9):
        return arrays["expected"]
    curvatures, axes = np.linalg.eigh(np.asarray(bottom.hessian))
    offsets = axes.T @ np.subtract(e.start, minima[0].position)
    momenta = arrays["momentum"] if e.method == "momentum" else np.zeros_like(arrays["momentum"])
    found = schedule_effects.expected_loss(arrays["learning_rate"], momenta, curvatures, offsets, e.noise)
    # The rate of a schedule that reacts depends on the draws that the expectation is over.
    reacts = ~np.isnan(arrays["bad"]).all(axis=1, keepdims=True)
    return np.where(reacts, np.float32(np.nan), found)


def runs(e: ScheduleSettings) -> tuple[Run, ...]:
    return scene.runs(e)


def panels(e: ScheduleSettings) -> tuple[Panel, ...]:
    return scene.panels(e, contour(e), "Loss above the minimum, dotted: expected")


def standings(e: ScheduleSettings, arrays: Arrays) -> Standings:
    return results.standings(e, arrays, [LIMITS[crossed] for crossed in arrays["crossed"]])


def comparisons(e: ScheduleSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Mean loss on the way down and in the end: expected, and over many draws of the noise."""
    predictable = ~np.isnan(arrays["expected"]).any(axis=1) & (arrays["length"] > e.steps)
    if not predictable.any():
        return ()
    draws = [_runs(e, e.seed + draw).value for draw in range(SEEDS)]
    measured = np.asarray(draws, np.float64).mean(axis=0) - compute.terrain(e.surface, e.params).base
    parts = {"the first tenth": slice(0, e.steps // 10 + 1), "the last quarter": slice(results.late(e), None)}
    return tuple(
        Comparison(
            f"{line.label}: mean loss over {words}",
            f"{arrays['expected'][run, part].mean():.3g}",
            f"{measured[run, part].mean():.3g}",
        )
        for run, line in enumerate(runs(e))
        if predictable[run]
        for words, part in parts.items()
    )


def formula(e: ScheduleSettings) -> tuple[Formula, ...]:
    return explanations.formula(e)


def caption(e: ScheduleSettings, arrays: Arrays) -> str:
    return explanations.caption(e, arrays)


def programs(e: ScheduleSettings) -> dict[str, Callable[[], str]]:
    return code.on_surface(e)
