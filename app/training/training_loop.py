"""The training loop: any recipe for three kinds of network, and the same with one switch flipped."""

from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

import optimizers
import training_lab as lab
from app.compute import Trial, lesson_probes
from app.jobs import uploaded_tables
from app.settings.errors import refuse
from app.settings.fields import numbers_of, with_numbers
from app.settings.sliders import between
from app.settings.validators import among, one_of
from app.training.settings import MOST_STEPS, TrainingSettings
from optimizers import clipping, schedules
from training_lab import activations, losses, probes, regularizers

DEPTHS, WIDTHS, BATCHES = (1, 2, 3), (4, 8, 16), (0, 16, 32, 64)
FRAMES = 60  # of a boundary, beside the one before the first step
WALKED = 12  # steps of a run that is looked at stage by stage
TIME = 20  # length of the sequences
OPTIMIZERS = tuple(name for name in optimizers.names() if not optimizers.get(name).looks_at_loss)
LOSSES = losses.names()
PENALTIES = tuple(name for name in regularizers.names() if regularizers.get(name).cost is not None)
PLANES = ("moons", "circles", "xor", "spirals", "blobs")
NOISE = optimizers.Hyper(0.15, 0.0, 0.6, symbol=r"\sigma", label="Noise of the data")
WRONG = optimizers.Hyper(0.0, 0.0, 0.5, symbol="q", label="Wrong labels")
DROPOUT = optimizers.Hyper(0.0, 0.0, 0.9, symbol="p", label="Dropout")
NONE = "none"
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


def _numbers() -> dict[str, Any]:
    of = ((optimizers, OPTIMIZERS), (schedules, schedules.names()), (clipping, clipping.names()))
    more = ((losses, LOSSES), (regularizers, PENALTIES))
    return {name: span for registry, names in (*of, *more) for name, span in numbers_of(registry, names).items()}


def _or_none(kind: str, names: tuple[str, ...]) -> Any:
    return one_of(kind, (NONE, *names))


