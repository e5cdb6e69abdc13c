r"""Sophia: a momentum divided by the curvature of each dimension, and clipped where that is not to be trusted.

    m ← β₁ m + (1 - β₁) g
    h ← β₂ h + (1 - β₂) diag H        (every tenth step)
    θ ← θ - η clip(m̂ / max(γ h, ε), -1, 1)

At γ = 1 a step is the share η of Newton's, if curvature lay along the axes, and at most η long: where curvature is
negative it is sign descent. Networks estimate diag H from products with random vectors; here it is computed. The
paper's γ is 0.01 to 0.05, for which nearly every step is clipped on surfaces like these.

H. Liu et al., "Sophia: a scalable stochastic second-order optimizer for language model pre-training", ICLR 2024,
arXiv:2305.14342 (2023).
"""

from typing import Any

import optax
from optax import contrib

from optimizers import ranges
from optimizers.curvature import hessian_diagonal
from optimizers.from_optax import from_optax
from optimizers.records import Hyper


def _diagonal(gradients: Any, state: Any, params: Any = None, *, value_fn: Any, **extra: Any) -> tuple[Any, Any]:
    return hessian_diagonal(value_fn, params), state


def sophia(*, learning_rate: Any, b1: Any, b2: Any, gamma: Any) -> optax.GradientTransformationExtraArgs:
    """optax.contrib.sophia without weight decay, with the exact diagonal of the Hessian."""
    diagonal = optax.GradientTransformationExtraArgs(lambda params: optax.EmptyState(), _diagonal)
    return contrib.sophia(learning_rate, b1=b1, b2=b2, gamma=gamma, weight_decay=0.0, hessian_diagonal_fn=diagonal)


OPTIMIZER = from_optax(
    "sophia",
    sophia,
    {
        "learning_rate": ranges.learning_rate(),
        "b1": ranges.first_decay(0.965),
        "b2": ranges.second_decay(0.99),
        "gamma": Hyper(1.0, 1e-3, 10.0, log=True, symbol=r"\gamma", label="Weight of the curvature"),
    },
    title="Sophia",
    rule=r"""\begin{aligned}
m_t &= <b1>\, m_{t-1} + (1 - <b1>)\, g_t & \hat m_t &= \frac{m_t}{1 - {<b1>}^t} \\
h_t &= <b2>\, h_{t-10} + (1 - <b2>)\, \operatorname{diag} H_t &
u_t &= \operatorname{clip}\left(\frac{\hat m_t}{\max(<gamma>\, h_t,\, 10^{-8})},\, -1,\, 1\right) \\
\theta_{t+1} &= \theta_t - <learning_rate>\, u_t
\end{aligned}""",
    looks_at_loss=True,
    along="mu",
    summary="Divides by the curvature where Adam divides by the size of gradients, and clips what that makes too long.",
    reference="H. Liu et al. (2024), ICLR, arXiv:2305.14342",
    year=2023,
    parent="adam",
    second_parent="newton",
    rate_unit="length",
    optax="""\
def update(gradient, state, params, value_fn, **extra):
    return jnp.diagonal(jax.hessian(value_fn)(params)), state

hessian_diagonal = optax.GradientTransformationExtraArgs(lambda x: optax.EmptyState(), update)
optimizer = optax.contrib.sophia(
    {learning_rate}, b1={b1}, b2={b2}, gamma={gamma}, weight_decay=0.0,
    hessian_diagonal_fn=hessian_diagonal,
)""",
)
