"""A convolutional network on digits: its filters, what they make of a digit, and what it takes for what."""

from collections.abc import Sequence

import numpy as np

from app import compute, figures
from app.compute import Trained
from app.stage import Panel, Raster, RasterPanel, Scale, TilesPanel
from app.training import training_loop
from app.training.loop_settings import LoopSettings

DIGITS = tuple(map(str, range(10)))
SHOWN = 12  # digits at the end
OFFERED = 9  # digits that may be looked at closely


def arrays(e: LoopSettings, runs: Sequence[Trained]) -> dict[str, np.ndarray]:
    """filters [frames, filters, 3, 3], maps [frames, filters, 8, 8], confusion [frames, 10, 10]; digits [12, 8, 8]
    that the trained network gets wrong, and as many others as there is room for, with said, verdicts [frames, 12].
    """
    run = runs[-1]
    validation = compute.splits(run.recipe.data).validation
    y, said = np.asarray(validation.y), run["said"]
    order = np.argsort(said[-1] == y, kind="stable")[:SHOWN]
    images = _images(e)
    return {
        "filters": np.moveaxis(run["filters"][:, :, :, 0], -1, 1).astype(np.float32),
        "maps": np.moveaxis(np.asarray(run["hidden"][0], np.float32)[:, 0], -1, 1),
        "confusion": run["confusion"],
        "digits": images[order],
        "said": said[:, order].astype(np.int32),
        "verdicts": np.where(said[:, order] == y[order], 1, 2).astype(np.uint8),
    }


def _images(e: LoopSettings) -> np.ndarray:
    """The validation digits as they were drawn [n, 8, 8]."""
    found = compute.splits(training_loop.data(e))
    shift, factor = np.asarray(found.scaling.shift), np.asarray(found.scaling.factor)
    flat = np.asarray(found.validation.x).reshape(len(found.validation.x), -1)
    drawn: np.ndarray = flat / factor + shift
    return drawn.reshape(-1, 8, 8).astype(np.float32)


def scene_arrays(e: LoopSettings) -> dict[str, np.ndarray]:
    """The digits that may be looked at."""
    return {"offered": _images(e)[:OFFERED]}


def panels(e: LoopSettings) -> tuple[Panel, ...]:
    confusion = RasterPanel(
        id="confusion",
        title="Confusion on the validation digits",
        figure=figures.matrix(DIGITS, DIGITS),
        raster=Raster(cells="confusion", x=(0, 9), y=(0, 9), texts=True, label="digits"),
    )
    filters = TilesPanel(
        id="filters", title="Filters of the first layer", tiles="filters", scale=Scale(kind="diverging"), each=True
    )
    maps = TilesPanel(id="maps", title="What they make of the digit chosen below", tiles="maps", each=True)
    digits = TilesPanel(
        id="digits",
        title="Wrong in the end, and as what",
        tiles="digits",
        words="said",
        vocabulary=DIGITS,
        verdicts="verdicts",
        place="strip",
        weight=1.5,
    )
    offered = TilesPanel(
        id="offered", title="Choose a digit", tiles="offered", pick="digit", columns=3, place="strip", weight=0.7
    )
    return (confusion, filters, maps, digits, offered)
