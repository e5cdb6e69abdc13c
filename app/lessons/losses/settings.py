"""The experiment of loss functions: where one logit stands, what is wrong with the data, and the losses' numbers."""

from typing import Literal

from pydantic import Field

from app.lessons.losses import logit_descent, outliers
from app.settings.sliders import between
from app.stage import Knob
from app.training import scene
from app.training.settings import MOST_STEPS, TrainingSettings

RATE = scene.learning_rate(0.3, "Descent", low=0.01, high=1.9)
SMOOTHING = Knob(name="smoothing", label="Label smoothing", symbol="ε", default=0.1, low=0, high=1, group="The losses")
GAMMA = Knob(name="gamma", label="Focus", symbol="γ", default=2, low=0, high=10, group="The losses")
MARGIN = Knob(name="margin", label="Margin", symbol="m", default=1, low=0, high=4, group="The losses")
OUTLIERS = Knob(name="outliers", label="Outliers", symbol="q", default=0.1, low=0, high=0.5, group="The data")
NOISE = Knob(name="noise", label="Noise", symbol="σ", default=0.5, low=0, high=2, group="The data")
DELTA = Knob(name="delta", label="Huber's corner", symbol="δ", default=1, low=0.01, high=20, log=True, group="The loss")
WRONG = Knob(name="wrong", label="Wrong labels", symbol="q", default=0.3, low=0, high=0.6, group="The data")
KNOBS = {
    "logit": (RATE, SMOOTHING, GAMMA, MARGIN),
    "outliers": (OUTLIERS, NOISE, DELTA),
    "labels": (WRONG, SMOOTHING, GAMMA, MARGIN),
}


class LossSettings(TrainingSettings):
    """``steps`` are those on digits; a walk of one logit and the fit of a line have their own."""

    show: Literal["logit", "outliers", "labels"] = "logit"
    steps: int = Field(default=600, ge=1, le=MOST_STEPS)
    logit: float = Field(default=4.0, ge=-8.0, le=8.0)
    learning_rate: float = between(RATE)
    smoothing: float = between(SMOOTHING)
    gamma: float = between(GAMMA)
    margin: float = between(MARGIN)
    outliers: float = between(OUTLIERS)
    noise: float = between(NOISE)
    delta: float = between(DELTA)
    wrong: float = between(WRONG)

    @property
    def last_step(self) -> int:
        return {"logit": logit_descent.STEPS, "outliers": outliers.STEPS, "labels": self.steps}[self.show]
