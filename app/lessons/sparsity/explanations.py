"""L1, L2 and sparsity told: one step under each penalty, and what there is to see."""

from typing import Any

from app.contract.lesson import Arrays, Formula
from app.lessons.sparsity import lp_ball


def formula(e: Any) -> tuple[Formula, ...]:
    lam = e.strength if e.show == "network" else 1.0
    size = lam * e.learning_rate if e.show == "network" else lam
    soft = Formula(
        "L1: the soft threshold, its proximal step",
        r"w \leftarrow \operatorname{sign}(w) \max(|w| - \eta\lambda,\, 0)",
        rf"w \leftarrow \operatorname{{sign}}(w) \max(|w| - {size:.3g},\, 0)",
        "The slides' penalty λ|w| has no slope at zero. A gradient step on it only ever steps over zero; this step "
        "stops there.",
    )
    shrink = Formula(
        "L2: shrinkage",
        r"w \leftarrow \frac{w}{1 + \eta\lambda}",
        rf"w \leftarrow \frac{{w}}{{{1 + size:.4g}}}",
        "A factor: small weights are pulled less than large ones, and none becomes zero.",
    )
    return (soft, shrink)


def caption(e: Any, arrays: Arrays) -> str:
    match e.show:
        case "ball":
            zero = lp_ball.first_zero(arrays["smaller"][0])
            ends = "no weight is ever exactly zero" if zero is None else f"one weight is zero from {100 - zero} % on"
            return f"The ball of {lp_ball.label(e.p)} shrinks to nothing: {ends}. Drag the optimum."
        case "diabetes":
            return "442 patients, ten measurements, how far the disease went in a year. To the right the penalty falls."
    return "64 inputs, 32 hidden units, digits: the same start and the same batches, four ways to treat the weights."
