"""Runs on a surface drawn: the panels that lessons choose from, and the lines of the runs."""

import numpy as np

import landscapes
import optimizers
from app import compute, figures
from app.stage import ContourPanel, CurvesPanel, Handle, Mark, ReliefPanel, Run
from app.trajectories.record import record
from app.trajectories.settings import TrajectorySettings
from app.trajectories.style import style


def runs(e: TrajectorySettings) -> tuple[Run, ...]:
    """The lines of the chosen optimizers; a method has one colour and one dash on the whole site."""
    return tuple(_run(name) for name in e.optimizers)


def _run(name: str) -> Run:
    color, dash = style(name)
    return Run(name=name, label=optimizers.get(name).title, color=color, dash=dash)


def contour(e: TrajectorySettings) -> ContourPanel:
    """The map with the trajectories; its start can be dragged."""
    seen, known = compute.drawn(e.surface, e.params, e.view), compute.terrain(e.surface, e.params)
    figure = figures.contour(seen.xs, seen.ys, seen.heights, ceiling=seen.ceiling)
    figure.layout.meta = None if seen.offset is None else {"log_offset": seen.offset}
    return ContourPanel(
        id="map",
        title=e.landscape.title,
        figure=figure,
        paths="position",
        handle=Handle(x="x", y="y"),
        marks=tuple(_mark(point) for point in known.points if _inside(seen, point.position)),
    )


def _mark(point: landscapes.CriticalPoint) -> Mark:
    x, y = point.position
    return Mark(x=x, y=y, kind=point.kind, label=f"{point.kind}, f = {point.value:.5g}")


def _inside(seen: compute.Drawn, position: tuple[float, float]) -> bool:
    return all(axis[0] <= p <= axis[-1] for p, axis in zip(position, (seen.xs, seen.ys), strict=True))


def relief(e: TrajectorySettings) -> ReliefPanel:
    """The terrain in three dimensions, heights as on the map."""
    seen = compute.drawn(e.surface, e.params, e.view)
    labels = ("x", "y", "f" if seen.offset is None else "log f")
    figure = figures.relief(seen.xs, seen.ys, seen.heights, labels=labels, ceiling=seen.ceiling)
    return ReliefPanel(id="relief", title="The same in relief", figure=figure, paths="position", heights="height")


def loss(e: TrajectorySettings, overlay: str | None = "predicted") -> CurvesPanel:
    """Loss above the lowest value of the surface, on a log axis."""
    return CurvesPanel(
        id="loss",
        title="Loss above the minimum",
        figure=figures.curves(log=True),
        curves="loss",
        overlay=overlay,
        log=True,
        floor=1e-9,
    )


def gradient_norm(e: TrajectorySettings) -> CurvesPanel:
    """Length of the gradient that each step was computed from."""
    return CurvesPanel(
        id="gradient",
        title="Gradient norm",
        figure=figures.curves(log=True),
        curves="gradient_norm",
        log=True,
        floor=1e-9,
    )


def effective_rate(e: TrajectorySettings) -> CurvesPanel:
    """What multiplies each component of the gradient: the learning rate that a dimension really has."""
    return CurvesPanel(
        id="rate",
        title="Effective learning rate",
        figure=figures.curves(log=True),
        curves="effective_rate",
        components=("x", "y"),
        log=True,
        floor=1e-9,
    )


def poster(e: TrajectorySettings, position: np.ndarray | None = None, lines: tuple[Run, ...] | None = None) -> bytes:
    """The map with the trajectories as a small picture: of the optimizers, or of other runs [runs, points, 2]."""
    seen = compute.drawn(e.surface, e.params, e.view)
    corner = np.array([seen.xs[0], seen.ys[0]])
    size = np.array([np.ptp(seen.xs), np.ptp(seen.ys)])
    paths = record(e)["position"] if position is None else position
    trails = [(path - corner) / size for path in paths]
    return figures.poster(seen.heights, trails, [run.color for run in lines or runs(e)])
