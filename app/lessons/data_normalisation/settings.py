"""Settings of the lesson on data normalisation: a feature and its treatment, the optimizer, and where runs start."""

from app.settings.controls import Control
from app.settings.fields import choice, handle, run_length, slider, switch
from app.settings.model import Settings
from app.training.settings import MOST_STEPS, rate_slider
from optimizers import theory

EDGE = 4.0  # of the maps
MEANS, SPREADS = (-4.0, 4.0), (0.3, 3.0)
SHOWN = {"line": "a line through one feature", "digits": "digits, four ways"}
WAYS = {"standardize": "subtract m, divide by σ", "center": "subtract m", "scale": "divide by σ"}
METHODS = {"gradient_descent": "Gradient descent", "momentum": "Momentum", "adam": "Adam"}
# The best numbers of a method by the least and the largest curvature; Adam has none in closed form.
TUNED = {"gradient_descent": theory.gradient_descent_optimum, "momentum": theory.heavy_ball_optimum}
LINE = ("line",)  # view


def _can_be_tuned(e: "DataNormalisationSettings") -> bool:
    return e.show == "digits" or e.optimizer in TUNED


def _same_rate(e: "DataNormalisationSettings") -> bool:
    """Whether all runs have the learning rate that is given."""
    return not (e.tuned if e.show == "line" else e.best)


class DataNormalisationSettings(Settings):
    """``w`` and ``b`` are where both runs start, counted from their optima."""

    show: str = choice("line", SHOWN, label="Show", kind="view", share=4, resets=("playhead",))
    treatment: str = choice("standardize", WAYS, label="Treatment", kind="treatment", share=3, on=LINE)
    optimizer: str = choice("gradient_descent", METHODS, label="Optimizer", kind="method", share=3, on=LINE)
    best: bool = switch(True, label="Each run at its own best learning rate", share=6, scene=True, on=_can_be_tuned)
    steps: int = run_length(450, MOST_STEPS)
    mean: float = slider(3, *MEANS, label="Mean", symbol="m", group="The feature", on=LINE)
    spread: float = slider(
        1, *SPREADS, label="Standard deviation", symbol="σ", log=True, group="The feature", on=LINE
    )  # fmt: skip
    learning_rate: float = rate_slider(0.1, reach=(1e-3, 10.0), on=_same_rate)
    w: float = handle(3.0, -EDGE, EDGE, label="Start: weight − best weight", symbol="w", on=LINE)
    b: float = handle(1.5, -EDGE, EDGE, label="Start: bias − best bias", symbol="b", on=LINE)

    @property
    def tuned(self) -> bool:
        """Whether each run takes the best numbers for its bowl; Adam has no best ones in closed form."""
        return self.best and self.optimizer in TUNED

    def controls(self) -> tuple[Control, ...]:
        """The steps stand beside the choice of the view."""
        return self.widgets("show", "steps", "treatment", "optimizer", "best")
