r"""Adamax: Adam with the largest recent gradient in place of the root of the mean square.

    m ← β₁ m + (1 - β₁) g        m̂ = m / (1 - β₁ᵗ)
    u ← max(β₂ u, |g| + ε)
    θ ← θ - η m̂ / u

The limit p → ∞ of a mean of p-th powers. The maximum does not start biased, so only m is corrected.

D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, section 7.1, arXiv:1412.6980 (2014).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Int

from optimizers import ranges, theory
from optimizers.methods import adam
from optimizers.moments import debias, running_mean
from optimizers.records import Optimizer, Scalar


class AdamaxState(NamedTuple):
    step: Int[Array, ""]  # updates made so far
    first_moment: optax.Updates
    largest: optax.Updates  # recent gradient in each dimension, fading by b2 a step


def make(*, learning_rate: Scalar, b1: Scalar, b2: Scalar, eps: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> AdamaxState:
        zeros = optax.tree.zeros_like(params)
        return AdamaxState(jnp.zeros((), jnp.int32), first_moment=zeros, largest=zeros)

    def update(
        gradients: optax.Updates, state: AdamaxState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, AdamaxState]:
        step = state.step + 1
        first_moment = running_mean(state.first_moment, gradients, b1)
        largest = jax.tree.map(lambda u, g: jnp.maximum(b2 * u, jnp.abs(g) + eps), state.largest, gradients)
        updates = jax.tree.map(lambda m, u: -learning_rate * m / u, debias(first_moment, b1, step), largest)
        return updates, AdamaxState(step, first_moment, largest)

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: AdamaxState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    rate = jax.tree.map(lambda u: hypers["learning_rate"] / u, state.largest)
    return {"effective_rate": rate, "first_moment": state.first_moment, "largest": state.largest}


OPTIMIZER = Optimizer(
    name="adamax",
    title="Adamax",
    make=make,
    hypers={**adam.OPTIMIZER.hypers, "learning_rate": ranges.learning_rate(0.002)},
    rule=r"""\begin{aligned}
m_t &= <b1>\, m_{t-1} + (1 - <b1>)\, g_t & \hat m_t &= \frac{m_t}{1 - {<b1>}^t} \\
u_t &= \max(<b2>\, u_{t-1},\; |g_t| + <eps>) & \theta_{t+1} &= \theta_t - <learning_rate>\, \frac{\hat m_t}{u_t}
\end{aligned}""",
    internals=internals,
    stability=lambda *, b1, **_: theory.averaged_momentum_limit(b1),
    summary="Divides by the largest recent gradient where Adam divides by the root of the mean square.",
    reference="D. P. Kingma, J. Ba (2015), ICLR, section 7.1, arXiv:1412.6980",
    year=2014,
    parent="adam",
    rate_unit="length",
    torch="optimizer = torch.optim.Adamax(params, lr={learning_rate}, betas=({b1}, {b2}), eps={eps})",
    optax="optimizer = optax.adamax({learning_rate}, b1={b1}, b2={b2}, eps={eps})",
)
