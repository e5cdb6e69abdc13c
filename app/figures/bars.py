"""Axes of a bar chart or of a row of small ones."""

from collections.abc import Sequence

import plotly.graph_objects as go

from app.figures.axes import Limits, axes

GAP = 0.03  # of the width between two small charts


def bars(
    *,
    categories: Sequence[str] = (),
    facets: Sequence[str] = (),
    labels: tuple[str, str] = ("", ""),
    log: bool = False,
    x: Limits | None = None,
    y: Limits | None = None,
) -> go.Figure:
    """Empty axes for bars.

    Args:
        categories: names under the bars; without them the edges of the bins are numbers.
        facets: titles of small charts side by side, with one y axis; without them there is one chart.
        labels: axis titles.
        log: logarithmic heights.
        x, y: limits in data units; without them they follow the data, over all frames.
    """
    figure = axes(x=x, y=y, labels=labels, log=(False, log))
    figure.layout.xaxis.update(_ticks(categories))
    width = (1 + GAP) / max(len(facets), 1)
    for place, title in enumerate(facets):
        name = f"x{place + 1 if place else ''}"
        domain = [place * width, min((place + 1) * width - GAP, 1)]
        axis = {"domain": domain, "anchor": "y", "title": {"text": title}, "nticks": 3, **_ticks(categories)}
        figure.update_layout({name.replace("x", "xaxis"): axis | ({"range": list(x)} if x else {})})
        # Plotly draws an axis only for a trace.
        figure.add_trace(go.Scatter(x=[], y=[], xaxis=name, yaxis="y"))
    return figure


def _ticks(categories: Sequence[str]) -> dict[str, object]:
    if not categories:
        return {}
    return {"tickmode": "array", "tickvals": list(range(len(categories))), "ticktext": list(categories)}
