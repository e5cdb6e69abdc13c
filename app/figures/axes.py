"""Axes without contents: for rasters, profiles and bars, which the stage draws itself."""

from collections.abc import Sequence
from math import log10
from typing import Any

import plotly.graph_objects as go

Limits = tuple[float, float]


def axes(
    *,
    x: Limits | None = None,
    y: Limits | None = None,
    labels: tuple[str, str] = ("x", "y"),
    log: tuple[bool, bool] = (False, False),
    equal: bool = False,
) -> go.Figure:
    """Two empty axes.

    Args:
        x, y: limits in data units, the first one left or below; without them they follow the data.
        labels: axis titles.
        log: which axes are logarithmic.
        equal: one unit is as long on both axes.
    """
    horizontal, vertical = (_axis(*given) for given in zip(labels, (x, y), log, strict=True))
    if equal:
        horizontal |= {"constrain": "domain"}
        vertical |= {"scaleanchor": "x", "constrain": "domain"}
    return go.Figure(layout=go.Layout(template="none", xaxis=horizontal, yaxis=vertical))


def _axis(label: str, limits: Limits | None, log: bool) -> dict[str, Any]:
    axis: dict[str, Any] = {"title": {"text": label}, "type": "log" if log else "linear"}
    if limits is not None:
        axis["range"] = [log10(edge) for edge in limits] if log else list(limits)
    return axis


def matrix(
    rows: Sequence[str], columns: Sequence[str], *, labels: tuple[str, str] = ("predicted", "true"), equal: bool = True
) -> go.Figure:
    """Axes for a raster with named rows and columns, the first row on top: a confusion matrix, masks over steps.

    The raster's ``x`` is ``(0, len(columns) - 1)``, its ``y`` is ``(0, len(rows) - 1)``; ``labels`` name columns, rows.
    """
    figure = axes(x=(-0.5, len(columns) - 0.5), y=(len(rows) - 0.5, -0.5), labels=labels, equal=equal)
    _name(figure.layout.xaxis, columns)
    _name(figure.layout.yaxis, rows)
    return figure


def rows(names: Sequence[str], *, x: Limits, label: str = "") -> go.Figure:
    """Axes for a chart of effects: one row for each name, the first on top, and a quantity from left to right."""
    figure = axes(x=x, y=(len(names) - 0.5, -0.5), labels=(label, ""))
    _name(figure.layout.yaxis, names)
    return figure


def _name(axis: Any, names: Sequence[str]) -> None:
    """Names at 0, 1, 2 and so on; the plot gives way to the longest."""
    axis.update(tickmode="array", tickvals=list(range(len(names))), ticktext=list(names), automargin=True)
