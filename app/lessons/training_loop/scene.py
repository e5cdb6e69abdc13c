"""The training loop drawn: what is recorded, the panels of each kind of network, and the knobs of what was chosen."""

from typing import Any

import numpy as np

import optimizers
from app import compute
from app.knobs import knob
from app.stage import Knob, Scene
from app.training import images, loop, loop_words, planes, sequences, stages
from app.training import scene as common
from app.training.record import frames, timeline
from optimizers import clipping, schedules
from training_lab import losses, regularizers

USUAL = "cross_entropy"


def record(e: Any) -> dict[str, np.ndarray]:
    """What ``planes``, ``images`` or ``sequences`` return, curves [runs, frames], and stage [frames, stages, 1]."""
    runs = compute.trained(*loop.trials(e))
    stage = stages.places(e, len(runs[0].steps))[1]
    own = {"cnn": images.arrays, "rnn": sequences.arrays}.get(e.network)
    if own is None:
        own = planes.arrays if loop.on_plane(e) else lambda e, runs: planes.inside(e, runs[0])
    curves = {name: frames(runs, name) for name in ("loss", "validation_accuracy", "gradient_norm")}
    times = timeline(runs, int(runs[0].recipe.steps or loop.WALKED))
    times["at"] = stages.steps(e, times["at"]).astype(np.float32)
    times["length"] = np.minimum(stages.steps(e, times["length"]), e.places + 1).astype(np.int32)
    return curves | times | own(e, runs) | {"stage": stages.lights(stage)}


def scene(e: Any) -> Scene:
    lines = loop_words.runs(e)
    if e.network == "mlp":
        panels = planes.panels(e, [line.label for line in lines]) if loop.on_plane(e) else planes.alone(e)
    else:
        panels = images.panels(e) if e.network == "cnn" else sequences.panels(e)
    return Scene(
        lesson="training_loop",
        steps=e.places,
        runs=lines,
        panels=(*panels, stages.panel(), common.loss("Loss"), common.accuracy()),
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
    own = (
        ()
        if e.data == "own" or e.network == "cnn"
        else (knob("noise", loop.NOISE, loop.NOISE.default, "Data and network"),)
    )
    more = (("label_noise", loop.WRONG), ("dropout", loop.DROPOUT))
    return (*numbers, *own, *(knob(name, number, 0.0, "Data and network") for name, number in more))


def values(e: Any) -> dict[str, float]:
    """Where the knobs stand, and which digit is looked at."""
    recipe = loop.recipe(e)
    picked = (recipe.optimizer, recipe.schedule, recipe.loss, recipe.clip, *recipe.penalty)
    numbers = {f"{one.name}.{hyper}": value for one in picked if one for hyper, value in one.hypers}
    plain = {name: getattr(e, name) for name in ("noise", "label_noise", "dropout", "digit")}
    return plain | {name: value for name, value in numbers.items() if np.ndim(value) == 0}
