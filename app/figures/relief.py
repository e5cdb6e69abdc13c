"""The same terrain in three dimensions."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike


def relief(
    xs: ArrayLike,
    ys: ArrayLike,
    z: ArrayLike,
    *,
    labels: tuple[str, str, str] = ("x", "y", "f"),
    eye: tuple[float, float, float] = (1.05, -1.3, 0.85),
    ceiling: float | None = None,
    equal: bool = False,
) -> go.Figure:
    """A surface over the grid; ``z`` is already on the axis that is shown (transformed by the caller if need be).

    Args:
        xs, ys: grid coordinates, [nx] and [ny].
        z: heights, [ny, nx]; what is not finite is a hole.
        labels: axis titles.
        eye: where the camera stands, in units of the plot's box.
        ceiling: heights above it are cut off flat, with a line along the edge.
        equal: one unit is as long on x as on y.
    """
    heights = np.asarray(z, dtype=np.float64)
    heights = np.where(np.isfinite(heights), heights, np.nan)
    trace = go.Surface(
        x=np.asarray(xs, dtype=np.float32),
        y=np.asarray(ys, dtype=np.float32),
        z=(heights if ceiling is None else np.minimum(heights, ceiling)).astype(np.float32),
        showscale=False,
        hoverinfo="skip",
    )
    if ceiling is not None:
        # A hair below, because at the ceiling itself the cut is flat and has no isoline; the next level is beyond it.
        hair = 2e-3 * (ceiling - float(np.nanmin(heights, initial=ceiling)))
        trace.contours.z = {"show": True, "start": ceiling - hair, "end": ceiling, "size": 2 * hair or 1.0, "width": 2}
    axes = {f"{axis}axis": {"title": {"text": label}} for axis, label in zip("xyz", labels, strict=True)}
    scene = axes | {
        "aspectmode": "manual",
        "aspectratio": _ratio(xs, ys) if equal else {"x": 1.0, "y": 1.0, "z": 0.6},
        "camera": {"eye": dict(zip("xyz", eye, strict=True)), "center": {"x": 0, "y": 0, "z": -0.16}},
    }
    return go.Figure(trace, go.Layout(template="none", scene=scene))


def _ratio(xs: ArrayLike, ys: ArrayLike) -> dict[str, float]:
    """Edges of the box with x and y to scale, as long on average as those of a cube."""
    wide, deep = float(np.ptp(np.asarray(xs))), float(np.ptp(np.asarray(ys)))
    unit = (wide * deep) ** 0.5
    return {"x": wide / unit, "y": deep / unit, "z": 0.6}
