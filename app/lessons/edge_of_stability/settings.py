"""Settings of the lesson at the edge of stability: full-batch training at two rates, or two weights that are thrown."""

from dataclasses import replace

import optimizers
from app.lessons.edge_of_stability.catapult_runs import EDGE, STEPS
from app.settings.fields import choice, handle, random_seed, run_length, slider, titles
from app.stage import Slider
from app.training.settings import TrainingSettings, rate_slider

SHOWN = {"network": "a network on digits", "catapult": "two weights: the catapult"}
METHODS = {"gradient_descent": 0.5, "momentum": 0.5, "adam": 0.001}  # and the learning rate that each begins with
MOST_STEPS, FRAMES = 3_000, 120
NETWORK, CATAPULT = ("network",), ("catapult",)


def _rolls(e: "EdgeSettings") -> bool:
    """Whether the method has a momentum."""
    return e.show == "network" and e.method != "gradient_descent"


class EdgeSettings(TrainingSettings):
    """``rate``, ``u`` and ``v`` are of the two weights, all other numbers of the network."""

    show: str = choice("network", SHOWN, label="Show", kind="view", share=6, resets=("playhead",))
    method: str = choice(
        "gradient_descent", titles(optimizers, METHODS), label="Method", kind="method",
        resets=("learning_rate", "beta"), on=NETWORK,
    )  # fmt: skip
    learning_rate: float | None = rate_slider(None, "", high=2.0, on=NETWORK)
    ratio: float = slider(0.2, 0.05, 1.0, label="Share of the second run", symbol="q", log=True, on=NETWORK)
    beta: float = slider(0.9, 0.0, 0.98, label="Momentum", symbol="β", on=_rolls)
    rate: float = rate_slider(0.5, "Gradient descent", low=0.25, high=2.0, on=CATAPULT)
    u: float = handle(2.4, -EDGE, EDGE, label="Start: first weight", symbol="u", on=CATAPULT)
    v: float = handle(0.05, -EDGE, EDGE, label="Start: second weight", symbol="v", on=CATAPULT)
    steps: int = run_length(MOST_STEPS, MOST_STEPS, low=10, step=500, on=NETWORK)
    seed: int = random_seed(on=NETWORK)

    @property
    def last_step(self) -> int:
        return self.steps if self.show == "network" else STEPS

    @property
    def log_every(self) -> int:
        """Steps between two frames: an odd number, since at the edge every other step looks alike."""
        return max(1, self.steps // FRAMES) | 1

    @property
    def rates(self) -> tuple[float, float]:
        """Learning rates of the two runs."""
        first = self.number("learning_rate")
        return (first, first * self.ratio)

    def fallback(self, name: str) -> float:
        return METHODS[self.method] if name == "learning_rate" else super().fallback(name)

    def sliders(self) -> tuple[Slider, ...]:
        """Those of the network stand under the name of its method."""
        title = optimizers.get(self.method).title
        return tuple(replace(slider, group=slider.group or title) for slider in super().sliders())
