"""Panels that several views of a landscape have: its map, its relief, cuts through it, and quantities by frame."""

from typing import Any  # of options, which are a panel's by their names

import numpy as np

from app import figures
from app.lessons.reality import loss_slices
from app.lessons.reality.record import CEILING
from app.lessons.reality.settings import RealitySettings
from app.stage import ContourPanel, CurvesPanel, ProfilePanel, ReliefPanel, Run

AXES = ("first direction", "second direction")


def run_line(name: str, label: str, color: str, dash: tuple[int, ...]) -> Run:
    return Run(name=name, label=label, color=color, dash=dash)


def steps_along(e: RealitySettings) -> tuple[str, ...]:
    """Names of the places on a timeline that walks along the first direction."""
    return tuple(f"x = {x:.2f}" for x in np.linspace(-1, 1, e.last_step + 1))


def map_panel(found: loss_slices.Sliced, **options: Any) -> ContourPanel:
    figure = figures.contour(found.xs, found.ys, found.values, labels=AXES, ceiling=_ceiling(found.values))
    return ContourPanel(id="map", figure=figure, **options)


def _ceiling(z: np.ndarray) -> float | None:
    return CEILING if z.max() > CEILING else None


def relief_panel(name: str, title: str, found: loss_slices.Sliced, z: np.ndarray, paths: str) -> ReliefPanel:
    labels = ("", "", "loss")
    figure = figures.relief(found.xs, found.ys, z, labels=labels, ceiling=_ceiling(z))
    figure.layout.scene.zaxis.range = (0, 1.02 * CEILING)  # one scale for reality and expectation
    return ReliefPanel(id=name, title=title, figure=figure, paths=paths, heights="heights")


def cut_panel(
    name: str, title: str, lines: str, *, x: str = "along", log: bool = False, **options: Any
) -> ProfilePanel:
    limits = None if log else (0.0, CEILING)
    figure = figures.axes(y=limits, labels=("step along it", "loss"), log=(False, log))
    return ProfilePanel(id=name, title=title, figure=figure, x="along", lines=lines, **options)


def frames_panel(name: str, title: str, *, overlay: str | None = None, log: bool = False, **axes: Any) -> CurvesPanel:
    """A quantity at every frame of the training; the timeline counts frames."""
    figure = figures.curves(xlabel="frame", log=log, **axes)
    return CurvesPanel(id=name, title=title, figure=figure, curves=name, overlay=overlay, log=log)
