"""Settings of the lesson on loss landscapes: a network, how it is trained, and how one looks at its loss."""

from functools import cache
from typing import Literal

import optimizers
import training_lab as lab
from app.compute import Trial
from app.settings.controls import Control, Fold
from app.settings.fields import choice, listed, random_seed, run_length, switch, titles, whole
from app.settings.model import Settings
from training_lab import probes

SHOWN = {
    "slice": "a slice, and the bowl one imagines",
    "path": "the way of training on its own plane",
    "planes": "nine random planes",
    "rescaling": "rescaled weights, the same network",
}
RATES = {"gradient_descent": 0.1, "momentum": 0.02, "adam": 0.003}
DIRECTIONS = {"filter": "filter-normalised", "raw": "raw"}
NORMS = {"none": "none", "batch": "batch"}
STEPS, MOST_STEPS, FRAMES = 300, 1_000, 30  # of training, and of the frames beside the one before the first step
COARSE, FINE, SLOW = 25, 101, 51  # points a side: of a first picture, of the last one, and of that of a large network
LARGE = 50_000  # weights between hidden units from which on a network is large
PLANES = 9  # random planes side by side
PLACES = {"slice": 100, "planes": 100, "rescaling": 24}
ANY_NETWORK = ("slice", "path", "planes")  # views in which a network need not be plain


class RealitySettings(Settings):
    """The network and its training; ``plane`` is the seed of the random directions that one looks along."""

    show: str = choice("slice", SHOWN, label="Show", kind="view", share=6, resets=("playhead",))
    depth: int = choice(2, listed(2, 8, 16), label="Hidden layers")
    width: int = choice(32, listed(8, 32, 64), label="Units in each")
    optimizer: str = choice("adam", titles(optimizers, RATES), label="Optimizer", kind="optimizer")
    skips: bool = switch(False, label="Skip connections", share=3, on=ANY_NETWORK)
    norm: str = choice("none", NORMS, label="Normalisation", kind="normalisation", share=3, on=ANY_NETWORK)
    plane: int = whole(0, 0, 99, label="Seed of the plane")
    directions: Literal["filter", "raw"] = choice("filter", DIRECTIONS, label="Directions", kind="scaling", share=6)
    batch: int = choice(64, listed(16, 64, 512), label="Batch", share=6)
    steps: int = run_length(STEPS, MOST_STEPS, low=10)
    seed: int = random_seed(label="Seed of the network", share=6)

    @classmethod
    @cache
    def of_the_scene(cls) -> tuple[str, ...]:
        """All of them, and whether it is a draft: the terrain is the slice itself."""
        return ("*",)

    def values(self) -> dict[str, float]:
        """With the plane, which a click on one of nine chooses."""
        return super().values() | {"plane": float(self.plane)}

    def controls(self) -> tuple[Control, ...]:
        names = ("show", "depth", "width", "optimizer", "skips", "norm", "plane", "steps")
        return (
            *self.widgets(*names),
            Fold(label="More", controls=self.widgets("directions", "batch", "seed"), share=2),
        )

    @property
    def log_every(self) -> int:
        """Steps between two frames."""
        return max(1, self.steps // FRAMES)

    @property
    def last_step(self) -> int:
        """The end of the timeline."""
        return PLACES.get(self.show, -(-self.steps // self.log_every))

    @property
    def side(self) -> int:
        """Points a side of the slice."""
        large = (self.depth - 1) * self.width**2 > LARGE
        return COARSE if self.draft or self.show == "planes" else SLOW if large else FINE


def recipe(e: RealitySettings) -> lab.Recipe:
    """An MLP on digits. Only plain layers can be rescaled and stay the same function."""
    plain = e.show == "rescaling"
    return lab.Recipe(
        data=lab.Data(name="digits"),
        network=lab.MLP(
            depth=e.depth,
            width=e.width,
            residual=e.skips and not plain,
            norm="batch" if e.norm == "batch" and not plain else None,
        ),
        optimizer=(e.optimizer, {"learning_rate": RATES[e.optimizer]}),
        batch_size=e.batch,
        steps=e.steps,
        log_every=e.log_every,
    )


def trial(e: RealitySettings) -> Trial:
    curved = (probes.extremes,) if e.show == "path" else ()
    return Trial(recipe(e), (probes.losses, probes.parameters, *curved), e.seed)
