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
) -> go.Figure:
    """A surface over the grid; ``z`` is already on the axis that is shown (transformed by the caller if need be).

    Args:
        xs, ys: grid coordinates, [nx] and [ny].
        z: heights, [ny, nx].
        labels: axis titles.
        eye: where the camera stands, in units of the plot's box.
    """
    trace = go.Surface(
        x=np.asarray(xs, dtype=np.float32),
        y=np.asarray(ys, dtype=np.float32),
        z=np.asarray(z, dtype=np.float32),
        showscale=False,
        hoverinfo="skip",
    )
    axes = {f"{axis}axis": {"title": {"text": label}} for axis, label in zip("xyz", labels, strict=True)}
    scene = axes | {
        "aspectmode": "manual",
        "aspectratio": {"x": 1.0, "y": 1.0, "z": 0.6},
        "camera": {"eye": dict(zip("xyz", eye, strict=True)), "center": {"x": 0, "y": 0, "z": -0.16}},
    }
    return go.Figure(trace, go.Layout(template="none", scene=scene))
