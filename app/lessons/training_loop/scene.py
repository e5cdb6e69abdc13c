"""The training loop drawn: what is recorded, and the panels of each kind of network."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from app import compute
from app.lessons.training_loop import convolutional_network, explanations, multilayer_network, recurrent_network
from app.stage import Panel, Scene
from app.training import loop_stages, training_loop
from app.training import scene as common
from app.training.loop_settings import WALKED, LoopSettings
from app.training.record import frames, timeline


class Network(Protocol):
    """What is drawn of one kind of network."""

    def arrays(self, e: LoopSettings, runs: Sequence[compute.Trained], /) -> dict[str, np.ndarray]: ...
    def panels(self, e: LoopSettings, /) -> tuple[Panel, ...]: ...


NETWORKS: dict[str, Network] = {"mlp": multilayer_network, "cnn": convolutional_network, "rnn": recurrent_network}


def record(e: LoopSettings) -> dict[str, np.ndarray]:
    """What ``arrays`` of the network returns, curves [runs, frames], and stage [frames, stages, 1]."""
    runs = compute.trained(*training_loop.trials(e))
    stage = loop_stages.places(e, len(runs[0].steps))[1]
    own = NETWORKS[e.network].arrays(e, runs)
    curves = {name: frames(runs, name) for name in ("loss", "validation_accuracy", "gradient_norm")}
    times = timeline(runs, int(runs[0].recipe.steps or WALKED))
    times["at"] = loop_stages.steps(e, times["at"]).astype(np.float32)
    times["length"] = np.minimum(loop_stages.steps(e, times["length"]), e.last_step + 1).astype(np.int32)
    return curves | times | own | {"stage": loop_stages.lights(stage)}


def scene(e: LoopSettings) -> Scene:
    return Scene(
        lesson="training_loop",
        steps=e.last_step,
        runs=explanations.runs(e),
        panels=(*NETWORKS[e.network].panels(e), loop_stages.panel(), common.loss("Loss"), common.accuracy()),
        sliders=e.sliders(),
        ticks=loop_stages.ticks(e),
        seconds=24 if e.staged else 6,
        arrays=convolutional_network.scene_arrays(e) if e.network == "cnn" else {},
    )
