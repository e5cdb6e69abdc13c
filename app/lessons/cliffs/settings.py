"""Settings of the lesson on cliffs: one optimizer, and the threshold of both rules that clip its gradients."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import landscapes
from app import compute
from app.settings.controls import Control
from app.settings.fields import Declared, field, slider, titles
from app.settings.validators import one_of
from app.trajectories import TrajectorySettings
from app.trajectories.settings import one_method, surface_choice

TITLES = {"none": "Not clipped", "norm": "Clipped by norm", "value": "Clipped by value"}
NAMES = tuple(TITLES)
CLIFFS = tuple(name for name in landscapes.names() if landscapes.get(name).terrain == "cliff")


class ClippedSettings(TrajectorySettings):
    """``optimizers`` is one; ``focus`` is one of the three runs."""

    usual: ClassVar[Mapping[str, float]] = {"cliff.learning_rate": 0.3}

    surface: str = surface_choice("cliff")
    optimizers: tuple[str, ...] = one_method("gradient_descent", resets=("playhead",))
    threshold: float = slider(1.0, 1e-3, 1e3, label="Threshold", symbol="c", log=True, group="Clipping", rank=-1)
    focus: str | None = field(Declared(label="Run in focus", scene=True), None, one_of("run", NAMES))

    def controls(self) -> tuple[Control, ...]:
        """The surfaces are cliffs, and any other one that a link asked for; a formula is typed."""
        other = () if self.surface in CLIFFS or self.surface.startswith("=") else (self.surface,)
        (surface,) = self.widgets("surface")
        listed = replace(surface, options=titles(landscapes, (*CLIFFS, *other)))
        return (listed, *self.widgets("steps", "optimizers"), self.drawing())

    @property
    def focused(self) -> str:
        """The optimizer whose numbers are shown."""
        return self.optimizers[0]

    @property
    def specs(self) -> dict[str, compute.RunSpec]:
        """The runs by their names."""
        hypers, c = self.hypers(self.focused), self.threshold
        clips = {"none": None, "norm": ("norm", {"max_norm": c}), "value": ("value", {"clip_value": c})}
        return {name: compute.RunSpec(self.focused, hypers, clip=clip) for name, clip in clips.items()}
