"""The experiment: a network, how it is trained, and how one looks at its loss."""

from typing import Annotated, Literal

from pydantic import Field

import training_lab as lab
from app.compute import Trial
from app.lessons.reality.loss_slices import Plane, Rescaling, Slice
from app.settings.model import Settings
from app.settings.validators import among
from training_lab import probes

DEPTHS, WIDTHS, BATCHES = (2, 8, 16), (8, 32, 64), (16, 64, 512)
RATES = {"gradient_descent": 0.1, "momentum": 0.02, "adam": 0.003}
STEPS, MOST_STEPS, FRAMES = 300, 1_000, 30  # of training, and of the frames beside the one before the first step
COARSE, FINE, SLOW = 25, 101, 51  # points a side: of a first picture, of the last one, and of that of a large network
LARGE = 50_000  # weights between hidden units from which on a network is large
PLANES = 9  # random planes side by side
PLACES = {"slice": 100, "planes": 100, "rescaling": 24}


class RealitySettings(Settings):
    show: Literal["slice", "path", "planes", "rescaling"] = "slice"
    depth: Annotated[int, among(*DEPTHS)] = 2
    width: Annotated[int, among(*WIDTHS)] = 32
    skips: bool = False
    norm: Literal["none", "batch"] = "none"
    optimizer: Literal["gradient_descent", "momentum", "adam"] = "adam"
    batch: Annotated[int, among(*BATCHES)] = 64
    directions: Literal["filter", "raw"] = "filter"
    plane: int = Field(default=0, ge=0, le=99)
    steps: int = Field(default=STEPS, ge=10, le=MOST_STEPS)
    seed: int = Field(default=0, ge=0, le=9_999)

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


def slices(e: RealitySettings) -> tuple[Slice, ...]:
    """The slice that is drawn; or those of all planes."""
    if e.show == "planes":
        return tuple(Slice(trial(e), Plane(e.directions, seed), e.side) for seed in range(PLANES))
    plane = Plane("path") if e.show == "path" else Plane(e.directions, e.plane)
    return (Slice(trial(e), plane, e.side),)


def rescaling(e: RealitySettings) -> Rescaling:
    return Rescaling(trial(e), e.plane)


def work(e: RealitySettings) -> tuple[Slice | Rescaling, ...]:
    """What a picture takes; training comes with it."""
    return (rescaling(e),) if e.show == "rescaling" else slices(e)
