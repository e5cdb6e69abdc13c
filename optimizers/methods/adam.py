r"""Adam: momentum for the direction, RMSprop for the size, both freed of their bias towards zero.

    m ← β₁ m + (1 - β₁) g        m̂ = m / (1 - β₁ᵗ)
    v ← β₂ v + (1 - β₂) g²       v̂ = v / (1 - β₂ᵗ)
    θ ← θ - η m̂ / (√v̂ + ε)

Under a constant gradient every step is η long, from the first one on.

D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, arXiv:1412.6980 (2014).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Int

from optimizers import ranges, theory
from optimizers.moments import debias, running_mean, running_square
from optimizers.records import Optimizer, Scalar


class AdamState(NamedTuple):
    step: Int[Array, ""]  # updates made so far
    first_moment: optax.Updates
    second_moment: optax.Updates


def make(*, learning_rate: Scalar, b1: Scalar, b2: Scalar, eps: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> AdamState:
        zeros = optax.tree.zeros_like(params)
        return AdamState(step=jnp.zeros((), jnp.int32), first_moment=zeros, second_moment=zeros)

    def update(
        gradients: optax.Updates, state: AdamState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, AdamState]:
        step = state.step + 1
        first_moment = running_mean(state.first_moment, gradients, b1)
        second_moment = running_square(state.second_moment, gradients, b2)
        updates = jax.tree.map(
            lambda m_hat, v_hat: -learning_rate * m_hat / (jnp.sqrt(v_hat) + eps),
            debias(first_moment, b1, step),
            debias(second_moment, b2, step),
        )
        return updates, AdamState(step, first_moment, second_moment)

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: AdamState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    v_hat = debias(state.second_moment, hypers["b2"], state.step)
    rate = jax.tree.map(lambda v: hypers["learning_rate"] / (jnp.sqrt(v) + hypers["eps"]), v_hat)
    return {"effective_rate": rate, "first_moment": state.first_moment, "second_moment": state.second_moment}


OPTIMIZER = Optimizer(
    name="adam",
    title="Adam",
    make=make,
    hypers={
        "learning_rate": ranges.learning_rate(),
        "b1": ranges.first_decay(),
        "b2": ranges.second_decay(),
        "eps": ranges.epsilon(),
    },
    rule=r"""\begin{aligned}
m_t &= <b1>\, m_{t-1} + (1 - <b1>)\, g_t & \hat m_t &= \frac{m_t}{1 - {<b1>}^t} \\
v_t &= <b2>\, v_{t-1} + (1 - <b2>)\, g_t^2 & \hat v_t &= \frac{v_t}{1 - {<b2>}^t} \\
\theta_{t+1} &= \theta_t - <learning_rate>\, \frac{\hat m_t}{\sqrt{\hat v_t} + <eps>}
\end{aligned}""",
    internals=internals,
    stability=lambda *, b1, **_: theory.averaged_momentum_limit(b1),
    summary="Joins momentum and RMSprop, and corrects both running means for having started at zero.",
    reference="D. P. Kingma, J. Ba (2015), ICLR, arXiv:1412.6980",
    year=2014,
    parent="rmsprop",
    second_parent="momentum",
    rate_unit="length",
    torch="optimizer = torch.optim.Adam(params, lr={learning_rate}, betas=({b1}, {b2}), eps={eps})",
    optax="optimizer = optax.adam({learning_rate}, b1={b1}, b2={b2}, eps={eps})",
)
