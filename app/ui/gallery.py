"""Every kind of panel and of marker, a few lines each: for who builds a lesson (``make dev``, then ``/gallery``).

A stage whose panels read these arrays; nothing can be dragged. What a kind needs is what its line here gives it; what
else it can do is said where it is defined (``app.stage.panels``, ``app.stage.markers``).
"""

from collections.abc import Iterator

import numpy as np
import streamlit as st

from app import figures
from app.operations import error_boundary
from app.stage import (
    BarsPanel,
    ContourPanel,
    CurvesPanel,
    Mark,
    NetworkPanel,
    Panel,
    ProfilePanel,
    Raster,
    RasterPanel,
    Recording,
    ReliefPanel,
    Run,
    Scale,
    Scene,
    TilesPanel,
    stage,
)
from app.stage.markers import Arrows, Axes, Ellipses, Lines, Marker, Points, Spots
from app.stage.theme import run_style

TITLE = "Panels and markers"
STEPS, SIDE = 40, 41
EDGE = np.linspace(-2, 2, SIDE)
HEIGHTS = EDGE[None, :] ** 2 / 2 + 2 * EDGE[:, None] ** 2
RUNS = tuple(Run(name=str(i), label=f"run {i + 1}", color=run_style(i)[0], dash=run_style(i)[1]) for i in range(2))
SQUARE = (float(EDGE[0]), float(EDGE[-1]))


def arrays() -> dict[str, np.ndarray]:
    """Two spirals into the minimum of a bowl, and what the panels read of them."""
    t = np.arange(STEPS + 1)
    path = np.stack([_spiral(t, 0.0), _spiral(t, 2.5)])  # [runs, steps + 1, 2]
    loss = path[..., 0] ** 2 / 2 + 2 * path[..., 1] ** 2
    bins = np.exp(-np.square(np.linspace(-2, 2, 12)[None, None] - 1 + t[None, :, None] / STEPS))
    numbers = {
        "path": path,
        "loss": loss,
        "low": 0.8 * loss,
        "high": 1.25 * loss,
        "depth": np.arange(6),
        "variance": np.exp(-np.arange(6)[None, None] * np.array([0.1, 0.4])[:, None, None] * t[None, :, None] / STEPS),
        "bars": np.repeat(bins, 2, axis=0) * np.array([1.0, 0.7])[:, None, None],
        "edges": np.linspace(-2, 2, 13),
        "tiles": np.sin(t[:, None, None, None] / 9 + np.arange(4)[:, None, None] + np.indices((6, 6)).sum(0)),
        "weights": np.sin(t[:, None] / 8 + np.arange(18)),
        "units": np.cos(t[:, None] / 8 + np.arange(9)),
        "cells": np.hypot(EDGE[None, :] - path[0, :, 0, None, None], EDGE[:, None] - path[0, :, 1, None, None])[::4],
        "steps": t[::4],
        "arrows": np.concatenate([path, -0.3 * path], axis=-1),
        "ellipses": np.concatenate([path, np.full((*path.shape[:2], 3), [0.04, 0.01, 0.02])], axis=-1),
        "axes": np.concatenate([path, np.full((*path.shape[:2], 4), [0.3, 0.0, 0.0, 0.15])], axis=-1),
        "curvatures": np.full((*path.shape[:2], 2), [1.0, 4.0]),
        "cloud": np.random.default_rng(0).normal(0, 0.6, (60, 2)),
        "ring": np.stack([np.cos(t / STEPS * 2 * np.pi), np.sin(t / STEPS * 2 * np.pi)], axis=-1)[None],
        "spots": np.array([[0.0, 0.0, 0.0, 0.0], [1.5, 1.5, 2.0, 5.6]]),
    }
    return {name: array.astype(np.float32) for name, array in numbers.items()} | {
        "length": np.full(2, STEPS + 1, np.int32),
        "classes": (np.arange(60) % 2).astype(np.int32),
    }


def _spiral(t: np.ndarray, angle: float) -> np.ndarray:
    radius = 1.8 * np.exp(-3 * t / STEPS)
    return np.stack([radius * np.cos(angle + t / 6), radius * np.sin(angle + t / 6)], axis=-1)


def panels() -> Iterator[Panel]:
    """One of each kind."""
    contour = figures.contour(EDGE, EDGE, HEIGHTS)
    relief = figures.relief(EDGE, EDGE, HEIGHTS, labels=("x", "y", "f"))
    seen = figures.axes(x=SQUARE, y=SQUARE, labels=("x", "y"))
    mark = Mark(x=0, y=0, kind="minimum", label="minimum, f = 0")
    yield ContourPanel(id="contour", title="contour: paths on a map", figure=contour, paths="path", marks=(mark,))
    yield ReliefPanel(
        id="relief", title="relief: the same in three dimensions", figure=relief, paths="path", heights="loss"
    )
    yield RasterPanel(
        id="raster", title="raster: cells that follow the playhead", figure=seen,
        raster=Raster(cells="cells", x=SQUARE, y=SQUARE, at="steps", label="distance"),
    )  # fmt: skip
    yield NetworkPanel(
        id="network", title="network: weights and units", layers=(3, 3, 3), weights="weights", values="units"
    )
    yield TilesPanel(
        id="tiles", title="tiles: small images", tiles="tiles", scale=Scale(kind="diverging", low=-1, high=1), columns=2
    )
    yield CurvesPanel(
        id="curves", title="curves: over the steps, with a band", figure=figures.curves(log=True), curves="loss",
        band=("low", "high"), log=True,
    )  # fmt: skip
    yield ProfilePanel(
        id="profile", title="profile: one quantity against another", x="depth", lines="variance",
        figure=figures.axes(x=(0, 5), labels=("layer", "variance")),
    )  # fmt: skip
    yield BarsPanel(id="bars", title="bars: a histogram", figure=figures.bars(), bars="bars", edges="edges")


def markers() -> Iterator[Marker]:
    """One of each kind, for a map each."""
    yield Arrows(array="arrows", label="arrows: steps")
    yield Ellipses(array="ellipses", label="ellipses: covariances")
    yield Axes(array="axes", label="axes: eigenvectors", values="curvatures")
    yield Points(
        array="cloud", label="points: data", groups="classes", names=("one", "other"), colors=("#0072b2", "#d55e00")
    )
    yield Lines(array="ring", label="lines: a constraint")
    yield Spots(array="spots", label="spots: critical points")


def scenes() -> dict[str, Scene]:
    """The stages of the page by their titles: one of the panels, two of maps with a marker each."""
    maps = [_map(marker) for marker in markers()]
    return {"Panels": _scene(*panels()), "Markers": _scene(*maps[:3]), "More markers": _scene(*maps[3:])}


def _map(marker: Marker) -> Panel:
    figure = figures.contour(EDGE, EDGE, HEIGHTS)
    return ContourPanel(id=marker.kind, title=marker.label, figure=figure, paths="path", markers=(marker,))


def _scene(*shown: Panel) -> Scene:
    return Scene(lesson="gallery", steps=STEPS, runs=RUNS, panels=shown, seconds=6.0)


def page() -> None:
    """For ``st.Page``."""
    with error_boundary.page("gallery"):
        st.markdown(f"## {TITLE}")
        for title, scene in scenes().items():
            st.markdown(f"#### {title}")
            stage(scene, Recording(arrays=arrays()), key=f"gallery-{title.lower().replace(' ', '-')}")
