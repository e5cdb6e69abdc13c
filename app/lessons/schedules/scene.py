"""Two schedules drawn: their curves above the descents that they cause, the map, and what is special about them."""

from dataclasses import replace
from typing import Any

import optimizers
from app import compute, figures
from app.compute.minibatch_regression import SAMPLES
from app.lessons.schedules import breast_cancer
from app.lessons.schedules.settings import NOISE, PLACES, hypers
from app.settings.sliders import knob
from app.stage import ContourPanel, CurvesPanel, Handle, Knob, Mark, Panel, Run, Scene
from app.stage.theme import run_style
from app.trajectories import scene as walks

SCENERY = (*walks.SCENERY, "problem", "first", "second", "place")
STYLES = (run_style(0), (run_style(4)[0], (9, 4)))


def scene(e: Any) -> Scene:
    return Scene(
        lesson="schedules",
        steps=e.steps,
        runs=runs(e),
        panels=(_map(e), _rate(), _loss(e), *_below(e)),
        knobs=_knobs(e),
        focus=e.place,
        selectable="place",
    )


def runs(e: Any) -> tuple[Run, ...]:
    """One line for each schedule, numbered where both are of one kind."""
    titles = [compute.scheduler(e.schedule(place)).title for place in PLACES]
    if titles[0] == titles[1]:
        titles = [f"{title} ({number})" for number, title in enumerate(titles, 1)]
    return tuple(
        Run(name=place, label=title, color=color, dash=dash)
        for place, title, (color, dash) in zip(PLACES, titles, STYLES, strict=True)
    )


def _map(e: Any) -> ContourPanel:
    if e.problem == "surface":
        return walks.contour(e)
    xs, ys, excess = breast_cancer.excess()
    patients = breast_cancer.data()
    x, y = patients.minimum.tolist()
    return ContourPanel(
        id="map",
        title=f"Loss of {SAMPLES} tumours",
        figure=figures.contour(xs, ys, excess, log=True, labels=("weight of the radius", "weight of the texture")),
        paths="position",
        handle=Handle(x="x", y="y"),
        marks=(Mark(x=x, y=y, kind="minimum", label=f"minimum, {patients.least:.4g}"),),
    )


def _rate() -> CurvesPanel:
    return CurvesPanel(
        id="rate", title="Learning rate", figure=figures.curves(), curves="learning_rate", place="side", weight=0.8
    )


def _loss(e: Any) -> CurvesPanel:
    return CurvesPanel(
        id="loss",
        title="Loss above the minimum" + (", dotted: expected" if e.problem == "surface" else ""),
        figure=figures.curves(log=True),
        curves="loss",
        overlay="expected",
        log=True,
        floor=1e-9,
        place="side",
    )


def _below(e: Any) -> tuple[Panel, ...]:
    """The patience of a schedule that reacts, the momentum of one that cycles it, and the rate over its decades."""
    decades = CurvesPanel(
        id="decades",
        title="Learning rate, by decades",
        figure=figures.curves(log=True),
        curves="learning_rate",
        log=True,
        floor=1e-9,
    )
    patience = CurvesPanel(
        id="patience",
        title="Bad steps in a row, patience dotted",
        figure=figures.curves(),
        curves="bad",
        overlay="patience",
    )
    momentum = CurvesPanel(id="momentum", title="Momentum", figure=figures.curves(), curves="momentum")
    reacts = any("patience" in hypers(e.schedule(place)) for place in PLACES)
    cycles = "momentum" in optimizers.get(e.method).hypers
    return (decades, *((patience,) if reacts else ()), *((momentum,) if cycles else ()))


def _knobs(e: Any) -> tuple[Knob, ...]:
    """The base rate and the optimizer's numbers, those of the schedule that is looked at, the ground's."""
    method, run = optimizers.get(e.method), runs(e)[PLACES.index(e.place)]
    both = tuple(
        knob(f"{e.method}.{name}", hyper, e.default(e.method, name), method.title)
        for name, hyper in method.hypers.items()
    )
    own = tuple(
        _within_reach(name, knob(f"{e.place}.{name}", hyper, e.schedule_default(e.place, name), run.label, run.color))
        for name, hyper in hypers(e.schedule(e.place)).items()
    )
    batch = Knob(
        name="batch", label="Batch size", symbol="B", default=4, low=1, high=SAMPLES, integer=True, group="Noise"
    )
    ground = (*walks.ground_knobs(e), replace(walks.NOISE, default=NOISE)) if e.problem == "surface" else (batch,)
    return (*own, *both, *ground)


# Ends of sliders whose mathematical range is so wide that a hand could not hit what matters; the box takes the rest.
REACH = {"patience": 100, "cooldown": 100, "min_lr": 0.1, "eta_min": 0.1, "threshold": 0.5}


def _within_reach(name: str, slider: Knob) -> Knob:
    return replace(slider, high=REACH.get(name, slider.high))


def values(e: Any) -> dict[str, float]:
    """Where every knob and the handle stand."""
    own = {f"{e.place}.{name}": value for name, value in e.numbers(e.place).items()}
    return walks.values(e) | own | {"batch": e.batch}
