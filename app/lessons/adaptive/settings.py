"""Settings of the lesson on adaptive methods: which optimizers, on a surface or on a loss that changes every round."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from app.lessons.adaptive import online_counterexample
from app.settings.controls import Control
from app.settings.fields import choice, run_length
from app.trajectories import TrajectorySettings
from app.trajectories.settings import MOST_STEPS, methods, surface_choice

PROBLEMS = {"surface": "a surface", "rounds": "a loss that changes every round (Reddi)"}
DECAY = 0.1


class AdaptiveSettings(TrajectorySettings):
    """On the changing loss ``steps`` counts cycles, and the defaults of the optimizers' numbers are the paper's."""

    view_setting: ClassVar[str] = "problem"
    usual: ClassVar[Mapping[str, float]] = {
        "bowl.condition": 30.0,
        "bowl.learning_rate": 0.05,
        "adamw.weight_decay": DECAY,
        "adam_l2.weight_decay": DECAY,
    }

    surface: str = surface_choice("bowl")
    optimizers: tuple[str, ...] = methods(("gradient_descent", "adagrad", "rmsprop", "adam"))
    problem: str = choice(
        "surface", PROBLEMS, label="On", kind="problem", share=6, resets=("playhead", "*.learning_rate", "steps")
    )
    steps: int = run_length(150, MOST_STEPS)

    def controls(self) -> tuple[Control, ...]:
        surface, steps, chosen, problem = self.widgets("surface", "steps", "optimizers", "problem")
        if self.problem == "rounds":
            return (problem, replace(steps, label="Cycles", share=6), chosen)
        return (surface, steps, chosen, replace(problem, share=4), self.drawing())

    @property
    def on_surface(self) -> bool:
        return self.problem == "surface"

    def default(self, optimizer: str, hyper: str) -> float:
        """The default of a hyperparameter; on the changing loss the paper's."""
        paper = online_counterexample.paper(optimizer) if self.problem == "rounds" else {}
        return paper[hyper] if hyper in paper else super().default(optimizer, hyper)

    @property
    def rotates(self) -> bool:
        """Whether the surface can be turned."""
        return "rotation" in self.landscape.params

    @property
    def start(self) -> tuple[float, float]:
        """Where the runs begin; a start that nobody moved turns with the surface."""
        x, y = super().start
        if self.x is not None or self.y is not None or not self.rotates:
            return x, y
        angle = np.deg2rad(dict(self.params)["rotation"])
        return float(np.cos(angle) * x - np.sin(angle) * y), float(np.sin(angle) * x + np.cos(angle) * y)
