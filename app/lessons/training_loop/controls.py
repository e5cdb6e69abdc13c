"""The native widgets of the training loop: what is chosen, and a table of one's own."""

from typing import Any

import optimizers
from app.jobs import uploaded_tables
from app.settings.control_factories import choice, seed, sizes, steps, titles
from app.settings.controls import Choice, Control, Fold, Upload
from app.training import training_loop
from app.training.settings import MOST_STEPS
from optimizers import clipping, schedules
from training_lab import activations, datasets, losses, regularizers

NETWORKS = {"mlp": "MLP on a plane", "cnn": "CNN on digits", "rnn": "RNN: recall"}
PACES = {"full": "full speed", "stages": "stage by stage"}


def _keep(content: bytes) -> tuple[str, Any]:
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


def controls(e: Any) -> tuple[Control, ...]:
    kinds = titles(datasets, training_loop.PLANES) | ({"own": "one's own"} if e.data == "own" else {})
    data = (Choice(name="data", label="Data", options=kinds, resets=("playhead",), share=2),)
    shape = (
        sizes("depth", "Hidden layers", training_loop.DEPTHS),
        sizes("width", "Units in each", training_loop.WIDTHS),
    )
    pace = Choice(name="pace", label="Pace", options=PACES, resets=("playhead",), share=2)
    flat = e.network == "mlp"
    return (
        Choice(name="network", label="Network", options=NETWORKS, resets=("playhead", "pace", "data"), share=2),
        *(data if flat else ()),
        *((pace,) if flat else ()),
        *(shape if flat else ()),
        choice("activation", "Activation", activations),
        choice("optimizer", "Optimizer", optimizers, training_loop.OPTIMIZERS),
        Choice(name="twin", label="Twin: same seed, one switch flipped", options=training_loop.TWINS, share=4),
        Fold(label="More", controls=_more(), share=2),
        steps(MOST_STEPS, step=60),
        Fold(label="Own data", controls=(OWN,), share=2),
    )


def _more() -> tuple[Any, ...]:
    none = {training_loop.NONE: "none"}
    return (
        choice("loss", "Loss", losses),
        choice("schedule", "Learning-rate schedule", schedules),
        choice("clip", "Clipping", clipping, first=none),
        choice("penalty", "Penalty", regularizers, training_loop.PENALTIES, first=none),
        Choice(name="norm", label="Normalisation", options=none | {"batch": "batch", "layer": "layer", "rms": "RMS"}),
        Choice(name="batch", label="Batch", options={n: str(n) if n else "all" for n in training_loop.BATCHES}),
        seed(share=6),
    )
