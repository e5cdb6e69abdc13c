"""Images of numbers: how cells, tiles and nodes are coloured, and where an image lies on a map."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from app.stage.arrays import ArrayName


@dataclass(frozen=True, kw_only=True)
class Scale:
    """From numbers to colours, all of them told apart with any common colour vision, in light and dark.

    ``sequential`` runs from the page's colour to deep blue, ``diverging`` from blue over the page's colour at
    ``centre`` to orange, ``gray`` from the page's colour to that of ink. ``low`` and ``high`` of None come from the
    data, frames together. With ``categorical`` cells are integers, places in ``labels``. Arrays of uint8 or uint16
    hold categories or, on the other scales, the codes of ``quantize``.
    """

    kind: Literal["sequential", "diverging", "gray", "categorical"] = "sequential"
    low: float | None = None
    high: float | None = None
    centre: float = 0.0
    labels: tuple[str, ...] = ()  # of the categories
    colors: tuple[str, ...] = ()  # of the categories; without them the palette's, in order
    legend: bool = False  # a thin bar or chips beside the title


def quantize(values: ArrayLike, low: float, high: float) -> np.ndarray:
    """Numbers as bytes, a quarter of the payload: 0 to 254 from ``low`` to ``high``, 255 for what is not finite.

    The panel's scale must name the same ``low`` and ``high``.
    """
    if not low < high:
        raise ValueError(f"low must be less than high, not {low} and {high}")
    array = np.asarray(values, dtype=np.float64)
    known = np.isfinite(array)
    part = (np.where(known, array, low).clip(low, high) - low) / (high - low)
    return np.where(known, np.rint(254 * part), 255).astype(np.uint8)


@dataclass(frozen=True, kw_only=True)
class Raster:
    """An image on a map. ``cells`` names ``[ny, nx]`` or ``[frames, ny, nx]``: float32, or uint8 and uint16.

    ``x`` and ``y`` are the centres of the first and the last cell, as ``np.linspace`` (on a logarithmic axis
    ``np.geomspace``) gives them; row 0 stands at ``y[0]``. NaN, and the highest code of an integer type, is undefined
    and drawn hatched. ``at`` names the steps ``[frames]`` that the frames belong to; without it they are spread evenly
    over the timeline. ``fade`` names an array of the same shape: the larger its number, the paler the cell.
    """

    cells: ArrayName
    x: tuple[float, float]
    y: tuple[float, float]
    scale: Scale = Scale()
    at: ArrayName | None = None
    fade: ArrayName | None = None
    fade_label: str = ""
    label: str = ""  # what the number of a cell is
    strength: float = 1.0  # below 1 the colours are mixed with the page's, so that lines over them stand out
    smooth: bool = False
    texts: bool = False  # the number in each cell, for at most 12 by 12
