"""Settings of the lesson on augmentation: which are on and how far they go, and how long the network trains."""

from dataclasses import replace

from app.settings.fields import (
    Number,
    choice,
    numbers_of,
    random_seed,
    run_length,
    several,
    slider,
    titles,
    with_numbers,
)
from app.stage import Slider
from app.training.settings import TrainingSettings, rate_slider
from training_lab import augment

SHOWN = {"digits": "digits as a network sees them", "ridge": "noise on a linear regression"}
DIGITS, RIDGE = ("digits",), ("ridge",)  # views
METHODS = ("shift", "rotate", "crop", "flip", "cutout", "noise", "mixup")
REACH = {"shift.pixels": 3.0, "rotate.degrees": 180.0, "noise.std": 2.0, "mixup.alpha": 2.0}  # as far as a hand needs
MOST_NOISE = 2.0  # standard deviation in the regression


def _numbers() -> dict[str, Number]:
    """Those of each augmentation, which mean something while it is on."""

    def of(name: str, number: Number) -> Number:
        method, _, _ = name.partition(".")
        reach = (number.low, REACH.get(name, number.high))
        group = augment.get(method).title
        return replace(number, reach=reach, group=group, on=lambda e: e.show == "digits" and method in e.methods)

    return {name: of(name, number) for name, number in numbers_of(augment, METHODS).items()}


@with_numbers(_numbers())
class AugmentationSettings(TrainingSettings):
    """A step is an epoch; ``std`` is of the noise in the regression."""

    show: str = choice("digits", SHOWN, label="Show", kind="view", share=6, resets=("playhead",))
    methods: tuple[str, ...] = several(
        ("rotate",), titles(augment, METHODS), label="Augmentation, compared with the digits as they are",
        kind="augmentation", most=len(METHODS), least=0, on=DIGITS,
    )  # fmt: skip
    steps: int = run_length(100, 600, label="Epochs", share=3, on=DIGITS)
    seed: int = random_seed(share=3, on=DIGITS)
    std: float = slider(0.5, 0, MOST_NOISE, label="Noise", symbol="σ", on=RIDGE)
    learning_rate: float = rate_slider(0.01, high=0.1, rank=1, on=DIGITS)

    def sliders(self) -> tuple[Slider, ...]:
        """In the order in which the augmentations were chosen."""

        def place(each: Slider) -> int:
            method, dot, _ = each.name.partition(".")
            return self.methods.index(method) if dot else len(self.methods)

        return tuple(sorted(super().sliders(), key=place))
