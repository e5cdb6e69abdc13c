"""Steps under a constant gradient: the closed forms, and the first step, which no method can tell from such a one."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import optimizers
from app import compute, figures
from app.contract.lesson import Arrays, Comparison
from app.lessons.adaptive.settings import AdaptiveSettings
from app.stage import CurvesPanel
from optimizers import theory

Hypers = Mapping[str, float]

# Length of step t (from 1) under a constant gradient of size g, by method; numbers and arrays alike.
LENGTHS: dict[str, Callable[[Hypers, Any, Any], Any]] = {
    "gradient_descent": lambda h, g, t: h["learning_rate"] * g,
    "momentum": lambda h, g, t: theory.momentum_step(h["learning_rate"], g, h["momentum"], t),
    "nesterov": lambda h, g, t: theory.nesterov_step(h["learning_rate"], g, h["momentum"], t),
    "adagrad": lambda h, g, t: theory.adagrad_step(h["learning_rate"], t),
    "rmsprop": lambda h, g, t: theory.rmsprop_step(h["learning_rate"], h["decay"], t),
    "adam": lambda h, g, t: theory.adam_step(h["learning_rate"]),
    "uncorrected_adam": lambda h, g, t: theory.uncorrected_adam_step(h["learning_rate"], h["b1"], h["b2"], t),
    "amsgrad": lambda h, g, t: theory.adam_step(h["learning_rate"]),
    "adamax": lambda h, g, t: theory.adam_step(h["learning_rate"]),
    "sign_descent": lambda h, g, t: theory.adam_step(h["learning_rate"]),
}


def predicted(e: AdaptiveSettings, name: str, gradient: np.ndarray, t: np.ndarray) -> np.ndarray | None:
    """Length of the steps t under a constant gradient [2]; None for a method without a closed form here."""
    if name not in LENGTHS:
        return None
    sides = [np.where(g, LENGTHS[name](e.hypers(name), abs(float(g)), t), 0.0) for g in gradient]
    return np.broadcast_to(np.hypot(*sides), t.shape)


def arrays(e: AdaptiveSettings, gradient: np.ndarray, update: np.ndarray) -> dict[str, np.ndarray]:
    """How long the steps were, and should have been.

    Returns:
        step_length and predicted_length [runs, steps], the latter where every gradient of a run is the same;
        first_length [runs], predicted for the first step of any run. NaN without a closed form.
    """
    lengths, first = np.full(update.shape[:2], np.nan, np.float32), np.full(len(update), np.nan, np.float32)
    t = np.arange(1.0, update.shape[1] + 1)
    for run, name in enumerate(e.optimizers):
        line = predicted(e, name, gradient[run, 0], t)
        if line is None:
            continue
        first[run] = line[0]
        if np.ptp(gradient[run], axis=0).max() == 0:
            lengths[run] = line
    with np.errstate(over="ignore"):
        measured = np.linalg.norm(update, axis=-1)
    return {"step_length": measured, "predicted_length": lengths, "first_length": first}


def panel() -> CurvesPanel:
    """The length of each step, with its closed form on a straight slope."""
    return CurvesPanel(
        id="length",
        title="Length of a step",
        figure=figures.curves(log=True),
        curves="step_length",
        overlay="predicted_length",
        log=True,
        floor=1e-9,
    )


def comparisons(e: AdaptiveSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """The first step, and on a straight slope the last one too."""
    rows = []
    columns = (arrays[name] for name in ("step_length", "predicted_length", "first_length"))
    for name, measured, line, first in zip(e.optimizers, *columns, strict=True):
        title = optimizers.get(name).title
        if np.isfinite(first):
            rows.append(Comparison(f"{title}: length of the first step", f"{first:.4g}", f"{measured[0]:.4g}"))
        if np.isfinite(line[-1]):
            rows.append(Comparison(f"{title}: of step {len(line)}", f"{line[-1]:.4g}", f"{measured[-1]:.4g}"))
    return tuple(rows)


def idle(e: AdaptiveSettings, name: str) -> float:
    """What decoupled decay leaves of a weight that no gradient moves."""
    hypers = e.hypers(name)
    return float(np.asarray(theory.decoupled_decay(hypers["learning_rate"], hypers["weight_decay"], e.steps)))


def idle_comparisons(e: AdaptiveSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Decoupled decay, where the surface does not depend on one of the coordinates."""
    model = compute.taylor(e.surface, e.params, e.start)
    axes = [axis for axis in (0, 1) if model.gradient[axis] == 0 and not np.any(model.hessian[axis]) and e.start[axis]]
    return tuple(
        Comparison(
            f"AdamW: share of {'xy'[axis]} left after {e.steps} steps without a gradient",
            f"{idle(e, 'adamw'):.4f}",
            f"{arrays['position'][e.optimizers.index('adamw'), -1, axis] / e.start[axis]:.4f}",
        )
        for axis in axes
        if "adamw" in e.optimizers
    )


def as_predicted(arrays: Arrays, runs: slice = slice(None)) -> bool:
    """Whether all steps of some runs were as long as a constant gradient makes them."""
    return bool(np.allclose(arrays["step_length"][runs], arrays["predicted_length"][runs], rtol=2e-3))
