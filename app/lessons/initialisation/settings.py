"""The experiment of initialisation: a network, the initializers that are compared, and their numbers."""

from dataclasses import replace
from typing import Annotated, Any

from app.settings.fields import numbers_of, with_numbers
from app.settings.sliders import between, knob
from app.settings.validators import COMMAS, among, one_of, some_of
from app.stage import Knob
from app.training import style
from app.training.scene import RATE
from app.training.settings import TrainingSettings
from training_lab import activations, initializers

DEPTHS, WIDTHS = (3, 10, 30), (16, 64)
REACH = {"gain": (0, 3), "std": (0, 2), "bound": (0, 2), "value": (-1, 1)}  # as far as a hand needs
NAMES = tuple(name for name in initializers.names() if name != "non_normal")  # that one is for recurrent weights
MOST_RUNS = 6


@with_numbers(numbers_of(initializers, NAMES))
class InitialisationSettings(TrainingSettings):
    depth: Annotated[int, among(*DEPTHS)] = 10
    width: Annotated[int, among(*WIDTHS)] = 64
    activation: Annotated[str, one_of("activation", activations.names())] = "relu"
    initializers: Annotated[tuple[str, ...], COMMAS, some_of("initializer", NAMES, MOST_RUNS)] = style.ORDER[:4]
    focus: Annotated[str | None, one_of("initializer", NAMES)] = None
    learning_rate: float = between(RATE)
    show: Annotated[str, one_of("view", ("signals", "units"))] = "signals"

    @property
    def focused(self) -> str:
        """The initializer whose histograms and units are shown."""
        return self.focus if self.focus in self.initializers else self.initializers[0]


def knobs(e: Any) -> tuple[Knob, ...]:
    """The numbers of the initializer in focus, and the learning rate."""
    record = initializers.get(e.focused)
    group = f"{record.title}, and the optimizer"
    reachable = {name: replace(own, low=REACH[name][0], high=REACH[name][1]) for name, own in record.hypers.items()}
    own = (knob(f"{e.focused}.{name}", number, number.default, group) for name, number in reachable.items())
    return (*own, knob("learning_rate", RATE, RATE.default, group))


def values(e: Any) -> dict[str, float]:
    """Where the knobs stand."""
    own = e.numbers(initializers, e.focused)
    return {f"{e.focused}.{name}": value for name, value in own.items()} | {"learning_rate": e.learning_rate}
