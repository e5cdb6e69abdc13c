"""Units that are copies of one another: what the first units of each layer have in common, step by step."""

from collections.abc import Sequence

import numpy as np

from app import figures
from app.compute import Trained, lesson_probes
from app.lessons.initialisation.settings import InitialisationSettings
from app.stage import CurvesPanel, NetworkPanel, Panel
from app.training import layer_statistics
from app.training.layer_statistics import CLASSES, FEATURES
from app.training.record import frames
from training_lab import initializers


def arrays(runs: Sequence[Trained], focus: int) -> dict[str, np.ndarray]:
    """Of the run in focus excerpt [frames, edges] and groups [frames, nodes]; of all of them hidden_gradient
    [runs, frames] and kinds [runs, frames]: how many of the units that are shown of a layer differ, at most.
    """
    alike = np.asarray(runs[focus]["alike"])
    inputs, outputs = min(lesson_probes.SHOWN, FEATURES), min(lesson_probes.SHOWN, CLASSES)
    # Inputs and outputs stand in a colour of their own, the last of the palette.
    aside = [np.full((len(alike), count), len(_COLORS) - 1) for count in (inputs, outputs)]
    hidden = alike.reshape(len(alike), -1) % (len(_COLORS) - 1)
    return {
        "excerpt": np.asarray(runs[focus]["excerpt"], np.float32),
        "groups": np.concatenate([aside[0], hidden, aside[1]], axis=1).astype(np.uint8),
        "hidden_gradient": frames(runs, "hidden_gradient"),
        "kinds": frames(runs, _kinds),
    }


_COLORS = range(7)  # of the stage's palette of areas


def _kinds(run: Trained) -> np.ndarray:
    """How many of the units that are shown of a layer differ, at most, [frames]."""
    first = np.asarray(run["alike"])
    different = np.sort(first, axis=-1)
    most: np.ndarray = (1 + (np.diff(different, axis=-1) > 0).sum(axis=-1)).max(axis=-1)
    return most


def panels(e: InitialisationSettings) -> tuple[Panel, ...]:
    """The units of the initializer in focus, and the gradients that should tell them apart."""
    return (_units(e), layer_statistics.gradient_panel(), _hidden_gradient())


def _units(e: InitialisationSettings) -> NetworkPanel:
    """The first units of each layer; those with the same weights in the same colour."""
    shown, label = lesson_probes.SHOWN, initializers.get(e.focused).title
    names = ("pixels", *(f"{layer}" for layer in range(1, e.depth + 1)), "digits")
    return NetworkPanel(
        id="units",
        title=f"{label}: equal units in equal colours (the first {shown} of each layer)",
        layers=(min(shown, FEATURES), *[shown] * e.depth, min(shown, CLASSES)),
        weights="excerpt",
        groups="groups",
        names=names,
        most=shown,
    )


def _hidden_gradient() -> CurvesPanel:
    return CurvesPanel(
        id="hidden_gradient",
        title="Largest gradient of a hidden weight",
        figure=figures.curves(),
        curves="hidden_gradient",
        at="at",
        place="side",
    )
