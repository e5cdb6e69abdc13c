r"""Adam without its bias corrections, to see what they are for.

    m ← β₁ m + (1 - β₁) g
    v ← β₂ v + (1 - β₂) g²
    θ ← θ - η m / (√v + ε)

Both means start at zero and are too small at first, the root of the slower one by more: the first step is
(1 - β₁) / √(1 - β₂) learning rates long, 3.2 of them with the usual numbers, and the twelfth 6.6.

D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, section 3, arXiv:1412.6980 (2014).
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import optax

from optimizers.methods import adam
from optimizers.moments import running_mean, running_square
from optimizers.records import Optimizer, Scalar


def make(*, learning_rate: Scalar, b1: Scalar, b2: Scalar, eps: Scalar) -> optax.GradientTransformationExtraArgs:
    init = adam.make(learning_rate=learning_rate, b1=b1, b2=b2, eps=eps).init

    def update(
        gradients: optax.Updates, state: adam.AdamState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, adam.AdamState]:
        first_moment = running_mean(state.first_moment, gradients, b1)
        second_moment = running_square(state.second_moment, gradients, b2)
        updates = jax.tree.map(lambda m, v: -learning_rate * m / (jnp.sqrt(v) + eps), first_moment, second_moment)
        return updates, adam.AdamState(state.step + 1, first_moment, second_moment)

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: adam.AdamState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    rate = jax.tree.map(lambda v: hypers["learning_rate"] / (jnp.sqrt(v) + hypers["eps"]), state.second_moment)
    return {"effective_rate": rate, "first_moment": state.first_moment, "second_moment": state.second_moment}


OPTIMIZER = Optimizer(
    name="uncorrected_adam",
    title="Adam, not corrected",
    make=make,
    hypers=adam.OPTIMIZER.hypers,
    rule=r"""\begin{aligned}
m_t &= <b1>\, m_{t-1} + (1 - <b1>)\, g_t \\
v_t &= <b2>\, v_{t-1} + (1 - <b2>)\, g_t^2 \\
\theta_{t+1} &= \theta_t - <learning_rate>\, \frac{m_t}{\sqrt{v_t} + <eps>}
\end{aligned}""",
    internals=internals,
    stability=adam.OPTIMIZER.stability,
    summary="Leaves the bias corrections out, to show what they are for: the first steps are several times too long.",
    reference="D. P. Kingma, J. Ba (2015), ICLR, section 3, arXiv:1412.6980",
    year=2014,
    parent="adam",
    rate_unit="length",
    optax="""\
def init(params):
    zeros = jax.tree.map(jnp.zeros_like, params)
    return zeros, zeros

def update(gradients, state, params=None):
    m, v = state
    m = jax.tree.map(lambda m, g: {b1} * m + (1 - {b1}) * g, m, gradients)
    v = jax.tree.map(lambda v, g: {b2} * v + (1 - {b2}) * g * g, v, gradients)
    return jax.tree.map(lambda m, v: m / (jnp.sqrt(v) + {eps}), m, v), (m, v)

optimizer = optax.chain(
    optax.GradientTransformation(init, update),
    optax.scale_by_learning_rate({learning_rate}),
)""",
)
