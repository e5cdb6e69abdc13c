"""The training loop: any recipe for three kinds of network, and the same with one switch flipped."""

from dataclasses import replace

import optimizers
import training_lab as lab
from app.compute import Sight, Trial, lesson_probes
from app.jobs import uploaded_tables
from app.training.loop_settings import NONE, WALKED, LoopSettings
from optimizers import clipping, schedules
from training_lab import losses, probes, regularizers

TIME = 20  # length of the sequences
RECALLED = 6  # sequences whose hidden state is recorded


def trials(e: LoopSettings) -> tuple[Trial, ...]:
    """The run, and its twin if there is one."""
    base = Trial(recipe(e), _sights(e), e.seed)
    return (base,) if e.twin == NONE else (base, _flipped(e, base))


def recipe(e: LoopSettings) -> lab.Recipe:
    return lab.Recipe(
        data=data(e),
        network=network(e),
        loss=e.picked(losses, e.loss),
        optimizer=e.picked(optimizers, e.optimizer, **e.usual(e.optimizer)),
        schedule=e.picked(schedules, e.schedule),
        clip=None if e.clip == NONE else e.picked(clipping, e.clip),
        penalty=() if e.penalty == NONE else (e.picked(regularizers, e.penalty),),
        batch_size=e.batch or None,
        steps=WALKED if e.staged else e.steps,
        log_every=e.log_every,
    )


def data(e: LoopSettings) -> lab.Data:
    if e.network == "cnn":
        return lab.Data(name="digits", label_noise=e.label_noise)
    if e.network == "rnn":
        return lab.Data(name=("recall", {"length": TIME, "noise": e.noise}), label_noise=e.label_noise)
    name = uploaded_tables.name(e.table) if e.data == "own" else (e.data, {"noise": e.noise})
    return lab.Data(name=name, label_noise=e.label_noise)


def network(e: LoopSettings) -> lab.MLP | lab.CNN | lab.RNN:
    dropout = e.dropout or None
    if e.network == "rnn":
        return lab.RNN(width=16, activation=e.activation, recurrent=("orthogonal", {"gain": 1.0}), dropout=dropout)
    norm = None if e.norm == NONE else e.norm
    if e.network == "cnn":
        return lab.CNN(filters=(8, 8), activation=e.activation, norm=norm, dropout=dropout)
    return lab.MLP(depth=e.depth, width=e.width, activation=e.activation, norm=norm, dropout=dropout)


def _sights(e: LoopSettings) -> tuple[Sight, ...]:
    seen: tuple[Sight, ...] = (probes.losses, probes.gradients, probes.learning_rate)
    if e.network == "cnn":
        return (*seen, probes.filters, lesson_probes.confusion, lesson_probes.Looks((e.digit,)))
    if e.network == "rnn":
        return (*seen, lesson_probes.Looks(tuple(range(RECALLED))))
    return (*seen, lesson_probes.inside, *((lesson_probes.Boundary(),) if on_plane(e) else (lesson_probes.confusion,)))


def on_plane(e: LoopSettings) -> bool:
    """Whether inputs are points of a plane, so that a boundary can be drawn."""
    table = uploaded_tables.find(data(e).name.name)
    return e.network == "mlp" and (table is None or table.dataset.x.shape[1] == 2)


def _flipped(e: LoopSettings, base: Trial) -> Trial:
    """The same run with one switch flipped, on the same seed unless that is the switch."""
    if e.twin == "seed":
        return Trial(base.recipe, base.sights, e.seed + 1)
    changes: dict[str, dict[str, str | float]] = {
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


def _changed(e: LoopSettings, base: lab.Recipe) -> lab.Recipe:
    if e.twin == "initializer":
        return replace(base, network=replace(base.network, initializer="zeros"))
    faster = dict(base.optimizer.values)
    if "learning_rate" in faster:
        faster["learning_rate"] = min(10 * faster["learning_rate"], 10.0)
    return replace(base, optimizer=(base.optimizer.name, faster))
