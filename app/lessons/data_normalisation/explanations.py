"""What is explained in the lesson on data normalisation: standardising, whitening, and the condition number."""

from app.contract.lesson import Formula
from app.lessons.data_normalisation import feature_scaling
from app.lessons.data_normalisation.settings import DataNormalisationSettings


def formula(e: DataNormalisationSettings) -> tuple[Formula, ...]:
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
