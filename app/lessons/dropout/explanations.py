"""Dropout told: what is switched off, and what makes up for it."""

from app.contract.lesson import Formula
from app.lessons.dropout.settings import DropoutSettings

CONNECT = Formula(
    "DropConnect",
    r"z = \frac{(M \odot W)^\top h}{1 - p} + b, \qquad M_{ij} \sim \text{Bernoulli}(1 - p)",
    "",
    "Weights instead of units: a unit stays partly active. The biases stay.",
)


def formula(e: DropoutSettings) -> tuple[Formula, ...]:
    p = e.rate
    dropout = Formula(
        "Dropout, inverted: what every library does",
        r"y = \frac{m \odot h}{1 - p} \text{ in training}, \quad y = h \text{ at test time},"
        r"\qquad m_i \sim \text{Bernoulli}(1 - p)",
        rf"\frac{{1}}{{1 - p}} = \frac{{1}}{{{1 - p:.3g}}} = {1 / (1 - p):.4g}",
        "Here p is the probability of dropping, everywhere. The slides use p for both, dropping and keeping, and scale "
        "by p at test time: that is right at p = ½ only. Plain dropout leaves training alone and scales by 1 − p.",
    )
    return (dropout, CONNECT)
