"""Settings of the race: which optimizers on which surface, and whether each runs once, often, or at its best rate."""

from typing import ClassVar, Self

from pydantic import model_validator

import optimizers
from app.settings.controls import Control
from app.settings.errors import setting_error
from app.settings.fields import choice
from app.stage import Slider
from app.trajectories import TrajectorySettings

MODES = {
    "single": "one run of each",
    "seeds": "many seeds of the noise",
    "swarm": "a swarm of starts",
    "tuned": "everybody's best rate",
}


class RaceSettings(TrajectorySettings):
    """With ``tuned`` a sweep decides about the learning rates, so none can be set."""

    view_setting: ClassVar[str] = "mode"

    mode: str = choice("single", MODES, label="Compare", kind="mode", share=4)

    @model_validator(mode="after")
    def _tuned_steps_cost_one_gradient(self) -> Self:
        costly = [name for name in self.optimizers if optimizers.get(name).looks_at_loss]
        if self.mode == "tuned" and costly:
            title = optimizers.get(costly[0]).title
            raise setting_error(
                f"{title} needs more than one gradient a step, so equal steps would not be fair", "optimizers"
            )
        return self

    def controls(self) -> tuple[Control, ...]:
        shared = () if self.mode == "tuned" else ("shared",)
        chosen = self.widgets("surface", "steps", "optimizers", "mode")
        return (*chosen, self.drawing(), *self.widgets(*shared, "seed"))

    def sliders(self) -> tuple[Slider, ...]:
        return tuple(
            each for each in super().sliders() if self.mode != "tuned" or not each.name.endswith("learning_rate")
        )
