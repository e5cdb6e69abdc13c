"""A rolling ball: the runs of all forms of momentum, their energy, and what a step is made of."""

import numpy as np

import optimizers
from app import compute, figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.momentum.settings import BallSettings
from app.stage import Arrows, CurvesPanel, Marker
from app.stage.theme import PALETTE
from app.trajectories import theory
from app.trajectories.record import finished
from app.trajectories.standings import verdicts

MARKERS: tuple[Marker, ...] = (
    Arrows(array="carried", label="carried on", width=3.0),
    Arrows(array="pull", label="−η × gradient", color=PALETTE[4], width=3.0),
)


def record(e: BallSettings) -> dict[str, np.ndarray]:
    """Run every chosen form.

    Returns:
        what ``finished`` and ``verdicts`` return, and: predicted [runs, steps + 1]; energy [runs, steps]; step_length
        [runs, steps]; carried, pull [1, steps + 1, 4], the two parts of the focused run's next step, head to tail.
    """
    specs, extras = list(e.specs.values()), ("gradient", "update", "learning_rate")
    found = compute.run_optimizers(
        specs, e.surface, e.params, e.start, e.steps, noise=e.noise, seed=e.seed, extras=extras
    )
    arrays = finished(e, found)
    arrays |= verdicts(e, arrays)
    arrays["predicted"] = theory.overlay(e.late(), arrays)
    gradient, update = arrays.pop("gradient"), arrays.pop("update")
    rate = arrays.pop("learning_rate")[..., None]
    with np.errstate(over="ignore", invalid="ignore"):
        arrays["energy"] = energy(arrays["loss"], gradient, update, rate)
        arrays["step_length"] = np.linalg.norm(update, axis=-1)
    run = e.optimizers.index(e.focused)
    return arrays | _parts(arrays["position"][run], -rate[run] * gradient[run], update[run])


def energy(loss: np.ndarray, gradient: np.ndarray, update: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Height half way through each step plus the energy of the motion, [runs, steps].

    With d the step, it is L + g.d / 2 + |d|² / (2 η). A heavy ball without friction keeps it exactly on any quadratic;
    gradient descent, which has no motion of its own, has d = -η g, and it is the loss.
    """
    height = loss[:, :-1] + 0.5 * (gradient * update).sum(-1)
    whole: np.ndarray = height + 0.5 * (update**2).sum(-1) / rate[..., 0]
    return whole.astype(np.float32)


def _parts(position: np.ndarray, pull: np.ndarray, update: np.ndarray) -> dict[str, np.ndarray]:
    """Arrows of what is carried on from the step before, and from its tip of what the gradient adds."""
    carried, last = update - pull, np.full((1, 4), np.nan, np.float32)
    first = np.concatenate([position[:-1], carried], axis=-1)
    second = np.concatenate([position[:-1] + carried, pull], axis=-1)
    return {"carried": np.concatenate([first, last])[None], "pull": np.concatenate([second, last])[None]}


def panels() -> tuple[CurvesPanel, ...]:
    """What the motion does to energy and steps."""
    axes = figures.curves(log=True)
    return (
        CurvesPanel(id="energy", title="Energy: height and motion", figure=axes, curves="energy", log=True, floor=1e-9),
        CurvesPanel(id="length", title="Length of a step", figure=axes, curves="step_length", log=True, floor=1e-9),
    )


def comparisons(e: BallSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Stability and factor per step, and what a heavy ball without friction does with its energy."""
    rows = theory.comparisons(e.late(), arrays)
    if e.momentum < 1 or "momentum" not in e.optimizers or e.drop < 1:
        return rows
    kept = arrays["energy"][e.optimizers.index("momentum")]
    if not kept[0] > 0:
        return rows
    drift = float(np.nanmax(np.abs(kept / kept[0] - 1)))
    return (Comparison("Momentum: change of its energy without friction", "0 on a quadratic", f"{drift:.1e}"), *rows)


NOTES = {
    "momentum": "The form of PyTorch and of most libraries: the learning rate multiplies the whole velocity.",
    "slides_momentum": "The form of the lecture, $\\gamma$ for $\\mu$: the learning rate is inside. While $\\eta$ is "
    "constant both are one walk. When it changes they part: here the gradients of the past keep the rate they came "
    "with. (The slide titled *momentum* takes its gradient at $\\theta - \\gamma v$: that is Nesterov's method.)",
}


def formulas(e: BallSettings) -> tuple[Formula, ...]:
    """The chosen forms; where momentum is, the lecture's form stands beside it."""
    shown = [name for name in e.optimizers if "momentum" in optimizers.get(name).hypers] or ["momentum"]
    if "momentum" in shown and "slides_momentum" not in shown:
        shown.insert(shown.index("momentum") + 1, "slides_momentum")
    return tuple(_formula(e, optimizers.get(name)) for name in shown)


def _formula(e: BallSettings, method: optimizers.Optimizer) -> Formula:
    note = NOTES.get(method.name, method.summary)
    return Formula(method.title, method.formula(), method.formula(e.hypers(method.name)), note)
