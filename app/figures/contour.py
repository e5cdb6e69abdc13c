"""A terrain seen from above: muted filled levels and thin isolines."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike


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
) -> go.Figure:
    """Filled levels of ``z``, evenly spaced in ``z`` or, with ``log``, in ``log10(z - min z)``.

    Args:
        xs, ys: grid coordinates, [nx] and [ny].
        z: values, [ny, nx]; NaN is a hole.
        levels: number of bands.
        log: space the levels by decades.
        labels: axis titles.
        equal: one unit is as long on both axes, so that angles are true.
    """
    heights, offset = log_height(z) if log else (np.asarray(z, dtype=np.float64), None)
    heights = np.where(np.isfinite(heights), heights, np.nan)
    low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
    size = (high - low) / levels or 1.0
    trace = go.Contour(
        x=np.asarray(xs, dtype=np.float32),
        y=np.asarray(ys, dtype=np.float32),
        z=heights.astype(np.float32),
        contours={"start": low + size, "end": high - size, "size": size, "coloring": "fill"},
        line={"width": 0.8, "smoothing": 0.9},
        showscale=False,
        hoverinfo="skip",
    )
    xaxis = {"title": {"text": labels[0]}, "range": _span(xs)}
    yaxis = {"title": {"text": labels[1]}, "range": _span(ys)}
    if equal:
        yaxis |= {"scaleanchor": "x", "constrain": "domain"}
        xaxis |= {"constrain": "domain"}
    # The browser reads a value under the pointer back through this transform.
    meta = {} if offset is None else {"meta": {"log_offset": offset}}
    return go.Figure(trace, go.Layout(template="none", xaxis=xaxis, yaxis=yaxis, **meta))


def _span(values: ArrayLike) -> list[float]:
    array = np.asarray(values)
    return [float(array[0]), float(array[-1])]
