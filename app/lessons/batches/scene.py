"""The regression drawn: the loss over the weights, the data, the gradients of the samples, the noise ball, the loss."""

from dataclasses import replace

import numpy as np

from app import figures
from app.compute import minibatch_regression
from app.compute.minibatch_regression import DOMAIN, SAMPLES
from app.lessons.batches.record import timeline
from app.lessons.batches.settings import RATES, RUNS, RegressionSettings
from app.stage import (
    Arrows,
    ContourPanel,
    CurvesPanel,
    Ellipses,
    Handle,
    Lines,
    Mark,
    Panel,
    Points,
    ProfilePanel,
    Run,
    Scene,
)
from app.stage.theme import PALETTE, run_style
from landscapes.surface import Domain

STYLES = tuple(run_style(place) for place in (0, 4, 2, 3))
LINES = tuple(
    Run(name=run.name, label=run.label, color=color, dash=dash) for run, (color, dash) in zip(RUNS, STYLES, strict=True)
)
COLORS = tuple(color for color, _ in STYLES)
SAMPLE = PALETTE[1]
EPOCHS = 10.0  # that are shown where the clock counts steps: the whole set would need hundreds
WEIGHTS = {"linear": ("slope", "intercept"), "logistic": ("weight 1", "weight 2")}
FLOOR = 1e-7  # float32 holds no smaller difference of two losses


def scene(e: RegressionSettings) -> Scene:
    unit = "step" if e.clock == "steps" else "gradient evaluation"
    return Scene(
        lesson="batches",
        steps=e.steps,
        runs=LINES,
        panels=(_map(e), _data(e), _cloud(e), _ball(e), *_losses(e, unit)),
        sliders=e.sliders(),
        focus=e.focus,
        selectable="focus",
        unit=unit,
        arrays={"samples": _samples(e), "labels": (e.data.targets > 0).astype(np.int32)},
    )


def _contour(e: RegressionSettings, domain: Domain) -> ContourPanel:
    """The loss above its minimum as isolines, and the minimum marked."""
    xs, ys, excess = minibatch_regression.excess(e.task, e.scatter, domain)
    x, y = e.data.minimum.tolist()
    mark = Mark(x=x, y=y, kind="minimum", label=f"minimum of the mean loss, {round(e.data.least, 7):.4g}")
    return ContourPanel(
        id="map",
        title="Mean loss of the whole set over the two weights",
        figure=figures.contour(xs, ys, excess, log=True, labels=WEIGHTS[e.task]),
        marks=(mark,),
    )


def _map(e: RegressionSettings) -> ContourPanel:
    return replace(_contour(e, DOMAIN), paths="position", handle=Handle(x="x", y="y"))


def _ball(e: RegressionSettings) -> ContourPanel:
    """The surroundings of the minimum, so large that the noise ball of single samples fits in at the usual rate."""
    x, y = e.data.minimum.tolist()
    single = minibatch_regression.noise_balls(e.task, e.scatter, np.array([RATES[e.task]]), np.ones(1))
    (low, high), deviation = DOMAIN[0], float(np.sqrt(np.max(np.diag(single.covariance[0]))))
    # Data so wide that single samples have no noise ball at that rate: then all of the map.
    reach = max(3 * deviation, 0.15) if np.isfinite(deviation) else (high - low) / 2
    return replace(
        _contour(e, ((x - reach, x + reach), (y - reach, y + reach))),
        id="ball",
        title="The last half",
        place="strip",
        weight=1.2,
        markers=(
            Points(array="tail", label="", groups="tail_run", colors=COLORS, size=3.5),
            Ellipses(array="balls", label="predicted 2σ", scale=2, width=2.5),
        ),
    )


def _samples(e: RegressionSettings) -> np.ndarray:
    """The data [samples, 2] as drawn: input and target, or the two inputs."""
    features = e.data.features
    return features if e.task == "logistic" else np.column_stack([features[:, 0], e.data.targets])


def _data(e: RegressionSettings) -> ContourPanel:
    low, high = _samples(e).min(axis=0), _samples(e).max(axis=0)
    room = 0.1 * (high - low)
    limits = tuple(zip((low - room).tolist(), (high + room).tolist(), strict=True))
    linear = e.task == "linear"
    points = Points(
        array="samples",
        label="" if linear else "class",
        groups=None if linear else "labels",
        names=() if linear else ("−1", "+1"),
        colors=(SAMPLE,) if linear else (PALETTE[5], SAMPLE),
        size=6,
    )
    return ContourPanel(
        id="data",
        title="The data, and the fit of each run" if linear else "The data, and the border of each run",
        figure=figures.axes(x=limits[0], y=limits[1], labels=("input", "target") if linear else ("input 1", "input 2")),
        place="side",
        markers=(points, Lines(array="fits", label="", color="runs", width=2.2, dash=())),
    )


def _cloud(e: RegressionSettings) -> ContourPanel:
    """Gradients, on axes that hold nine tenths of them at the usual start."""
    start = np.array([[type(e)().x, type(e)().y]], np.float32)
    reach = 1.15 * float(np.quantile(np.abs(minibatch_regression.sample_gradients(e.task, e.scatter, start)), 0.9))
    names = WEIGHTS[e.task]
    return ContourPanel(
        id="cloud",
        title="Gradients",
        figure=figures.axes(x=(-reach, reach), y=(-reach, reach), labels=(f"∂ {names[0]}", f"∂ {names[1]}")),
        place="side",
        markers=(
            Points(array="cloud", label="", colors=(SAMPLE,), size=4),
            Ellipses(array="gradient_spread", label="batches", width=2, dash=(5, 3)),
            Arrows(array="mean_gradient", label="whole set", color=COLORS[0]),
            Arrows(array="batch_gradient", label="this step", width=2),
        ),
    )


def _losses(e: RegressionSettings, unit: str) -> tuple[Panel, ...]:
    """The loss against steps, epochs and gradient evaluations: over the timeline what the clock counts."""
    over_time = CurvesPanel(
        id="loss",
        title=f"Loss per {unit}",
        figure=figures.curves(xlabel=unit, log=True),
        curves="excess",
        overlay="expected",
        floor=FLOOR,
        log=True,
    )
    epochs = EPOCHS if e.clock == "steps" else e.steps / SAMPLES
    others = {
        "step_count": ("Loss per step", (0.0, float(e.steps)), False),
        "epochs": ("Loss per epoch", (0.0, epochs), False),
        "evaluations": ("Loss per gradient evaluation", (1.0, float(SAMPLES * e.steps)), True),
    }
    del others["step_count" if e.clock == "steps" else "evaluations"]
    profiles = tuple(
        ProfilePanel(
            id=x,
            title=title,
            figure=figures.axes(x=limits, labels=(title.removeprefix("Loss per "), ""), log=(log, True)),
            x=x,
            lines="excess",
            overlay="expected",
            floor=FLOOR,
            follow=True,
        )
        for x, (title, limits, log) in others.items()
    )
    return (over_time, *profiles)


def poster(e: RegressionSettings) -> bytes:
    """The map with the trajectories as a small picture."""
    _, _, excess = minibatch_regression.excess(e.task, e.scatter, DOMAIN)
    corner, size = np.array([low for low, _ in DOMAIN]), np.array([high - low for low, high in DOMAIN])
    trails = [(path[:120] - corner) / size for path in timeline(e).descents.position]
    return figures.poster(np.log10(excess + 0.02), trails, COLORS)
