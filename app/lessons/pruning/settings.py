"""The experiment of pruning: how many of the weights are left, and when and in how many rounds the others go."""

from typing import Literal

from pydantic import Field

from app.settings.sliders import between
from app.stage import Knob
from app.training import scene
from app.training.settings import MOST_STEPS, TrainingSettings

KEPT = Knob(name="kept", label="Weights left", symbol="r", default=0.1, low=0.01, high=1, log=True, group="Pruning")
WHEN = Knob(name="when", label="First cut after", symbol="t", default=0.5, low=0, high=0.9, group="Pruning")
ROUNDS = Knob(
    name="rounds", label="Gradual rounds", symbol="n", default=10, low=1, high=20, integer=True, group="Pruning"
)
RATE = scene.learning_rate(0.005, "Training", high=0.1)
KNOBS = (KEPT, WHEN, ROUNDS, RATE)


class PruningSettings(TrainingSettings):
    """``when`` is a share of the steps; ``focus`` is the way whose network is shown."""

    steps: int = Field(default=400, ge=20, le=MOST_STEPS)
    kept: float = between(KEPT)
    when: float = between(WHEN)
    rounds: int = between(ROUNDS)
    learning_rate: float = between(RATE)
    focus: Literal["dense", "shot", "gradual", "random"] = "shot"
