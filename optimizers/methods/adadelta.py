r"""Adadelta: RMSprop whose numerator is a running mean of its own steps, so that units come out right.

    v ← ρ v + (1 - ρ) g²
    δ = √(u + ε) / √(v + ε) · g
    u ← ρ u + (1 - ρ) δ²
    θ ← θ - η δ

δ has the unit of θ without any learning rate; η = 1 is the method of the paper. The first steps are about √ε long.

M. D. Zeiler, "ADADELTA: an adaptive learning rate method", arXiv:1212.5701 (2012).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers import ranges, theory
from optimizers.moments import running_square
from optimizers.records import Hyper, Optimizer, Scalar


class AdadeltaState(NamedTuple):
    second_moment: optax.Updates  # of the gradients
    update_moment: optax.Updates  # second moment of the steps δ
    scale: optax.Updates  # δ / g of the last step: it depends on the previous update_moment, hence kept


def make(*, learning_rate: Scalar, rho: Scalar, eps: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> AdadeltaState:
        zeros = optax.tree.zeros_like(params)
        return AdadeltaState(second_moment=zeros, update_moment=zeros, scale=zeros)

    def update(
        gradients: optax.Updates, state: AdadeltaState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, AdadeltaState]:
        second_moment = running_square(state.second_moment, gradients, rho)
        scale = jax.tree.map(lambda u, v: jnp.sqrt(u + eps) / jnp.sqrt(v + eps), state.update_moment, second_moment)
        delta = jax.tree.map(lambda c, g: c * g, scale, gradients)
        update_moment = running_square(state.update_moment, delta, rho)
        updates = jax.tree.map(lambda d: -learning_rate * d, delta)
        return updates, AdadeltaState(second_moment, update_moment, scale)

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: AdadeltaState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    rate = jax.tree.map(lambda c: hypers["learning_rate"] * c, state.scale)
    return {"effective_rate": rate, "second_moment": state.second_moment, "update_moment": state.update_moment}


OPTIMIZER = Optimizer(
    name="adadelta",
    title="Adadelta",
    make=make,
    hypers={
        "learning_rate": ranges.learning_rate(1.0),
        "rho": Hyper(0.9, 0.0, 0.9999, symbol=r"\rho", label="Decay of both mean squares"),
        "eps": ranges.epsilon(1e-6),
    },
    rule=r"""\begin{aligned}
v_t &= <rho>\, v_{t-1} + (1 - <rho>)\, g_t^2 \\
\delta_t &= \frac{\sqrt{u_{t-1} + <eps>}}{\sqrt{v_t + <eps>}}\, g_t \\
u_t &= <rho>\, u_{t-1} + (1 - <rho>)\, \delta_t^2 \\
\theta_{t+1} &= \theta_t - <learning_rate>\, \delta_t
\end{aligned}""",
    internals=internals,
    stability=lambda **_: theory.gradient_descent_limit(),
    summary="Replaces the learning rate of an RMSprop-like step by the running size of its own past steps.",
    reference="M. D. Zeiler (2012), arXiv:1212.5701",
    year=2012,
    parent="rmsprop",
    rate_unit="none",
    torch="optimizer = torch.optim.Adadelta(params, lr={learning_rate}, rho={rho}, eps={eps})",
    optax="optimizer = optax.adadelta({learning_rate}, rho={rho}, eps={eps})",
)
