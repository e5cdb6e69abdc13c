"""A terrain seen from above: muted filled levels and thin isolines."""

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from app.figures.axes import axes


def log_height(z: ArrayLike) -> tuple[np.ndarray, float]:
    """Heights for terrain that spans decades: ``log10(z - offset)``, finite at the lowest point.

    Returns:
        the transformed heights and the offset, so that ``z = 10**height + offset``.
    """
    values = np.asarray(z, dtype=np.float64)
    lowest, highest = np.nanmin(values), np.nanmax(values)
    offset = float(lowest - max((highest - lowest) * 1e-4, 1e-12))
    return np.log10(values - offset), offset


def contour(
    xs: ArrayLike,
    ys: ArrayLike,
    z: ArrayLike,
    *,
    levels: int = 16,
    log: bool = False,
    labels: tuple[str, str] = ("x", "y"),
    equal: bool = False,
    ceiling: float | None = None,
) -> go.Figure:
    """Filled levels of ``z``, evenly spaced in ``z`` or, with ``log``, in ``log10(z - min z)``.

    Args:
        xs, ys: grid coordinates, [nx] and [ny].
        z: values, [ny, nx]; what is not finite is undefined and hatched.
        levels: number of bands.
        log: space the levels by decades.
        labels: axis titles.
        equal: one unit is as long on both axes, so that angles are true.
        ceiling: all that is higher is one band, flat, with a heavy line along its edge.
    """
    relief = _relief(np.asarray(z, dtype=np.float64), log, ceiling)
    size = (relief.summit - relief.low) / levels or 1.0
    last = relief.summit - size if ceiling is None else relief.summit
    trace = go.Contour(
        x=np.asarray(xs, dtype=np.float32),
        y=np.asarray(ys, dtype=np.float32),
        z=relief.heights.astype(np.float32),
        contours={"start": relief.low + size, "end": last, "size": size, "coloring": "fill"},
        line={"width": 0.8, "smoothing": 0.9},
        showscale=False,
        hoverinfo="skip",
    )
    figure = axes(x=_span(xs), y=_span(ys), labels=labels, equal=equal)
    figure.add_trace(trace)
    if ceiling is not None:
        edge = {"start": relief.summit, "end": relief.summit, "size": 1.0, "coloring": "none"}
        figure.add_trace(go.Contour(trace, contours=edge, line={"width": 2.0}, meta="edge"))
    # The browser reads a value under the pointer back through this transform.
    figure.layout.meta = {"log_offset": relief.offset} if relief.offset is not None else None
    return figure


class _Relief(NamedTuple):
    """Heights as they are drawn, [ny, nx], NaN where undefined; ``offset`` is that of ``log_height``, if in decades."""

    heights: np.ndarray
    offset: float | None
    low: float
    summit: float


def _relief(values: np.ndarray, log: bool, ceiling: float | None) -> _Relief:
    known = np.isfinite(values)
    values = np.where(known, values, np.nan)
    top = ceiling if ceiling is not None else float(values[known].max()) if known.any() else 0.0
    offset = log_height(np.minimum(values, top))[1] if log and known.any() else None
    heights = values if offset is None else np.log10(values - offset)
    summit = top if offset is None else float(np.log10(top - offset))
    return _Relief(heights, offset, float(np.nanmin(heights, initial=summit)), summit)


def _span(values: ArrayLike) -> tuple[float, float]:
    array = np.asarray(values)
    return float(array[0]), float(array[-1])
