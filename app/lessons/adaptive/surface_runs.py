"""Runs on a surface: effective learning rates as bars, as ellipses and as curves, and the lengths of steps."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

import optimizers
from app import compute
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.adaptive import rotation_invariance, step_length
from app.lessons.adaptive.settings import AdaptiveSettings
from app.stage import Panel, Run, Standings
from app.trajectories import code, scene
from app.trajectories import standings as results
from app.trajectories.record import finished

UNIT = "step"  # of the timeline
NOTE = (
    "Whatever the surface, the first step is one under a constant gradient, and its length is known; on a straight "
    "slope all others are too (dotted). A method that treats all directions alike walks the turned ravine as it "
    "walked the straight one; one with a rate for each axis does not."
)


def record(e: AdaptiveSettings) -> dict[str, np.ndarray]:
    """Run every optimizer on the surface.

    Returns:
        what ``finished``, ``verdicts``, ``step_length.arrays`` and ``rotation_invariance.arrays`` return.
    """
    specs = [compute.RunSpec(name, e.hypers(name)) for name in e.optimizers]
    extras = ("gradient", "update")
    found = compute.run_optimizers(
        specs, e.surface, e.params, e.start, e.steps, noise=e.noise, seed=e.seed, extras=extras
    )
    arrays = finished(e, found)
    arrays |= step_length.arrays(e, arrays.pop("gradient"), arrays.pop("update"))
    return arrays | results.verdicts(e, arrays) | rotation_invariance.arrays(e, arrays)


def runs(e: AdaptiveSettings) -> tuple[Run, ...]:
    return scene.runs(e)


def panels(e: AdaptiveSettings) -> tuple[Panel, ...]:
    """The map with ellipses, and what is measured along the runs."""
    return (
        replace(scene.contour(e), markers=rotation_invariance.MARKERS),
        rotation_invariance.bars(),
        rotation_invariance.panel() if e.rotates else scene.relief(e),
        scene.loss(e, overlay=None),
        step_length.panel(),
        scene.effective_rate(e),
    )


def scene_arrays() -> dict[str, np.ndarray]:
    """angle [ANGLES] in degrees, of the surface in the panel of angles."""
    return {"angle": rotation_invariance.angles()}


def standings(e: AdaptiveSettings, arrays: Arrays) -> Standings:
    return results.standings(e, arrays)


def comparisons(e: AdaptiveSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Lengths of steps, decay without a gradient, and what a turn of the ravine costs."""
    return (
        *step_length.comparisons(e, arrays),
        *step_length.idle_comparisons(e, arrays),
        *rotation_invariance.comparisons(e, arrays),
    )


def formula(e: AdaptiveSettings) -> tuple[Formula, ...]:
    """The rule of the focused method."""
    return (Formula.of(optimizers.get(e.focused), e.hypers(e.focused)),)


def caption(e: AdaptiveSettings, arrays: Arrays) -> str:
    return rotation_invariance.caption(e, arrays)


def programs(e: AdaptiveSettings) -> dict[str, Callable[[], str]]:
    return code.programs(e)
