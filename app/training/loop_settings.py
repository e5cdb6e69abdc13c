"""Settings of the training loop: three kinds of network, and every part of a recipe by its name."""

from dataclasses import replace
from typing import ClassVar, Self

import numpy as np
from pydantic import model_validator

import optimizers
from app.jobs import uploaded_tables
from app.settings.controls import Choice, Control, Fold, Upload
from app.settings.errors import setting_error
from app.settings.fields import (
    Declared,
    Number,
    When,
    choice,
    field,
    handle,
    listed,
    numbers_of,
    random_seed,
    run_length,
    slider,
    titles,
    with_numbers,
)
from app.training.settings import MOST_STEPS, Registry, TrainingSettings
from optimizers import clipping, schedules
from training_lab import activations, datasets, losses, regularizers

FRAMES = 60  # of a boundary, beside the one before the first step
WALKED = 12  # steps of a run that is looked at stage by stage
OPTIMIZERS = tuple(name for name in optimizers.names() if not optimizers.get(name).looks_at_loss)
PENALTIES = tuple(name for name in regularizers.names() if regularizers.get(name).cost is not None)
PLANES = ("moons", "circles", "xor", "spirals", "blobs")
NETWORKS = {"mlp": "MLP on a plane", "cnn": "CNN on digits", "rnn": "RNN: recall"}
PACES = {"full": "full speed", "stages": "stage by stage"}
NONE = "none"
NO = {NONE: "none"}
NORMS = NO | {"batch": "batch", "layer": "layer", "rms": "RMS"}
TWINS = {
    NONE: "none",
    "seed": "another seed",
    "optimizer": "plain gradient descent",
    "activation": "ReLU for tanh, or tanh",
    "initializer": "weights all zero",
    "norm": "batch normalisation",
    "dropout": "dropout",
    "penalty": "an L2 penalty",
    "batch": "all examples at once",
    "rate": "ten times the learning rate",
}
USUAL_LOSS = "cross_entropy"  # whose numbers nobody moves
MLP = ("mlp",)
OTHER = "Data and network"  # heading of the sliders that are of no record


def usual_rate(optimizer: str) -> float:
    """A learning rate that suits these small networks: a length for methods that normalise the gradient."""
    record = optimizers.get(optimizer)
    usual = {"inverse_curvature": 0.3, "length": 0.02}
    return usual.get(record.rate_unit) or float(record.defaults["learning_rate"])


def _numbers() -> dict[str, Number]:
    """Those of every record that may be part of a recipe; they mean something while it is."""
    # The setting that names a record, the registry, and the names.
    parts: tuple[tuple[str, Registry, tuple[str, ...]], ...] = (
        ("optimizer", optimizers, OPTIMIZERS),
        ("schedule", schedules, schedules.names()),
        ("loss", losses, losses.names()),
        ("clip", clipping, clipping.names()),
        ("penalty", regularizers, PENALTIES),
    )
    each = (numbers_of(registry, [name], group=registry.get(name).title, on=_chosen(setting, name))
            for setting, registry, names in parts for name in names)  # fmt: skip
    return {name: _moved(name, number) for some in each for name, number in some.items()}


def _chosen(setting: str, name: str) -> When:
    """A condition on settings: that they name a record which has sliders."""
    return lambda e: name != USUAL_LOSS and e.value(setting) == name


def _moved(name: str, number: Number) -> Number:
    """Without a slider for what keeps a division from failing; the learning rate's default depends on the network."""
    record, _, hyper = name.partition(".")
    if hyper == "learning_rate" and record in OPTIMIZERS:
        return replace(number, default=None)
    return replace(number, moved_by="address") if hyper == "eps" else number


def _keep(content: bytes) -> tuple[str, uploaded_tables.Table]:
    table = uploaded_tables.read(content)
    return table.digest, table


OWN = Upload(
    name="table",
    label="A CSV file: numbers, and the class in the last column",
    kinds=("csv",),
    megabytes=1,
    keep=_keep,
    others={"data": "own", "network": "mlp"},
    resets=("playhead",),
    help="Held in memory while this page is open, and nowhere else. With two features the boundary is drawn.",
)


