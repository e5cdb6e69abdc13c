"""Panels and knobs that training lessons share."""

import optimizers
from app import figures
from app.knobs import knob
from app.stage import CurvesPanel, Knob

RATE = optimizers.Hyper(0.1, 1e-4, 10.0, log=True, symbol=r"\eta", label="Learning rate")


def loss(title: str = "Loss") -> CurvesPanel:
    """``loss`` [runs, frames] at ``at``."""
    return CurvesPanel(id="loss", title=title, figure=figures.curves(log=True), curves="loss", at="at", log=True)


def learning_rate(default: float, group: str = "Optimizer") -> Knob:
    return knob("learning_rate", RATE, default, group)
