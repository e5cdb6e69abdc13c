r"""Muon: momentum whose matrix is made orthogonal before the step, so that all its directions count alike.

    m ← β m + (1 - β) g
    θ ← θ - η orthogonal(β m̂ + (1 - β) ĝ)

With a singular value decomposition U S Vᵀ of the momentum the step is nearly U Vᵀ: five Newton-Schulz iterations bring
all singular values to between 0.7 and 1.2. The point (x, y) is a matrix with one column, which leaves of the rule that
every step is about one learning rate long. Arrays of more axes are matrices of their last one.

K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks", kellerjordan.github.io/posts/muon (2024).
"""

from typing import Any

import jax
import optax
from optax import contrib

from optimizers import ranges
from optimizers.from_optax import from_optax
from optimizers.records import Hyper


def _first_axis_to_last(tree: Any) -> Any:
    return jax.tree.map(lambda leaf: contrib.MuonDimensionNumbers(), tree)


def muon(*, learning_rate: Any, beta: Any) -> optax.GradientTransformationExtraArgs:
    """optax's Muon for all arrays, each taken as a matrix; optax.contrib.muon hands all but matrices to AdamW."""
    inner = optax.chain(
        contrib.scale_by_muon(beta=beta, weight_dimension_numbers=_first_axis_to_last),
        optax.scale_by_learning_rate(learning_rate),
    )

    def as_matrices(tree: Any) -> Any:
        return jax.tree.map(lambda leaf: leaf.reshape(-1, leaf.shape[-1] if leaf.ndim > 1 else 1), tree)

    def update(gradients: Any, state: Any, params: Any = None, **extra: Any) -> tuple[Any, Any]:
        updates, state = inner.update(as_matrices(gradients), state)
        return jax.tree.map(lambda u, g: u.reshape(g.shape), updates, gradients), state

    return optax.GradientTransformationExtraArgs(lambda params: inner.init(as_matrices(params)), update)


OPTIMIZER = from_optax(
    "muon",
    muon,
    {
        "learning_rate": ranges.learning_rate(0.02),
        "beta": Hyper(0.95, 0.0, 0.9999, symbol=r"\beta", label="Momentum decay"),
    },
    title="Muon",
    rule=r"""\begin{aligned}
m_t &= <beta>\, m_{t-1} + (1 - <beta>)\, g_t \\
\hat m_t &= <beta> \frac{m_t}{1 - {<beta>}^{t+1}} + (1 - <beta>) \frac{g_t}{1 - {<beta>}^t} \\
\theta_{t+1} &= \theta_t - <learning_rate>\, U_t V_t^\top, \qquad \hat m_t = U_t S_t V_t^\top
\end{aligned}""",
    along="mu",
    summary="Makes the momentum of a matrix orthogonal, so that its rare directions count like the common ones.",
    reference="K. Jordan et al. (2024), kellerjordan.github.io/posts/muon",
    year=2024,
    parent="nesterov",
    rate_unit="length",
    optax="""\
# The point is a matrix with one column; optax.contrib.muon would hand a vector to AdamW.
inner = optax.chain(
    optax.contrib.scale_by_muon(beta={beta}),
    optax.scale_by_learning_rate({learning_rate}),
)

def update(gradient, state, params=None):
    step, state = inner.update(gradient[:, None], state)
    return step[:, 0], state

optimizer = optax.GradientTransformation(lambda x: inner.init(x[:, None]), update)""",
)
