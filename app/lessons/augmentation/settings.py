"""The experiment of augmentation: which are on and how far they go, and how long the network trains."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

import optimizers
from app.lessons.augmentation import augmented_training, noise_as_ridge
from app.settings.fields import numbers_of, with_numbers
from app.settings.sliders import between, knob
from app.settings.validators import COMMAS, some_of
from app.stage import Knob
from app.training import scene
from app.training.settings import TrainingSettings
from training_lab import augment

MOST_EPOCHS = 600
REACH = {"shift.pixels": 3.0, "rotate.degrees": 180.0, "noise.std": 2.0, "mixup.alpha": 2.0}  # as far as a hand needs
RATE = scene.learning_rate(0.01, high=0.1)
STD = Knob(name="std", label="Noise", symbol="σ", default=0.5, low=0, high=noise_as_ridge.MOST)


@with_numbers(numbers_of(augment, augmented_training.METHODS))
class AugmentationSettings(TrainingSettings):
    show: Literal["digits", "ridge"] = "digits"
    methods: Annotated[tuple[str, ...], COMMAS, some_of("augmentation", augmented_training.METHODS, 7, least=0)] = (
        "rotate",
    )
    learning_rate: float = between(RATE)
    std: float = between(STD)
    steps: int = Field(default=100, ge=1, le=MOST_EPOCHS)


def knobs(e: Any) -> tuple[Knob, ...]:
    """The numbers of every augmentation that is on; of the regression its noise."""
    if e.show == "ridge":
        return (STD,)
    numbers = [
        (f"{name}.{hyper}", number, augment.get(name).title)
        for name in e.methods
        for hyper, number in augment.get(name).hypers.items()
    ]
    return (*(knob(name, _reachable(name, number), number.default, group) for name, number, group in numbers), RATE)


def _reachable(name: str, number: optimizers.Hyper) -> optimizers.Hyper:
    return replace(number, high=REACH[name]) if name in REACH else number


def values(e: Any) -> dict[str, float]:
    """What the knobs stand at: a number that is not given follows its augmentation's default."""
    numbers = {f"{n}.{h}": value for n in e.methods for h, value in e.numbers(augment, n).items()}
    return {"learning_rate": e.learning_rate, "std": e.std} | numbers
