"""Early stopping told: the rule, the penalty that it is on a quadratic, and what there is to see."""

from typing import Any

from app.contract.lesson import Arrays, Formula
from app.lessons.early_stopping import overfitting_network
from training_lab import theory


def formula(e: Any) -> tuple[Formula, ...]:
    return (_rule(e),) if e.show == "network" else (_penalty(e),)


def _rule(e: Any) -> Formula:
    return Formula(
        "Early stopping",
        r"t^* = \arg\min_{t} L_{\text{val}}(\theta_t), \qquad \text{stop once } t - t^* \ge \text{patience},"
        r"\qquad \theta \leftarrow \theta_{t^*}",
        rf"\text{{patience}} = {e.patience} \text{{ validations of }} {overfitting_network.every(e)} \text{{ steps}},"
        rf"\qquad \delta = {e.min_delta:.3g}",
        "An improvement counts if it is larger than δ. Without the last step one would keep the weights of the stop, "
        "which have seen all those validations without improvement.",
    )


def _penalty(e: Any) -> Formula:
    low = 1 / e.condition
    reached, left = theory.early_stopping_factor(low, e.rate, 20), theory.ridge_factor(low, 1 / (20 * e.rate))
    return Formula(
        "The penalty that it is, on a quadratic",
        r"w_k = \left(1 - (1 - \eta l)^k\right) w^* \quad\approx\quad \frac{l}{l + \lambda}\, w^*,"
        r"\qquad \lambda \approx \frac{1}{k \eta}",
        rf"l = {low:.3g},\; k = 20: \quad {reached:.4f}\, w^* \quad\text{{and}}\quad {left:.4f}\, w^*,"
        rf"\qquad \lambda \approx {1 / (20 * e.rate):.3g}",
        "Directions of little curvature are learned last, so stopping early leaves them small, as ridge does.",
    )


def caption(e: Any, arrays: Arrays) -> str:
    if e.show == "bowl":
        return "Both start at zero and end at the optimum. Drag the optimum, and watch how both get there."
    at, (best, stop) = arrays["at"], arrays["stop"]
    ended = f"stops at step {at[stop]:.0f}" if at[stop] < e.steps else "never stops"
    return (
        f"{overfitting_network.EXAMPLES} points to learn from, {e.wrong:.0%} of them with a wrong label. With a "
        f"patience of {e.patience} training {ended} and goes back to step {at[best]:.0f}."
    )
