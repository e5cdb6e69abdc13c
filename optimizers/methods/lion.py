r"""Lion: the sign of a momentum, found by a search through programs rather than by a derivation.

    c = β₁ m + (1 - β₁) g
    m ← β₂ m + (1 - β₂) g
    θ ← θ - η (sign c + λ θ)

The direction counts the new gradient more than the momentum that is kept (β₁ < β₂), a look ahead as Nesterov's. Every
step is η long in every dimension, so good learning rates are 3 to 10 times smaller than Adam's.

X. Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, arXiv:2302.06675.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers import ranges
from optimizers.moments import running_mean
from optimizers.rates import rate_of_sign
from optimizers.records import Optimizer, Scalar


class LionState(NamedTuple):
    first_moment: optax.Updates
    direction: optax.Updates  # c, whose sign was the last step


def make(
    *, learning_rate: Scalar, b1: Scalar, b2: Scalar, weight_decay: Scalar
) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> LionState:
        zeros = optax.tree.zeros_like(params)
        return LionState(first_moment=zeros, direction=zeros)

    def update(
        gradients: optax.Updates, state: LionState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, LionState]:
        direction = running_mean(state.first_moment, gradients, b1)
        updates = jax.tree.map(lambda c, p: -learning_rate * (jnp.sign(c) + weight_decay * p), direction, params)
        return updates, LionState(running_mean(state.first_moment, gradients, b2), direction)

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: LionState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    rate = jax.tree.map(lambda c: rate_of_sign(hypers["learning_rate"], c), state.direction)
    return {"effective_rate": rate, "first_moment": state.first_moment, "direction": state.direction}


OPTIMIZER = Optimizer(
    name="lion",
    title="Lion",
    make=make,
    hypers={
        "learning_rate": ranges.learning_rate(1e-4),
        "b1": ranges.first_decay(),
        "b2": ranges.second_decay(0.99),
        "weight_decay": ranges.weight_decay(),
    },
    rule=r"""\begin{aligned}
c_t &= <b1>\, m_{t-1} + (1 - <b1>)\, g_t \\
m_t &= <b2>\, m_{t-1} + (1 - <b2>)\, g_t \\
\theta_{t+1} &= \theta_t - <learning_rate> \left(\operatorname{sign}(c_t) + <weight_decay>\, \theta_t\right)
\end{aligned}""",
    internals=internals,
    summary="Takes the sign of a momentum instead of the gradient's, in a mix that favours the newest gradient.",
    reference="X. Chen et al. (2023), NeurIPS, arXiv:2302.06675",
    year=2023,
    parent="sign_descent",
    second_parent="nesterov",
    rate_unit="length",
    optax="optimizer = optax.lion({learning_rate}, b1={b1}, b2={b2}, weight_decay={weight_decay})",
)
