"""Settings of the lesson on initialisation: a network, the initializers that are compared, and their numbers."""

from dataclasses import replace

from app.settings.fields import (
    Declared,
    Number,
    choice,
    field,
    listed,
    numbers_of,
    run_length,
    several,
    titles,
    with_numbers,
)
from app.settings.validators import one_of
from app.stage import Slider
from app.training import style
from app.training.settings import MOST_STEPS, TrainingSettings, rate_slider
from training_lab import activations, initializers

REACH = {"gain": (0, 3), "std": (0, 2), "bound": (0, 2), "value": (-1, 1)}  # as far as a hand needs
NAMES = tuple(name for name in initializers.names() if name != "non_normal")  # that one is for recurrent weights
MOST_RUNS = 6
SHOWN = {"signals": "signals", "units": "equal units"}


def _numbers() -> dict[str, Number]:
    """Those of each initializer, which mean something while it is in focus."""

    def reachable(name: str, number: Number) -> Number:
        record, _, hyper = name.partition(".")
        return replace(number, reach=REACH[hyper], on=lambda e: e.focused == record)

    return {name: reachable(name, number) for name, number in numbers_of(initializers, NAMES).items()}


@with_numbers(_numbers())
class InitialisationSettings(TrainingSettings):
    """The network, and ``initializers`` for it, of which ``focus`` is looked at more closely."""

    initializers: tuple[str, ...] = several(
        style.ORDER[:4], titles(initializers, NAMES), label=f"Initialisers (up to {MOST_RUNS})", kind="initializer",
        most=MOST_RUNS,
    )  # fmt: skip
    activation: str = choice("relu", titles(activations), label="Activation", kind="activation")
    depth: int = choice(10, listed(3, 10, 30), label="Hidden layers")
    width: int = choice(64, listed(16, 64), label="Units in each")
    show: str = choice("signals", SHOWN, label="Show", kind="view")
    steps: int = run_length(160, MOST_STEPS, step=40)
    focus: str | None = field(Declared(label="In focus", scene=True), None, one_of("initializer", NAMES))
    learning_rate: float = rate_slider(0.1, "", rank=1)

    @property
    def focused(self) -> str:
        """The initializer whose histograms and units are shown."""
        return self.focus if self.focus in self.initializers else self.initializers[0]

    def sliders(self) -> tuple[Slider, ...]:
        """The numbers of the initializer in focus, and the learning rate."""
        group = f"{initializers.get(self.focused).title}, and the optimizer"
        return tuple(replace(slider, group=group) for slider in super().sliders())
