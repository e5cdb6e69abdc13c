"""Scene, panels and lines of each way to look at a landscape."""

from typing import Any

import numpy as np

import optimizers
from app import figures
from app.lessons.reality import loss_slices, record
from app.lessons.reality.record import CEILING, KINDS
from app.lessons.reality.settings import PLANES, RealitySettings, trial
from app.stage import (
    BarsPanel,
    ContourPanel,
    CurvesPanel,
    Panel,
    Points,
    ProfilePanel,
    ReliefPanel,
    Run,
    Scale,
    Scene,
    TilesPanel,
)
from app.stage.theme import run_style
from app.trajectories.style import style

KIND_COLORS = ("#009E73", "#D55E00", "#8a9299")
AXES = ("first direction", "second direction")


def scene(e: RealitySettings) -> Scene:
    planes = e.show == "planes"
    return Scene(
        lesson="reality",
        steps=e.last_step,
        runs=runs(e),
        panels=panels(e),
        focus=str(e.plane) if planes and e.plane < PLANES else None,
        selectable="plane" if planes else None,
        unit="place",
        ticks=ticks(e),
        seconds=6,
        arrays=arrays(e),
    )


def runs(e: RealitySettings) -> tuple[Run, ...]:
    match e.show:
        case "planes":
            return tuple(_run(str(seed), f"Plane {seed}", *run_style(seed)) for seed in range(PLANES))
        case "path":
            return (_run("path", optimizers.get(e.optimizer).title, *style(e.optimizer)),)
        case "rescaling":
            return (_run("trained", "As trained", *run_style(0)), _run("rescaled", "Rescaled", *run_style(4)))
    return (_run("reality", "Reality", *run_style(4)), _run("bowl", "Expectation", *run_style(0)))


def _run(name: str, label: str, color: str, dash: tuple[int, ...]) -> Run:
    return Run(name=name, label=label, color=color, dash=dash)


def panels(e: RealitySettings) -> tuple[Panel, ...]:
    found: tuple[Any, ...] = {"slice": _slice, "planes": _planes, "path": _path, "rescaling": _rescaling}[e.show](e)
    return found


def ticks(e: RealitySettings) -> tuple[str, ...]:
    """Names of the places on the timeline."""
    match e.show:
        case "path":
            return tuple(f"step {min(e.log_every * place, e.steps)}" for place in range(e.last_step + 1))
        case "rescaling":
            return tuple(f"factor {factor:.3g}" for factor in loss_slices.FACTORS)
    return tuple(f"x = {x:.2f}" for x in np.linspace(-1, 1, e.last_step + 1))


def arrays(e: RealitySettings) -> dict[str, np.ndarray]:
    """What no playhead changes and no recording needs to bring."""
    return {"point": np.zeros((1, 2), np.float32)} if e.show == "slice" else {}


def _map(found: loss_slices.Sliced, **options: Any) -> ContourPanel:
    figure = figures.contour(found.xs, found.ys, found.values, labels=AXES, ceiling=_ceiling(found.values))
    return ContourPanel(id="map", figure=figure, **options)


def _ceiling(z: np.ndarray) -> float | None:
    return CEILING if z.max() > CEILING else None


def _relief(name: str, title: str, found: loss_slices.Sliced, z: np.ndarray, paths: str) -> ReliefPanel:
    labels = ("", "", "loss")
    figure = figures.relief(found.xs, found.ys, z, labels=labels, ceiling=_ceiling(z))
    figure.layout.scene.zaxis.range = (0, 1.02 * CEILING)  # one scale for reality and expectation
    return ReliefPanel(id=name, title=title, figure=figure, paths=paths, heights="heights")


def _slice(e: RealitySettings) -> tuple[Any, ...]:
    found = record.sliced(e)
    side = "filter-normalised" if e.directions == "filter" else "raw"
    return (
        _map(
            found,
            title=f"The loss around a trained network, {side}",
            paths="real",
            markers=(Points(array="point", label="trained weights", colors=("#E69F00",), size=10),),
        ),
        _relief("relief", "Reality", found, found.values, "real"),
        _relief("bowl", "Expectation: the bowl of its centre", found, record.bowl(found), "ideal"),
        _cut("cuts", "A cut along the first direction", "cuts", follow=True),
        _cut("crossing", "A cut along the second direction", "crossing"),
    )


def _cut(name: str, title: str, lines: str, *, x: str = "along", log: bool = False, **options: Any) -> ProfilePanel:
    limits = None if log else (0.0, CEILING)
    figure = figures.axes(y=limits, labels=("step along it", "loss"), log=(False, log))
    return ProfilePanel(id=name, title=title, figure=figure, x=x, lines=lines, **options)


def _planes(e: RealitySettings) -> tuple[Any, ...]:
    tiles = TilesPanel(
        id="tiles",
        title="The same network on nine random planes",
        tiles="tiles",
        scale=Scale(low=0, high=CEILING, legend=True),
        captions=tuple(f"plane {seed}" for seed in range(PLANES)),
        columns=3,
        smooth=True,
        pick="plane",
        place="main",
    )
    return (tiles, _cut("cuts", "Cuts along their first directions", "cuts", follow=True, place="side"))


def _path(e: RealitySettings) -> tuple[Any, ...]:
    found = record.sliced(e)
    kinds = Points(array="points", label="kinds", groups="kinds", names=KINDS, colors=KIND_COLORS, size=10)
    shares = loss_slices.path(trial(e)).explained
    return (
        _map(found, title=f"Its plane: {shares.sum():.0%} of the way", paths="position", markers=(kinds,)),
        _relief("relief", "The same in relief", found, found.values, "position"),
        _frames("loss", "Loss", log=True),
        _frames("off", "Share off the plane", overlay="random_off", range=(0, 1.04)),
        _frames("largest", "Largest eigenvalue"),
        _frames("smallest", "Smallest eigenvalue"),
    )


def _frames(name: str, title: str, *, overlay: str | None = None, log: bool = False, **axes: Any) -> CurvesPanel:
    """A quantity at every frame of the training; the timeline counts frames."""
    figure = figures.curves(xlabel="frame", log=log, **axes)
    return CurvesPanel(id=name, title=title, figure=figure, curves=name, overlay=overlay, log=log)


def _rescaling(e: RealitySettings) -> tuple[Any, ...]:
    layers = tuple(f"layer {layer + 1}" for layer in range(e.depth + 1))
    norms = BarsPanel(
        id="norms",
        title="Length of each layer's weights",
        figure=figures.bars(categories=layers, log=True),
        bars="norms",
        categories=layers,
        place="side",
    )
    filtered = _cut("filter", "Filter-normalised direction: one curve", "filter", log=True, place="main")
    return (filtered, _cut("raw", "Raw direction: two curves", "raw", log=True, place="side"), norms)
