"""Panels and knobs that training lessons share."""

from dataclasses import replace

import optimizers
from app import figures
from app.settings.sliders import knob
from app.stage import CurvesPanel, Knob

RATE = optimizers.Hyper(0.1, 1e-4, 10.0, log=True, symbol=r"\eta", label="Learning rate")


def loss(title: str = "Loss") -> CurvesPanel:
    """``loss`` [runs, frames] at ``at``."""
    return CurvesPanel(id="loss", title=title, figure=figures.curves(log=True), curves="loss", at="at", log=True)


def accuracy() -> CurvesPanel:
    """``validation_accuracy`` [runs, frames] at ``at``."""
    figure = figures.curves(range=(0, 1.04))
    return CurvesPanel(id="accuracy", title="Held-back accuracy", figure=figure, curves="validation_accuracy", at="at")


def learning_rate(default: float, group: str = "Optimizer", *, low: float = RATE.low, high: float = RATE.high) -> Knob:
    """Its slider, in the range that makes sense in a lesson."""
    return knob("learning_rate", replace(RATE, default=default, low=low, high=high), default, group)
