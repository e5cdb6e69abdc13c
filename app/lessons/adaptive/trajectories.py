"""Walks of methods with a rate for each dimension: settings, and what is computed and told of them on a surface."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

import optimizers
from app import compute
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.adaptive import adam_counterexample, rotation_invariance, step_length
from app.settings.validators import COMMAS
from app.stage import Standings
from app.trajectories import standings as outcomes
from app.trajectories.record import finished
from app.trajectories.settings import MOST_STEPS, SOME, SURFACE, TrajectorySettings

DECAY = 0.1
NOTE = (
    "Whatever the surface, the first step is one under a constant gradient, and its length is known; on a straight "
    "slope all others are too (dotted). A method that treats all directions alike walks the turned ravine as it "
    "walked the straight one; one with a rate for each axis does not."
)


class AdaptiveSettings(TrajectorySettings):
    """A walk on a surface, or on the loss that changes every round."""

    usual: ClassVar[Mapping[str, float]] = {
        "bowl.condition": 30.0,
        "bowl.learning_rate": 0.05,
        "adamw.weight_decay": DECAY,
        "adam_l2.weight_decay": DECAY,
    }

    surface: Annotated[str, SURFACE] = "bowl"
    optimizers: Annotated[tuple[str, ...], COMMAS, SOME] = ("gradient_descent", "adagrad", "rmsprop", "adam")
    problem: Literal["surface", "rounds"] = "surface"
    steps: int = Field(default=150, ge=1, le=MOST_STEPS)

    def default(self, optimizer: str, hyper: str) -> float:
        """The default of a hyperparameter; on the changing loss the paper's."""
        paper = adam_counterexample.settings(optimizer) if self.problem == "rounds" else {}
        return float(paper[hyper] if hyper in paper else super().default(optimizer, hyper))

    @property
    def start(self) -> tuple[float, float]:
        """Where the walk begins; a start that nobody moved turns with the surface."""
        x, y = super().start
        if self.x is not None or self.y is not None or not rotation_invariance.turns(self):
            return x, y
        angle = np.deg2rad(dict(self.params)["rotation"])
        return float(np.cos(angle) * x - np.sin(angle) * y), float(np.sin(angle) * x + np.cos(angle) * y)


def record(e: Any) -> dict[str, np.ndarray]:
    """Run every optimizer on the surface: what ``finished``, ``verdicts``, ``slope`` and ``shape`` return."""
    jobs = [compute.RunSpec(name, e.hypers(name)) for name in e.optimizers]
    extras = ("gradient", "update")
    walks = compute.run_optimizers(
        jobs, e.surface, e.params, e.start, e.steps, noise=e.noise, seed=e.seed, extras=extras
    )
    arrays = finished(e, walks)
    arrays |= step_length.arrays(e, arrays.pop("gradient"), arrays.pop("update"))
    return arrays | outcomes.verdicts(e, arrays) | rotation_invariance.arrays(e, arrays)


def standings(e: Any, arrays: Arrays) -> Standings:
    return outcomes.standings(e, arrays)


def comparisons(e: Any, arrays: Arrays) -> tuple[Comparison, ...]:
    """Lengths of steps, decay without a gradient, and what a turn of the ravine costs."""
    return (
        *step_length.comparisons(e, arrays),
        *step_length.idle_comparisons(e, arrays),
        *rotation_invariance.comparisons(e, arrays),
    )


def formula(e: Any) -> tuple[Formula, ...]:
    """The rule of the focused method."""
    return (Formula.of(optimizers.get(e.focused), e.hypers(e.focused)),)
