"""The experiment at the edge of stability: full-batch training at two rates, or two weights that are thrown."""

from typing import Literal

from pydantic import Field

import optimizers
from app.lessons.edge_of_stability import catapult_runs
from app.settings.sliders import between, knob
from app.stage import Knob
from app.training.settings import TrainingSettings

METHODS = {"gradient_descent": 0.5, "momentum": 0.5, "adam": 0.001}  # and the learning rate that each begins with
MOST_STEPS, FRAMES = 3_000, 120
RATE = optimizers.Hyper(0.5, 1e-4, 2.0, log=True, symbol=r"\eta", label="Learning rate")
RATIO = optimizers.Hyper(0.2, 0.05, 1.0, log=True, symbol="q", label="Share of the second run")
BETA = optimizers.Hyper(0.9, 0.0, 0.98, symbol=r"\beta", label="Momentum")
OWN = optimizers.Hyper(0.5, 0.25, 2.0, log=True, symbol=r"\eta", label="Learning rate")


class EdgeSettings(TrainingSettings):
    """``rate``, ``u`` and ``v`` are of the two weights, all other numbers of the network."""

    show: Literal["network", "catapult"] = "network"
    method: Literal["gradient_descent", "momentum", "adam"] = "gradient_descent"
    learning_rate: float | None = Field(default=None, ge=RATE.low, le=RATE.high)
    ratio: float = between(RATIO)
    beta: float = between(BETA)
    rate: float = between(OWN)
    u: float = Field(default=2.4, ge=-catapult_runs.EDGE, le=catapult_runs.EDGE)
    v: float = Field(default=0.05, ge=-catapult_runs.EDGE, le=catapult_runs.EDGE)
    steps: int = Field(default=MOST_STEPS, ge=10, le=MOST_STEPS)

    @property
    def last_step(self) -> int:
        return self.steps if self.show == "network" else catapult_runs.STEPS

    @property
    def log_every(self) -> int:
        """Steps between two frames: an odd number, since at the edge every other step looks alike."""
        return max(1, self.steps // FRAMES) | 1

    @property
    def rates(self) -> tuple[float, float]:
        """Learning rates of the two runs."""
        first = METHODS[self.method] if self.learning_rate is None else self.learning_rate
        return (first, first * self.ratio)


def knobs(e: EdgeSettings) -> tuple[Knob, ...]:
    """The numbers that can be dragged."""
    if e.show == "catapult":
        return (knob("rate", OWN, OWN.default, "Gradient descent"),)
    title = optimizers.get(e.method).title
    beta = (knob("beta", BETA, BETA.default, title),) if e.method != "gradient_descent" else ()
    return (
        knob("learning_rate", RATE, METHODS[e.method], title),
        knob("ratio", RATIO, RATIO.default, title),
        *beta,
    )


def values(e: EdgeSettings) -> dict[str, float]:
    """Where the knobs and the start stand."""
    own = {name: float(e.value(name)) for name in ("ratio", "beta", "rate", "u", "v")}
    return own | {"learning_rate": e.rates[0]}
