"""Settings of the lesson on momentum: one learning rate and one momentum for all, and a rate that may drop once."""

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

import numpy as np

import optimizers
from app import compute
from app.settings.controls import Control
from app.settings.fields import Declared, field, run_length, several, slider, titles
from app.stage import Slider
from app.trajectories import TrajectorySettings
from app.trajectories.settings import MOST_STEPS, shared_rate, surface_choice

# Methods whose run on a quadratic has a closed form: gradient descent and all forms of momentum.
FAMILY = tuple(name for name in optimizers.names() if optimizers.get(name).rate is not None)


class BallSettings(TrajectorySettings):
    """``drop`` is the factor by which the learning rate falls at step ``drop_at``."""

    usual: ClassVar[Mapping[str, float]] = {"bowl.condition": 20.0, "bowl.learning_rate": 0.06}

    surface: str = surface_choice("bowl")
    optimizers: tuple[str, ...] = several(
        ("gradient_descent", "momentum", "nesterov"),
        titles(optimizers, FAMILY),
        label="Forms of momentum",
        kind="form of momentum",
        most=len(FAMILY),
        share=4,
    )
    shared: Literal[True] = field(Declared(label="One learning rate for all", scene=True), True)
    learning_rate: float | None = shared_rate("All of them", rank=-1)
    momentum: float = slider(0.6, 0, 1, label="Momentum", symbol="μ", group="All of them", rank=-1)
    drop: float = slider(
        1.0, 0.01, 1, label="Factor of the rate", symbol="f", log=True, group="A change of rate", rank=1
    )
    drop_at: int = slider(
        10, 1, MOST_STEPS, label="At step", symbol="T", integer=True, reach=(1, 100), group="A change of rate", rank=1
    )
    steps: int = run_length(80, MOST_STEPS, step=20)

    def controls(self) -> tuple[Control, ...]:
        return (*self.widgets("surface", "steps", "optimizers"), self.drawing())

    def has_slider(self, optimizer: str, hyper: str) -> bool:
        """None has: learning rate and momentum are those of all."""
        return False

    def sliders(self) -> tuple[Slider, ...]:
        """Without that of the noise, which only an address can set here."""
        return tuple(each for each in super().sliders() if each.name != "noise")

    @property
    def focused(self) -> str:
        """The method whose arrows and map are shown: the heavy ball until another one is chosen."""
        if self.focus not in self.optimizers and "momentum" in self.optimizers:
            return "momentum"
        return super().focused

    def hypers(self, optimizer: str) -> dict[str, float]:
        """The hyperparameters of one form."""
        known = super().hypers(optimizer)
        return known | ({"momentum": self.momentum} if "momentum" in known else {})

    @property
    def specs(self) -> dict[str, compute.RunSpec]:
        """The runs. Their learning rate drops once, at a step of its own."""
        drop = "multistep", {"milestones": np.array([float(self.drop_at)]), "gamma": self.drop}
        return {name: compute.RunSpec(name, self.hypers(name), drop) for name in self.optimizers}

    def late(self) -> Self:
        """The same with the learning rate that the end of the run has."""
        falls = self.drop if self.drop_at < self.steps else 1.0
        return self.model_copy(update={"learning_rate": self.common_rate * falls})
