"""A recurrent network that must keep a sign: its hidden state over time, while it learns."""

from collections.abc import Sequence

import numpy as np

from app import compute, figures
from app.compute import Trained
from app.stage import Panel, ProfilePanel, Raster, RasterPanel, Scale, quantize
from app.training import style, training_loop
from app.training.loop_settings import LoopSettings

NAMES = ("it began with −1", "it began with +1")


def arrays(e: LoopSettings, runs: Sequence[Trained]) -> dict[str, np.ndarray]:
    """state_0, state_1 [frames, units, time], uint8: the hidden state while it reads a sequence of each class; inputs
    [2, time] are those; apart [1, frames, time], how far apart the two states are.
    """
    run = runs[-1]
    validation = compute.splits(run.recipe.data).validation
    y = np.asarray(validation.y)[: training_loop.RECALLED]
    chosen = [int(np.argmax(y == label)) for label in (0, 1)]
    states = np.asarray(run["hidden"], np.float32)[:, :, chosen]  # [frames, time, 2, units]
    apart = np.linalg.norm(states[:, :, 1] - states[:, :, 0], axis=-1)
    largest = max(float(np.nanmax(np.abs(states))), 1e-6)
    pictures = {f"state_{i}": quantize(np.swapaxes(states[:, :, i] / largest, 1, 2), -1, 1) for i in (0, 1)}
    inputs = np.asarray(validation.x, np.float32)[chosen, :, 0]
    time = np.arange(1, training_loop.TIME + 1, dtype=np.float32)
    return pictures | {"apart": apart[None].astype(np.float32), "inputs": inputs, "time": time}


def panels(e: LoopSettings) -> tuple[Panel, ...]:
    first, second = (_state(i) for i in (0, 1))
    inputs = ProfilePanel(
        id="inputs",
        title="What it reads",
        figure=figures.axes(labels=("time", "")),
        x="time",
        lines="inputs",
        series=style.lines("began with −1", "began with +1"),
    )
    apart = ProfilePanel(
        id="apart",
        title="How far apart the two states are",
        figure=figures.axes(labels=("time", "")),
        x="time",
        lines="apart",
        series=style.lines("distance", first=4),
    )
    return (first, second, inputs, apart)


def _state(i: int) -> RasterPanel:
    return RasterPanel(
        id=f"state_{i}",
        title=f"Hidden state: {NAMES[i]}",
        figure=figures.axes(x=(0.5, training_loop.TIME + 0.5), y=(0.5, 16.5), labels=("time", "unit")),
        raster=Raster(
            cells=f"state_{i}",
            x=(1, training_loop.TIME),
            y=(1, 16),
            scale=Scale(kind="diverging", low=-1, high=1),
            label="h =",
        ),
        place="main",
    )
