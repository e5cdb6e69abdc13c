"""Data normalisation told: what standardising is, what it does to the condition number, and what there is to see."""

from typing import Any

from app.contract.lesson import Arrays, Formula
from app.lessons.data_normalisation import feature_scaling


def formula(e: Any) -> tuple[Formula, ...]:
    standard = Formula(
        "Standardise, with the numbers of the training data",
        r"x' = \frac{x - m}{\sigma}",
        rf"x' = \frac{{x - {e.mean:.3g}}}{{{e.spread:.3g}}}" if e.show == "line" else "",
        "Mean and standard deviation are measured on the training data, once, and applied to validation and test data "
        "as they are. A feature that never changes has no σ to divide by; here it is left at zero.",
    )
    if e.show == "digits":
        return (standard, Formula("Whiten", r"x' = (x - m)\, \Sigma^{-1/2}", "", "No two pixels are correlated then."))
    low, high = feature_scaling.sides(e)[0].curvatures
    number = Formula(
        "The condition number of the feature as it comes",
        r"\kappa = \frac{\lambda_{\max}}{\lambda_{\min}}, \quad \eta^* = \frac{2}{\lambda_{\min} + \lambda_{\max}}",
        rf"\kappa = \frac{{{high:.4g}}}{{{low:.4g}}} = {high / low:.4g}, \quad \eta^* = {2 / (low + high):.4g}",
    )
    return (standard, number)


def caption(e: Any, arrays: Arrays) -> str:
    if e.show == "digits":
        return "Softmax regression on 1,438 digits, from zero weights, all data in every step."
    raw, after = feature_scaling.sides(e)
    return (
        f"The feature has the mean {e.mean:.3g} and the standard deviation {e.spread:.3g}: κ = "
        f"{feature_scaling.condition(raw):.4g}. {feature_scaling.TREATED[e.treatment].capitalize()} it is "
        f"{feature_scaling.condition(after):.4g}. Both runs start equally far from their optimum."
    )
