"""Two schedules drawn: their curves above the descents that they cause, and what is special about them."""

import optimizers
from app import figures
from app.lessons.schedules.settings import PLACES, STYLES, ScheduleSettings, hypers
from app.stage import ContourPanel, CurvesPanel, Panel, Run


def runs(e: ScheduleSettings) -> tuple[Run, ...]:
    """One line for each schedule."""
    return tuple(
        Run(name=place, label=title, color=STYLES[place][0], dash=STYLES[place][1]) for place, title in e.titles.items()
    )


def panels(e: ScheduleSettings, ground: ContourPanel, loss: str) -> tuple[Panel, ...]:
    """Beside a map the learning rates above the losses, under that title; below what the schedules react to."""
    return (ground, _rate(), _loss(loss), *_below(e))


def _rate() -> CurvesPanel:
    return CurvesPanel(
        id="rate", title="Learning rate", figure=figures.curves(), curves="learning_rate", place="side", weight=0.8
    )


def _loss(title: str) -> CurvesPanel:
    return CurvesPanel(
        id="loss",
        title=title,
        figure=figures.curves(log=True),
        curves="loss",
        overlay="expected",
        log=True,
        floor=1e-9,
        place="side",
    )


def _below(e: ScheduleSettings) -> tuple[Panel, ...]:
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
