"""The training loop: choose, initialise, forward, differentiate, update, stop, on three kinds of network."""

from typing import Any

import numpy as np

import optimizers
from app import compute
from app.compute import tables
from app.controls import Choice, Control, Fold, Upload, Whole
from app.knobs import knob
from app.lesson import Arrays, Lesson, Preset
from app.stage import Knob, Scene
from app.training import code, images, loop, loop_words, planes, record, scene, sequences, stages
from app.training.loop import LoopSettings, trials
from optimizers import clipping, schedules
from training_lab import activations, datasets, losses, regularizers

USUAL = "cross_entropy"
NETWORKS = {"mlp": "MLP on a plane", "cnn": "CNN on digits", "rnn": "RNN: recall"}
NOISE = optimizers.Hyper(0.15, 0.0, 0.6, symbol=r"\sigma", label="Noise of the data")
WRONG = optimizers.Hyper(0.0, 0.0, 0.5, symbol="q", label="Wrong labels")
DROPOUT = optimizers.Hyper(0.0, 0.0, 0.9, symbol="p", label="Dropout")


def draw_arrays(e: Any) -> dict[str, np.ndarray]:
    runs = compute.trained(*trials(e))
    stage = stages.places(e, len(runs[0].steps))[1]
    own = {"cnn": images.arrays, "rnn": sequences.arrays}.get(e.network)
    if own is None:
        own = planes.arrays if loop.on_plane(e) else lambda e, runs: planes.inside(e, runs[0])
    curves = {name: record.frames(runs, name) for name in ("loss", "validation_accuracy", "gradient_norm")}
    times = record.timeline(runs, int(runs[0].recipe.steps or loop.WALKED))
    times["at"] = stages.steps(e, times["at"]).astype(np.float32)
    times["length"] = np.minimum(stages.steps(e, times["length"]), e.places + 1).astype(np.int32)
    return curves | times | own(e, runs) | {"stage": stages.lights(stage)}


def draw(e: Any) -> Scene:
    lines = loop_words.runs(e)
    if e.network == "mlp":
        panels = planes.panels(e, [line.label for line in lines]) if loop.on_plane(e) else planes.alone(e)
    else:
        panels = images.panels(e) if e.network == "cnn" else sequences.panels(e)
    return Scene(
        lesson="training_loop",
        steps=e.places,
        runs=lines,
        panels=(*panels, stages.panel(), scene.loss("Loss"), scene.accuracy()),
        knobs=_knobs(e),
        ticks=stages.ticks(e),
        seconds=24 if e.staged else 6,
        arrays=images.fixed(e) if e.network == "cnn" else {},
    )


def _knobs(e: Any) -> tuple[Knob, ...]:
    parts = ((optimizers, e.optimizer), (schedules, e.schedule), *(((losses, e.loss),) if e.loss != USUAL else ()))
    chosen = ((clipping, e.clip), (regularizers, e.penalty))
    numbers = [
        knob(f"{name}.{hyper}", number, e.usual(name, hyper, number), registry.get(name).title)
        for registry, name in (*parts, *((registry, name) for registry, name in chosen if name != loop.NONE))
        for hyper, number in registry.get(name).hypers.items()
        if np.ndim(number.default) == 0 and hyper != "eps"
    ]
    own = () if e.data == "own" or e.network == "cnn" else (knob("noise", NOISE, NOISE.default, "Data and network"),)
    more = (("label_noise", WRONG), ("dropout", DROPOUT))
    return (*numbers, *own, *(knob(name, number, 0.0, "Data and network") for name, number in more))


def values(e: Any) -> dict[str, float]:
    recipe = loop.recipe(e)
    picked = (recipe.optimizer, recipe.schedule, recipe.loss, recipe.clip, *recipe.penalty)
    numbers = {f"{one.name}.{hyper}": value for one in picked if one for hyper, value in one.hypers}
    plain = {name: getattr(e, name) for name in ("noise", "label_noise", "dropout", "digit")}
    return plain | {name: value for name, value in numbers.items() if np.ndim(value) == 0}


def _keep(content: bytes) -> tuple[str, Any]:
    table = tables.read(content)
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
    kinds = {name: datasets.get(name).title for name in loop.PLANES} | ({"own": "one's own"} if e.data == "own" else {})
    data = (Choice(name="data", label="Data", options=kinds, resets=("playhead",), share=2),)
    shape = (
        Choice(name="depth", label="Hidden layers", options={n: str(n) for n in loop.DEPTHS}, share=2),
        Choice(name="width", label="Units in each", options={n: str(n) for n in loop.WIDTHS}, share=2),
    )
    pace = Choice(name="pace", label="Pace", options=PACES, resets=("playhead",), share=2)
    flat = e.network == "mlp"
    return (
        Choice(name="network", label="Network", options=NETWORKS, resets=("playhead", "pace", "data"), share=2),
        *(data if flat else ()),
        *((pace,) if flat else ()),
        *(shape if flat else ()),
        scene.choice("activation", "Activation", activations),
        scene.choice("optimizer", "Optimizer", optimizers, loop.OPTIMIZERS),
        Choice(name="twin", label="Twin: same seed, one switch flipped", options=loop.TWINS, share=4),
        Fold(label="More", controls=_more(), share=2),
        Whole(name="steps", label="Steps", low=1, high=2_000, step=60, resets=("playhead",), share=2),
        Fold(label="Own data", controls=(OWN,), share=2),
    )


