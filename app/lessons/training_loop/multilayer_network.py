"""A multilayer perceptron on points of a plane, or on a table of one's own with any number of features."""

from collections.abc import Sequence

import numpy as np

from app.compute import Trained
from app.lessons.training_loop import explanations
from app.stage import Panel
from app.training import decision_boundary, training_loop
from app.training.loop_settings import LoopSettings


def arrays(e: LoopSettings, runs: Sequence[Trained]) -> dict[str, np.ndarray]:
    """What ``decision_boundary`` records: a boundary where there are two features, else the network's inside alone."""
    if training_loop.on_plane(e):
        return decision_boundary.arrays(e, runs)
    return decision_boundary.inside(e, runs[0])


def panels(e: LoopSettings) -> tuple[Panel, ...]:
    if training_loop.on_plane(e):
        return decision_boundary.panels(e, [line.label for line in explanations.runs(e)])
    return decision_boundary.alone(e)
