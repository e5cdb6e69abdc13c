"""Axes for a quantity over the steps; the lines themselves are drawn by the stage."""

import plotly.graph_objects as go


def curves(
    *,
    xlabel: str = "step",
    ylabel: str = "",
    log: bool = False,
    range: tuple[float, float] | None = None,
) -> go.Figure:
    """Empty axes.

    Args:
        xlabel, ylabel: axis titles.
        log: logarithmic values.
        range: fixed limits of the values (of their log10 with ``log``); without it they follow the data.
    """
    yaxis: dict[str, object] = {"title": {"text": ylabel}, "type": "log" if log else "linear"}
    if range is not None:
        yaxis["range"] = list(range)
    return go.Figure(layout=go.Layout(template="none", xaxis={"title": {"text": xlabel}}, yaxis=yaxis))
