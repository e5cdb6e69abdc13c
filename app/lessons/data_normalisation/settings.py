"""The experiment of data normalisation: a feature and how it is treated, the optimizer, and from where it walks."""

from typing import Literal

from pydantic import Field

from app.lessons.data_normalisation.feature_scaling import EDGE, MEANS, SPREADS, TUNED
from app.settings.model import Settings
from app.settings.sliders import between
from app.stage import Knob
from app.training import scene
from app.training.settings import MOST_STEPS

MEAN = Knob(name="mean", label="Mean", symbol="m", default=3, low=MEANS[0], high=MEANS[1], group="The feature")
SPREAD = Knob(
    name="spread", label="Standard deviation", symbol="σ", default=1, low=SPREADS[0], high=SPREADS[1], log=True,
    group="The feature",
)  # fmt: skip
RATE = scene.learning_rate(0.1, low=1e-3)
KNOBS = (MEAN, SPREAD, RATE)


class DataNormalisationSettings(Settings):
    """``w`` and ``b`` are where both runs start, counted from their optima."""

    show: Literal["line", "digits"] = "line"
    treatment: Literal["standardize", "center", "scale"] = "standardize"
    optimizer: Literal["gradient_descent", "momentum", "adam"] = "gradient_descent"
    best: bool = True
    steps: int = Field(default=450, ge=1, le=MOST_STEPS)
    learning_rate: float = Field(default=RATE.default, ge=1e-4, le=RATE.high)  # lower than a hand needs
    mean: float = between(MEAN)
    spread: float = between(SPREAD)
    w: float = Field(default=3.0, ge=-EDGE, le=EDGE)
    b: float = Field(default=1.5, ge=-EDGE, le=EDGE)

    @property
    def tuned(self) -> bool:
        """Whether each run takes the best numbers for its bowl; Adam has no best ones in closed form."""
        return self.best and self.optimizer in TUNED


def knobs(e: DataNormalisationSettings) -> tuple[Knob, ...]:
    """Those of the feature; and the learning rate, unless each run has its own."""
    line = e.show == "line"
    feature = (MEAN, SPREAD) if line else ()
    return feature if (e.tuned if line else e.best) else (*feature, RATE)
