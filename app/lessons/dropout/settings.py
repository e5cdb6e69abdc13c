"""The experiment of dropout: what is dropped, at which rate, and out of what network."""

from typing import Annotated, Literal

from pydantic import Field

from app.settings.model import Settings
from app.settings.sliders import between
from app.stage import Knob
from app.training import scene
from app.training.settings import among

DEPTHS, WIDTHS = (1, 2), (8, 16)
MOST_STEPS = 600
RATE = Knob(name="rate", label="Rate: probability of dropping", symbol="p", default=0.2, low=0, high=0.9)
LEARNING_RATE = scene.learning_rate(0.01, "", high=0.1)


class DropoutSettings(Settings):
    """``rate`` is the probability of dropping; ``depth`` and ``width`` are of the network on the curve."""

    show: Literal["network", "unit", "digits"] = "network"
    kind: Literal["dropout", "drop_connect"] = "dropout"
    scaling: Literal["inverted", "plain"] = "inverted"
    rate: float = between(RATE)
    learning_rate: float = between(LEARNING_RATE)
    depth: Annotated[int, among(*DEPTHS)] = 2
    width: Annotated[int, among(*WIDTHS)] = 16
    steps: int = Field(default=300, ge=1, le=MOST_STEPS)
    seed: int = Field(default=0, ge=0, le=9_999)
