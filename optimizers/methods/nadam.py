r"""NAdam: Adam that looks ahead as Nesterov does.

    μₜ = β₁ (1 - 0.96^(ψ t) / 2)
    m ← β₁ m + (1 - β₁) g        v ← β₂ v + (1 - β₂) g²        v̂ = v / (1 - β₂ᵗ)
    θ ← θ - η (μₜ₊₁ m / (1 - μ₁⋯μₜ₊₁) + (1 - μₜ) g / (1 - μ₁⋯μₜ)) / (√v̂ + ε)

The new gradient acts at once and next step's share of the momentum is taken already now. The momentum μₜ itself grows
from about β₁/2 to β₁, at the speed ψ. This is PyTorch's form, after the paper; optax keeps μ constant.

T. Dozat, "Incorporating Nesterov momentum into Adam", ICLR workshop 2016.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int

from optimizers import ranges
from optimizers.methods import adam
from optimizers.moments import debias, running_mean, running_square
from optimizers.records import Hyper, Optimizer, Scalar


class NadamState(NamedTuple):
    step: Int[Array, ""]  # updates made so far
    product: Float[Array, ""]  # of all momenta so far
    first_moment: optax.Updates
    second_moment: optax.Updates


def make(
    *, learning_rate: Scalar, b1: Scalar, b2: Scalar, eps: Scalar, momentum_decay: Scalar
) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> NadamState:
        zeros = optax.tree.zeros_like(params)
        one = jnp.ones((), optax.tree.dtype(params, "lowest"))
        return NadamState(jnp.zeros((), jnp.int32), one, first_moment=zeros, second_moment=zeros)

    def momentum(step: Int[Array, ""], like: Float[Array, ""]) -> Float[Array, ""]:
        return b1 * (1 - 0.5 * 0.96 ** (step.astype(like.dtype) * momentum_decay))

    def update(
        gradients: optax.Updates, state: NadamState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, NadamState]:
        step = state.step + 1
        now, following = momentum(step, state.product), momentum(step + 1, state.product)
        product = state.product * now
        first_moment = running_mean(state.first_moment, gradients, b1)
        second_moment = running_square(state.second_moment, gradients, b2)
        share_of_gradient = (1 - now) / (1 - product)
        share_of_moment = following / (1 - product * following)
        updates = jax.tree.map(
            lambda g, m, v: -learning_rate * (share_of_gradient * g + share_of_moment * m) / (jnp.sqrt(v) + eps),
            gradients,
            first_moment,
            debias(second_moment, b2, step),
        )
        return updates, NadamState(step, product, first_moment, second_moment)

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: NadamState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    v_hat = debias(state.second_moment, hypers["b2"], state.step)
    rate = jax.tree.map(lambda v: hypers["learning_rate"] / (jnp.sqrt(v) + hypers["eps"]), v_hat)
    return {"effective_rate": rate, "first_moment": state.first_moment, "second_moment": state.second_moment}


OPTIMIZER = Optimizer(
    name="nadam",
    title="NAdam",
    make=make,
    hypers={
        **adam.OPTIMIZER.hypers,
        "learning_rate": ranges.learning_rate(0.002),
        "momentum_decay": Hyper(0.004, 0.0, 1.0, symbol=r"\psi", label="Speed of the momentum's growth"),
    },
    rule=r"""\begin{aligned}
\mu_t &= <b1> \left(1 - \tfrac12\, 0.96^{t \cdot <momentum_decay>}\right) &
m_t &= <b1>\, m_{t-1} + (1 - <b1>)\, g_t \\
v_t &= <b2>\, v_{t-1} + (1 - <b2>)\, g_t^2 &
\hat m_t &= \frac{\mu_{t+1}\, m_t}{1 - \prod_{i=1}^{t+1} \mu_i} + \frac{(1 - \mu_t)\, g_t}{1 - \prod_{i=1}^t \mu_i} \\
\hat v_t &= \frac{v_t}{1 - {<b2>}^t} &
\theta_{t+1} &= \theta_t - <learning_rate>\, \frac{\hat m_t}{\sqrt{\hat v_t} + <eps>}
\end{aligned}""",
    internals=internals,
    summary="Lets Adam's momentum look ahead: the new gradient acts at once, and next step's momentum is taken now.",
    reference="T. Dozat (2016), ICLR workshop",
    year=2016,
    parent="adam",
    second_parent="nesterov",
    rate_unit="length",
    torch="optimizer = torch.optim.NAdam(\n    params, lr={learning_rate}, betas=({b1}, {b2}), eps={eps}, "
    "momentum_decay={momentum_decay}\n)",
    # optax.nadam keeps the momentum constant, so the rule is written out.
    optax="""\
def init(params):
    zeros = jax.tree.map(jnp.zeros_like, params)
    return 0, 1.0, zeros, zeros

def momentum(step):
    return {b1} * (1 - 0.5 * 0.96 ** (step * {momentum_decay}))

def update(gradients, state, params=None):
    step, product, m, v = state
    step = step + 1
    now, following = momentum(step), momentum(step + 1)
    product = product * now
    m = jax.tree.map(lambda m, g: {b1} * m + (1 - {b1}) * g, m, gradients)
    v = jax.tree.map(lambda v, g: {b2} * v + (1 - {b2}) * g * g, v, gradients)
    m_hat = jax.tree.map(
        lambda m, g: following * m / (1 - product * following) + (1 - now) * g / (1 - product), m, gradients
    )
    v_hat = jax.tree.map(lambda v: v / (1 - {b2} ** step), v)
    updates = jax.tree.map(lambda m, v: m / (jnp.sqrt(v) + {eps}), m_hat, v_hat)
    return updates, (step, product, m, v)

optimizer = optax.chain(
    optax.GradientTransformation(init, update),
    optax.scale_by_learning_rate({learning_rate}),
)""",
)