@with_numbers(_numbers())
class LoopSettings(TrainingSettings):
    """``twin`` is what differs in a second run; ``table`` the digest of one's own data."""

    view_setting: ClassVar[str] = "network"

    network: str = choice("mlp", NETWORKS, label="Network", kind="network", resets=("playhead", "pace", "data"))
    data: str = choice(
        "moons", titles(datasets, PLANES) | {"own": "one's own"}, label="Data", kind="data set", resets=("playhead",),
        on=MLP,
    )  # fmt: skip
    table: str = field(Declared(label="One's own table", scene=True), "", max_length=32)
    pace: str = choice("full", PACES, label="Pace", kind="pace", resets=("playhead",), on=MLP)
    depth: int = choice(2, listed(1, 2, 3), label="Hidden layers", on=MLP)
    width: int = choice(8, listed(4, 8, 16), label="Units in each", on=MLP)
    activation: str = choice("tanh", titles(activations), label="Activation", kind="activation", scene=False)
    optimizer: str = choice("adam", titles(optimizers, OPTIMIZERS), label="Optimizer", kind="optimizer")
    twin: str = choice(NONE, TWINS, label="Twin: same seed, one switch flipped", kind="switch", share=4)
    loss: str = choice(USUAL_LOSS, titles(losses), label="Loss", kind="loss")
    schedule: str = choice("constant", titles(schedules), label="Learning-rate schedule", kind="schedule")
    clip: str = choice(NONE, NO | titles(clipping), label="Clipping", kind="clipping")
    penalty: str = choice(NONE, NO | titles(regularizers, PENALTIES), label="Penalty", kind="regularizer")
    norm: str = choice(NONE, NORMS, label="Normalisation", kind="normalisation", share=6, scene=False)
    batch: int = choice(32, {0: "all"} | listed(16, 32, 64), label="Batch", share=6, scene=False)
    seed: int = random_seed(share=6, scene=True)
    steps: int = run_length(300, MOST_STEPS, step=60)
    noise: float = slider(
        0.15, 0.0, 0.6, label="Noise of the data", symbol="σ", group=OTHER, rank=1, scene=True,
        on=lambda e: e.data != "own" and e.network != "cnn",
    )  # fmt: skip
    label_noise: float = slider(0.0, 0.0, 0.5, label="Wrong labels", symbol="q", group=OTHER, rank=1)
    dropout: float = slider(0.0, 0.0, 0.9, label="Dropout", symbol="p", group=OTHER, rank=1)
    digit: int = handle(0, 0, 8, label="Digit that is looked at", integer=True, on=("cnn",))

    @model_validator(mode="after")
    def _the_table_is_here(self) -> Self:
        if self.data == "own" and not uploaded_tables.known(self.table):
            raise setting_error(uploaded_tables.GONE, "data")
        return self

    @property
    def staged(self) -> bool:
        """Whether each stage of a step has a place of its own on the timeline."""
        return self.pace == "stages" and self.network == "mlp"

    @property
    def last_step(self) -> int:
        return 3 * WALKED + 2 if self.staged else self.steps

    @property
    def log_every(self) -> int:
        return 1 if self.staged else max(1, self.steps // FRAMES)

    def fallback(self, name: str) -> float:
        record, _, hyper = name.partition(".")
        return usual_rate(record) if hyper == "learning_rate" and record in OPTIMIZERS else super().fallback(name)

    def values(self) -> dict[str, float]:
        """Those of the recipe's records, and what is of no record."""
        parts = ((optimizers, self.optimizer), (schedules, self.schedule), (losses, self.loss), (clipping, self.clip),
                 (regularizers, self.penalty))  # fmt: skip
        numbers = {
            f"{name}.{hyper}": value
            for registry, name in parts
            if name != NONE
            for hyper, value in self.numbers(registry, name, **self.usual(name)).items()
        }
        plain = {name: self.number(name) for name in ("noise", "label_noise", "dropout", "digit")}
        return plain | {name: value for name, value in numbers.items() if np.ndim(value) == 0}

    def usual(self, name: str) -> dict[str, float]:
        """Defaults of a record's numbers that are this lesson's own."""
        has_rate = name in OPTIMIZERS and "learning_rate" in optimizers.get(name).hypers
        return {"learning_rate": usual_rate(name)} if has_rate else {}

    def controls(self) -> tuple[Control, ...]:
        """One's own table is an option of the data while it is what is shown."""
        row = self.widgets("network", "data", "pace", "depth", "width", "activation", "optimizer", "twin")
        more = self.widgets("loss", "schedule", "clip", "penalty", "norm", "batch", "seed")
        return (
            *(self._offered(each) for each in row),
            Fold(label="More", controls=more, share=2),
            *self.widgets("steps"),
            Fold(label="Own data", controls=(OWN,), share=2),
        )

    def _offered(self, control: Choice) -> Choice:
        if control.name != "data" or self.data == "own":
            return control
        return replace(control, options=titles(datasets, PLANES))
