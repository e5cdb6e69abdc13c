"""What is explained in the lesson on sparsity: one step under each penalty."""

from app.contract.lesson import Formula
from app.lessons.sparsity.settings import SparsitySettings


def formula(e: SparsitySettings) -> tuple[Formula, ...]:
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
