"""A walk drawn: the panels that walking lessons choose from, the lines of the runs, and the knobs that move them."""

import numpy as np

import landscapes
import optimizers
from app import compute, figures
from app.settings.sliders import knob
from app.stage import ContourPanel, CurvesPanel, Handle, Knob, Mark, ReliefPanel, Run
from app.trajectories.record import record
from app.trajectories.settings import HIGHEST_NOISE, RATE, WalkSettings
from app.trajectories.style import style


def runs(e: WalkSettings) -> tuple[Run, ...]:
    """The lines of the chosen optimizers; a method has one colour and one dash on the whole site."""
    return tuple(_run(name) for name in e.optimizers)


def _run(name: str) -> Run:
    color, dash = style(name)
    return Run(name=name, label=optimizers.get(name).title, color=color, dash=dash)


def contour(e: WalkSettings) -> ContourPanel:
    """The map with the trails; its start can be dragged."""
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


def relief(e: WalkSettings) -> ReliefPanel:
    """The terrain in three dimensions, heights as on the map."""
    seen = compute.drawn(e.surface, e.params, e.view)
    labels = ("x", "y", "f" if seen.offset is None else "log f")
    figure = figures.relief(seen.xs, seen.ys, seen.heights, labels=labels, ceiling=seen.ceiling)
    return ReliefPanel(id="relief", title="The same in relief", figure=figure, paths="position", heights="height")


def loss(e: WalkSettings, overlay: str | None = "predicted") -> CurvesPanel:
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


def gradient_norm(e: WalkSettings) -> CurvesPanel:
    """Length of the gradient that each step was computed from."""
    return CurvesPanel(
        id="gradient",
        title="Gradient norm",
        figure=figures.curves(log=True),
        curves="gradient_norm",
        log=True,
        floor=1e-9,
    )


def effective_rate(e: WalkSettings) -> CurvesPanel:
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


def poster(e: WalkSettings, position: np.ndarray | None = None, lines: tuple[Run, ...] | None = None) -> bytes:
    """The map with the trails as a small picture: of the optimizers, or of other runs [runs, points, 2]."""
    seen = compute.drawn(e.surface, e.params, e.view)
    corner = np.array([seen.xs[0], seen.ys[0]])
    size = np.array([np.ptp(seen.xs), np.ptp(seen.ys)])
    paths = record(e)["position"] if position is None else position
    trails = [(path - corner) / size for path in paths]
    return figures.poster(seen.heights, trails, [run.color for run in lines or runs(e)])


def knobs(e: WalkSettings) -> tuple[Knob, ...]:
    """The numbers that can be dragged: the shared rate, those of the focused optimizer, the terrain's, the noise."""
    shared = (knob("learning_rate", RATE, e.usual_rate, "All optimizers"),) if e.shared else ()
    return (*shared, *method_knobs(e), *ground_knobs(e), NOISE)


NOISE = Knob(name="noise", label="Gradient noise", symbol="σ", default=0.0, low=0.0, high=HIGHEST_NOISE, group="Noise")


def method_knobs(e: WalkSettings) -> tuple[Knob, ...]:
    """The numbers of the focused optimizer."""
    method = optimizers.get(e.focused)
    return tuple(
        knob(f"{e.focused}.{name}", hyper, e.default(e.focused, name), method.title, _run(e.focused).color)
        for name, hyper in method.hypers.items()
        if not (e.shared and name == "learning_rate")
    )


def ground_knobs(e: WalkSettings) -> tuple[Knob, ...]:
    """The numbers of the terrain."""
    return tuple(
        knob(f"{e.surface}.{name}", param, e.param_default(name), e.landscape.title)
        for name, param in e.landscape.params.items()
    )


def values(e: WalkSettings) -> dict[str, float]:
    """Where every knob and the handle stand."""
    x, y = e.start
    own = {f"{e.focused}.{name}": value for name, value in e.hypers(e.focused).items()}
    ground = {f"{e.surface}.{name}": value for name, value in e.params}
    return own | ground | {"x": x, "y": y, "noise": e.noise, "learning_rate": e.common_rate}


# What the scene may look at; every other setting moves the recording and can be dragged.
SCENERY = (
    "surface",
    "optimizers",
    "focus",
    "shared",
    "steps",
    "edge",
    "ceiling",
    "height",
    *(f"{name}.*" for name in landscapes.names()),
)
