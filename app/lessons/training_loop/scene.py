"""The training loop drawn: what is recorded, the panels of each kind of network, and the knobs of what was chosen."""

from typing import Any

import numpy as np

import optimizers
from app import compute
from app.lessons.training_loop import convolutional_network, explanations, recurrent_network
from app.settings.sliders import knob
from app.stage import Knob, Scene
from app.training import decision_boundary, loop_stages, training_loop
from app.training import scene as common
from app.training.record import frames, timeline
from optimizers import clipping, schedules
from training_lab import losses, regularizers

USUAL = "cross_entropy"


def record(e: Any) -> dict[str, np.ndarray]:
    """What ``planes``, ``images`` or ``sequences`` return, curves [runs, frames], and stage [frames, stages, 1]."""
    runs = compute.trained(*training_loop.trials(e))
    stage = loop_stages.places(e, len(runs[0].steps))[1]
    own = {"cnn": convolutional_network.arrays, "rnn": recurrent_network.arrays}.get(e.network)
    if own is None:
        own = (
            decision_boundary.arrays
            if training_loop.on_plane(e)
            else lambda e, runs: decision_boundary.inside(e, runs[0])
        )
    curves = {name: frames(runs, name) for name in ("loss", "validation_accuracy", "gradient_norm")}
    times = timeline(runs, int(runs[0].recipe.steps or training_loop.WALKED))
    times["at"] = loop_stages.steps(e, times["at"]).astype(np.float32)
    times["length"] = np.minimum(loop_stages.steps(e, times["length"]), e.last_step + 1).astype(np.int32)
    return curves | times | own(e, runs) | {"stage": loop_stages.lights(stage)}


def scene(e: Any) -> Scene:
    lines = explanations.runs(e)
    if e.network == "mlp":
        panels = (
            decision_boundary.panels(e, [line.label for line in lines])
            if training_loop.on_plane(e)
            else decision_boundary.alone(e)
        )
    else:
        panels = convolutional_network.panels(e) if e.network == "cnn" else recurrent_network.panels(e)
    return Scene(
        lesson="training_loop",
        steps=e.last_step,
        runs=lines,
        panels=(*panels, loop_stages.panel(), common.loss("Loss"), common.accuracy()),
        knobs=_knobs(e),
        ticks=loop_stages.ticks(e),
        seconds=24 if e.staged else 6,
        arrays=convolutional_network.fixed(e) if e.network == "cnn" else {},
    )


def _knobs(e: Any) -> tuple[Knob, ...]:
    parts = ((optimizers, e.optimizer), (schedules, e.schedule), *(((losses, e.loss),) if e.loss != USUAL else ()))
    chosen = ((clipping, e.clip), (regularizers, e.penalty))
    numbers = [
        knob(f"{name}.{hyper}", number, e.usual(name, hyper, number), registry.get(name).title)
        for registry, name in (*parts, *((registry, name) for registry, name in chosen if name != training_loop.NONE))
        for hyper, number in registry.get(name).hypers.items()
        if np.ndim(number.default) == 0 and hyper != "eps"
    ]
    own = (
        ()
        if e.data == "own" or e.network == "cnn"
        else (knob("noise", training_loop.NOISE, training_loop.NOISE.default, "Data and network"),)
    )
    more = (("label_noise", training_loop.WRONG), ("dropout", training_loop.DROPOUT))
    return (*numbers, *own, *(knob(name, number, 0.0, "Data and network") for name, number in more))


def values(e: Any) -> dict[str, float]:
    """Where the knobs stand, and which digit is looked at."""
    recipe = training_loop.recipe(e)
    picked = (recipe.optimizer, recipe.schedule, recipe.loss, recipe.clip, *recipe.penalty)
    numbers = {f"{one.name}.{hyper}": value for one in picked if one for hyper, value in one.hypers}
    plain = {name: getattr(e, name) for name in ("noise", "label_noise", "dropout", "digit")}
    return plain | {name: value for name, value in numbers.items() if np.ndim(value) == 0}