@with_numbers(_numbers())
class LoopSettings(TrainingSettings):
    network: Literal["mlp", "cnn", "rnn"] = "mlp"
    pace: Literal["full", "stages"] = "full"
    data: Annotated[str, one_of("data set", (*PLANES, "own"))] = "moons"
    table: str = Field(default="", max_length=32)
    twin: Annotated[str, one_of("switch", tuple(TWINS))] = NONE
    depth: Annotated[int, among(*DEPTHS)] = 2
    width: Annotated[int, among(*WIDTHS)] = 8
    activation: Annotated[str, one_of("activation", activations.names())] = "tanh"
    norm: Annotated[str, _or_none("normalisation", ("batch", "layer", "rms"))] = NONE
    dropout: float = between(DROPOUT)
    optimizer: Annotated[str, one_of("optimizer", OPTIMIZERS)] = "adam"
    schedule: Annotated[str, one_of("schedule", schedules.names())] = "constant"
    clip: Annotated[str, _or_none("clipping", clipping.names())] = NONE
    loss: Annotated[str, one_of("loss", LOSSES)] = "cross_entropy"
    penalty: Annotated[str, _or_none("regularizer", PENALTIES)] = NONE
    batch: Annotated[int, among(*BATCHES)] = 32
    noise: float = between(NOISE)
    label_noise: float = between(WRONG)
    digit: int = Field(default=0, ge=0, le=8)
    steps: int = Field(default=300, ge=1, le=MOST_STEPS)

    @model_validator(mode="after")
    def _the_table_is_here(self) -> Self:
        if self.data == "own" and not uploaded_tables.known(self.table):
            raise refuse(uploaded_tables.GONE, "data")
        return self

    def usual(self, name: str, hyper: str, number: optimizers.Hyper) -> float:
        """The default of a record's number in this lesson."""
        own = name == self.optimizer and hyper == "learning_rate"
        return usual_rate(name) if own else float(number.default)

    @property
    def staged(self) -> bool:
        return self.pace == "stages" and self.network == "mlp"

    @property
    def last_step(self) -> int:
        return 3 * WALKED + 2 if self.staged else self.steps

    @property
    def log_every(self) -> int:
        return 1 if self.staged else max(1, self.steps // FRAMES)


def trials(e: Any) -> tuple[Trial, ...]:
    """The run, and its twin if there is one."""
    base = Trial(recipe(e), _sights(e), e.seed)
    return (base,) if e.twin == NONE else (base, _flipped(e, base))


def recipe(e: Any) -> lab.Recipe:
    rate = {"learning_rate": usual_rate(e.optimizer)} if "learning_rate" in optimizers.get(e.optimizer).hypers else {}
    return lab.Recipe(
        data=data(e),
        network=network(e),
        loss=e.picked(losses, e.loss),
        optimizer=e.picked(optimizers, e.optimizer, **rate),
        schedule=e.picked(schedules, e.schedule),
        clip=None if e.clip == NONE else e.picked(clipping, e.clip),
        penalty=() if e.penalty == NONE else (e.picked(regularizers, e.penalty),),
        batch_size=e.batch or None,
        steps=WALKED if e.staged else e.steps,
        log_every=e.log_every,
    )


def usual_rate(optimizer: str) -> float:
    """A learning rate that suits these small networks: a length for methods that normalise the gradient."""
    record = optimizers.get(optimizer)
    usual = {"inverse_curvature": 0.3, "length": 0.02}
    return usual.get(record.rate_unit) or float(record.defaults["learning_rate"])


def data(e: Any) -> lab.Data:
    if e.network == "cnn":
        return lab.Data(name="digits", label_noise=e.label_noise)
    if e.network == "rnn":
        return lab.Data(name=("recall", {"length": TIME, "noise": e.noise}), label_noise=e.label_noise)
    name = uploaded_tables.name(e.table) if e.data == "own" else (e.data, {"noise": e.noise})
    return lab.Data(name=name, label_noise=e.label_noise)


def network(e: Any) -> Any:
    dropout = e.dropout or None
    if e.network == "rnn":
        return lab.RNN(width=16, activation=e.activation, recurrent=("orthogonal", {"gain": 1.0}), dropout=dropout)
    norm = None if e.norm == NONE else e.norm
    if e.network == "cnn":
        return lab.CNN(filters=(8, 8), activation=e.activation, norm=norm, dropout=dropout)
    return lab.MLP(depth=e.depth, width=e.width, activation=e.activation, norm=norm, dropout=dropout)


def _sights(e: Any) -> tuple[Any, ...]:
    seen = (probes.losses, probes.gradients, probes.learning_rate)
    if e.network == "cnn":
        return (*seen, probes.filters, lesson_probes.confusion, lesson_probes.Looks((e.digit,)))
    if e.network == "rnn":
        return (*seen, lesson_probes.Looks(tuple(range(RECALLED))))
    return (*seen, lesson_probes.inside, *((lesson_probes.Boundary(),) if on_plane(e) else (lesson_probes.confusion,)))


RECALLED = 6  # sequences whose hidden state is recorded


def on_plane(e: Any) -> bool:
    """Whether inputs are points of a plane, so that a boundary can be drawn."""
    table = uploaded_tables.find(data(e).name.name)
    return e.network == "mlp" and (table is None or table.dataset.x.shape[1] == 2)


def _flipped(e: Any, base: Trial) -> Trial:
    """The same run with one switch flipped, on the same seed unless that is the switch."""
    if e.twin == "seed":
        return Trial(base.recipe, base.sights, e.seed + 1)
    changes: dict[str, Any] = {
        "optimizer": {"optimizer": "gradient_descent" if e.optimizer != "gradient_descent" else "adam"},
        "activation": {"activation": "relu" if e.activation == "tanh" else "tanh"},
        "norm": {"norm": "batch" if e.norm == NONE else NONE},
        "dropout": {"dropout": 0.0 if e.dropout else 0.3},
        "penalty": {"penalty": "l2" if e.penalty == NONE else NONE},
        "batch": {"batch": 0 if e.batch else 32},
    }
    if e.twin in changes:
        return Trial(recipe(e.model_copy(update=changes[e.twin])), base.sights, e.seed)
    return Trial(_changed(e, base.recipe), base.sights, e.seed)


def _changed(e: Any, base: lab.Recipe) -> lab.Recipe:
    if e.twin == "initializer":
        return replace(base, network=replace(base.network, initializer="zeros"))
    faster = dict(base.optimizer.values)
    if "learning_rate" in faster:
        faster["learning_rate"] = min(10 * faster["learning_rate"], 10.0)
    return replace(base, optimizer=(base.optimizer.name, faster))
