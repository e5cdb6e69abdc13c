"""Panels that training lessons share."""

from app import figures
from app.stage import CurvesPanel


def loss(title: str = "Loss") -> CurvesPanel:
    """``loss`` [runs, frames] at ``at``."""
    return CurvesPanel(id="loss", title=title, figure=figures.curves(log=True), curves="loss", at="at", log=True)


def accuracy() -> CurvesPanel:
    """``validation_accuracy`` [runs, frames] at ``at``."""
    figure = figures.curves(range=(0, 1.04))
    return CurvesPanel(id="accuracy", title="Held-back accuracy", figure=figure, curves="validation_accuracy", at="at")