PACES = {"full": "full speed", "stages": "stage by stage"}


def _more() -> tuple[Any, ...]:
    none = {loop.NONE: "none"}
    return (
        scene.choice("loss", "Loss", losses),
        scene.choice("schedule", "Learning-rate schedule", schedules),
        scene.choice("clip", "Clipping", clipping, first=none),
        scene.choice("penalty", "Penalty", regularizers, loop.PENALTIES, first=none),
        Choice(name="norm", label="Normalisation", options=none | {"batch": "batch", "layer": "layer", "rms": "RMS"}),
        Choice(name="batch", label="Batch", options={n: str(n) if n else "all" for n in loop.BATCHES}),
        Whole(name="seed", label="Seed", low=0, high=9_999),
    )


def _end(a: Arrays, what: str, run: int = 0) -> float:
    return float(a[what][run, -1])


PRESETS = (
    Preset(
        "Two moons",
        {},
        "Sixteen units bend a line around two half circles. Watch when the boundary bends: the loss falls in a step at "
        "just that time. Before you press play, guess how many of the hidden units end up alike.",
        lambda e, a: _end(a, "validation_accuracy") > 0.95,
    ),
    Preset(
        "Stage by stage",
        {"pace": "stages"},
        "One place for each stage of the first twelve steps: forward fills the units, differentiate shows each "
        "weight's gradient in its place, update moves the weights. The boundary moves in the update only.",
        lambda e, a: bool(
            (a["boundary"][2] == a["boundary"][3]).all() and (a["boundary"][3] != a["boundary"][4]).any()
        ),
    ),
    Preset(
        "Without activations",
        {"activation": "linear"},
        "Sixteen linear units are worth one line, however long they train. Guess the accuracy of the best line first.",
        lambda e, a: 0.8 < _end(a, "validation_accuracy") < 0.95,
    ),
    Preset(
        "Twins: weights of zero",
        {"twin": "initializer"},
        "The same data, the same batches, and in the twin all weights begin at zero: no hidden weight ever moves, and "
        "its answer is the same everywhere.",
        lambda e, a: _end(a, "loss", 1) > 0.65 > 0.2 > _end(a, "loss", 0) and np.ptp(a["twin_boundary"][-1]) <= 1,
    ),
    Preset(
        "Twins: another seed",
        {"twin": "seed"},
        "Other first weights, other batches, an accuracy as good: and yet the two disagree between the data, where "
        "nothing tells them what is right. That is what ensembles live on.",
        lambda e, a: abs(_end(a, "validation_accuracy", 1) - _end(a, "validation_accuracy")) < 0.06,
    ),
    Preset(
        "Twins: ten times the rate",
        {"twin": "rate"},
        "A learning rate ten times as large: at first the twin is ahead, then its loss jumps about. Drag the learning "
        "rate and both follow.",
        lambda e, a: bool(np.abs(np.diff(a["loss"][1, 30:])).mean() > np.abs(np.diff(a["loss"][0, 30:])).mean()),
    ),
    Preset(
        "Digits",
        {"network": "cnn", "activation": "relu", "steps": "240"},
        "Eight filters of three by three pixels learn to see edges. Watch the confusion matrix gather on its diagonal, "
        "and look at the digits that are still wrong in the end: would you have known?",
        lambda e, a: _end(a, "validation_accuracy") > 0.85,
    ),
    Preset(
        "Keep one bit",
        {"network": "rnn"},
        "Was the first of twenty numbers positive? Everything after it is noise. The two hidden states are alike at "
        "first; when the loss falls they have learned to stay apart until the end.",
        lambda e, a: _end(a, "validation_accuracy") > 0.9,
    ),
)

LESSON = Lesson(
    name="training_loop",
    title="The training loop",
    part="Networks",
    order=2,
    question="Choose, initialise, forward, differentiate, update, stop: what does each turn of the loop change?",
    Experiment=LoopSettings,
    record=draw_arrays,
    work=trials,
    scene=draw,
    scenery=(
        *("network", "pace", "data", "table", "twin", "depth", "width", "optimizer", "schedule", "loss", "clip"),
        *("penalty", "steps", "noise", "seed"),
    ),
    values=values,
    standings=loop_words.standings,
    controls=controls,
    presets=PRESETS,
    formula=loop_words.formula,
    theory=loop_words.comparisons,
    theory_note=loop_words.NOTE,
    code=lambda e: code.programs(trials(e)[0]),
    caption=loop_words.caption,
    poster=loop_words.poster,
    references=(
        "D. Rumelhart, G. Hinton, R. Williams (1986), Learning representations by back-propagating errors, Nature 323",
        "D. Smilkov, S. Carter et al. (2017), Direct-manipulation visualization of deep networks, arXiv:1708.03788",
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner (1998), Gradient-based learning applied to document recognition",
    ),
)
