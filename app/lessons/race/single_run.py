"""One run of each optimizer: the map, the loss with its predicted slope, gradients and effective learning rates."""

from collections.abc import Callable

import numpy as np

import optimizers
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.race.settings import RaceSettings
from app.stage import Panel, Run, Standings
from app.trajectories import code, scene, theory
from app.trajectories import standings as results


def record(e: RaceSettings) -> dict[str, np.ndarray]:
    """What ``theory.recording`` returns."""
    return theory.recording(e)


def runs(e: RaceSettings) -> tuple[Run, ...]:
    return scene.runs(e)


def panels(e: RaceSettings) -> tuple[Panel, ...]:
    return (scene.contour(e), scene.relief(e), scene.loss(e), scene.gradient_norm(e), scene.effective_rate(e))


def standings(e: RaceSettings, arrays: Arrays) -> Standings:
    return results.standings(e, arrays)


def comparisons(e: RaceSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    return theory.comparisons(e, arrays)


def formula(e: RaceSettings) -> tuple[Formula, ...]:
    """The rule of the focused optimizer, and the surface."""
    return (Formula.of(optimizers.get(e.focused), e.hypers(e.focused)), theory.ground(e))


def caption(e: RaceSettings, arrays: Arrays) -> str:
    """One run of each needs no words."""
    return ""


def programs(e: RaceSettings) -> dict[str, Callable[[], str]]:
    return code.programs(e)
