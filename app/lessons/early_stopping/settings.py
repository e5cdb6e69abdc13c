"""The experiment of early stopping: the rule's numbers and the network's data, and the bowl beside them."""

from typing import Literal

from pydantic import Field

from app.lessons.early_stopping import early_stopping_vs_ridge
from app.settings.sliders import between
from app.stage import Knob
from app.training import scene
from app.training.settings import MOST_STEPS, TrainingSettings

PATIENCE = Knob(
    name="patience", label="Patience", symbol="", default=10, low=1, high=100, log=True, integer=True,
    group="When to stop",
)  # fmt: skip
MIN_DELTA = Knob(
    name="min_delta", label="Least improvement", symbol="δ", default=0, low=0, high=0.2, group="When to stop"
)
WRONG = Knob(name="wrong", label="Wrong labels", symbol="q", default=0.15, low=0, high=0.5, group="Data and steps")
NOISE = Knob(name="noise", label="Noise of the data", symbol="σ", default=0.2, low=0, high=0.6, group="Data and steps")
RATE = scene.learning_rate(0.01, "Data and steps", high=0.1)
CONDITION = Knob(
    name="condition", label="Condition number", symbol="κ", default=10, low=1, high=100, log=True, group="The bowl"
)
ANGLE = Knob(name="angle", label="Steep direction", symbol="°", default=15, low=-90, high=90, group="The bowl")
DESCENT = Knob(
    name="rate", label="Learning rate", symbol="η", default=0.2, low=0.01, high=1.9, log=True, group="Descent"
)
KNOBS = {"network": (PATIENCE, MIN_DELTA, WRONG, NOISE, RATE), "bowl": (CONDITION, ANGLE, DESCENT)}


class StoppingSettings(TrainingSettings):
    """From ``condition`` on the numbers are of the bowl, those before it of the network."""

    show: Literal["network", "bowl"] = "network"
    monitor: Literal["loss", "accuracy"] = "loss"
    steps: int = Field(default=800, ge=20, le=MOST_STEPS)
    patience: int = between(PATIENCE)
    min_delta: float = between(MIN_DELTA)
    noise: float = between(NOISE)
    wrong: float = between(WRONG)
    learning_rate: float = between(RATE)
    condition: float = between(CONDITION)
    angle: float = between(ANGLE)
    rate: float = between(DESCENT)
    u: float = Field(default=2.0, ge=-early_stopping_vs_ridge.EDGE, le=early_stopping_vs_ridge.EDGE)
    v: float = Field(default=2.0, ge=-early_stopping_vs_ridge.EDGE, le=early_stopping_vs_ridge.EDGE)

    @property
    def last_step(self) -> int:
        return self.steps if self.show == "network" else early_stopping_vs_ridge.LAST
