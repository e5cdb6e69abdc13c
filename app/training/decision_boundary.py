"""A network on points of a plane: its boundary frame by frame, its hidden units, its weights, and its twin's."""

from collections.abc import Sequence

import numpy as np

from app import compute, figures
from app.compute import Trained, lesson_probes
from app.stage import NetworkPanel, Points, Raster, RasterPanel, Scale, TilesPanel, quantize
from app.stage.panels import Panel, Place
from app.stage.theme import CATEGORIES
from app.training import loop_stages, training_loop
from app.training.loop_settings import LoopSettings

CELLS = {"main": "boundary", "twin": "twin_boundary"}
SHARE = Scale(kind="diverging", low=0, high=1, centre=0.5)


def arrays(e: LoopSettings, runs: Sequence[Trained]) -> dict[str, np.ndarray]:
    """boundary (and twin_boundary, difference) [frames, side, side], units [frames, units, h, w], all uint8; points
    [n, 2] and classes [n] of the training data; what ``inside`` says.
    """
    run = runs[0]
    which, _ = loop_stages.places(e, len(run.steps))
    train = compute.splits(run.recipe.data).train
    found = {
        "points": np.asarray(train.x, np.float32),
        "classes": np.asarray(train.y).astype(np.uint8),
        "boundary": run["boundary"][which],
        "units": run["units"][which][:, :, ::-1],  # the first row of a tile is on top, that of a plane below
    }
    if len(runs) == 1:
        return found | inside(e, run)
    own, other = _thinned(run["boundary"])[which], _thinned(_as_long(runs[1]["boundary"], len(run.steps)))[which]
    difference = quantize((other.astype(np.float32) - own) / 254, -1, 1)
    return {
        "points": found["points"],
        "classes": found["classes"],
        "boundary": own,
        "twin_boundary": other,
        "difference": difference,
    }


def inside(e: LoopSettings, run: Trained) -> dict[str, np.ndarray]:
    """weights [frames, edges], while differentiating the gradients in their place, as large as the largest weight; and
    nodes [frames, nodes], what the units say.
    """
    which, stage = loop_stages.places(e, len(run.steps))
    weights, slopes = run["weights"][which], run["slopes"][which]
    largest = max(float(np.abs(slopes).max()), 1e-30)
    slopes = slopes * (np.abs(weights).max() / largest)
    differentiates = e.staged & (stage == 3)[:, None]
    seen = {"confusion": run["confusion"][which]} if "confusion" in run.telemetry else {}
    return seen | {
        "weights": np.where(differentiates, slopes, weights).astype(np.float32),
        "nodes": np.asarray(run["nodes"], np.float32)[which],
    }


def _thinned(boundary: np.ndarray) -> np.ndarray:
    """Three pictures at a time are sent at half the resolution."""
    return boundary[:, ::2, ::2]


def _as_long(frames: np.ndarray, count: int) -> np.ndarray:
    """The last frame of a run that broke off stands for the rest."""
    return frames[np.minimum(np.arange(count), len(frames) - 1)]


def panels(e: LoopSettings, labels: Sequence[str]) -> tuple[Panel, ...]:
    classes = compute.dataset(training_loop.data(e)).classes
    train = compute.splits(training_loop.data(e)).train
    low, high = lesson_probes.plane_of(train.x)
    if len(labels) == 2:
        high = high - (high - low) / (lesson_probes.FINE - 1)  # where the last pixel of every second one lies
        return (
            boundary_panel("boundary", labels[0], low, high, classes, place="main"),
            boundary_panel("twin_boundary", labels[1], low, high, classes, place="side"),
            boundary_panel("difference", "Difference", low, high, 0, place="side"),
        )
    return (
        boundary_panel("boundary", "Decision boundary", low, high, classes, place="main"),
        network_panel(e, 2, classes),
        TilesPanel(
            id="units",
            title="Hidden units, over the same plane",
            tiles="units",
            scale=Scale(kind="diverging", low=-1, high=1),
            captions=tuple(f"unit {unit + 1}" for unit in range(min(e.width, lesson_probes.PICTURED))),
            smooth=True,
            place="side",
        ),
    )


def alone(e: LoopSettings) -> tuple[Panel, ...]:
    """For a table with other than two features: the network and what it takes for what."""
    dataset = compute.dataset(training_loop.data(e))
    names = tuple(name[:8] for name in dataset.class_names)
    last = len(names) - 1
    confusion = RasterPanel(
        id="confusion",
        title="Confusion on what was held back",
        figure=figures.matrix(names, names),
        raster=Raster(cells="confusion", x=(0, last), y=(0, last), texts=last < 12, label="examples"),
        place="side",
    )
    return (network_panel(e, dataset.x.shape[1], dataset.classes, place="main"), confusion)


def network_panel(
    e: LoopSettings, inputs: int, classes: int, place: Place = "side", weight: float = 1.3
) -> NetworkPanel:
    return NetworkPanel(
        id="network",
        title="Weights, or their gradients" if e.staged else "Weights, and what units say to an example",
        layers=(inputs, *[e.width] * e.depth, classes),
        weights="weights",
        values="nodes",
        names=("in", *(f"hidden {layer + 1}" for layer in range(e.depth)), "out"),
        place=place,
        weight=weight,
    )


def boundary_panel(
    cells: str, title: str, low: np.ndarray, high: np.ndarray, classes: int, place: Place
) -> RasterPanel:
    x, y = ((float(a), float(b)) for a, b in zip(low, high, strict=True))
    names = tuple(f"class {label}" for label in range(classes))
    scale = SHARE if classes == 2 else Scale(kind="categorical", labels=names, colors=_colors(classes))
    if not classes:
        scale = Scale(kind="diverging", low=-1, high=1, legend=True)
    points = Points(array="points", label="", groups="classes", names=names, colors=_colors(7), size=5)
    return RasterPanel(
        id=cells,
        title=title,
        figure=figures.axes(x=x, y=y, labels=("x₁", "x₂")),
        raster=Raster(cells=cells, x=x, y=y, scale=scale, label="p(class 1) =", strength=0.6, smooth=classes in (0, 2)),
        markers=(points,) if classes else (),
        place=place,
    )


def _colors(count: int) -> tuple[str, ...]:
    """Of classes; the first two as the two ends of the diverging scale."""
    return (CATEGORIES * 3)[:count]
