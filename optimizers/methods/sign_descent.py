r"""Sign descent: only the sign of each component counts, so every step is η long in every dimension.

    θ ← θ - η sign g

One bit per dimension is enough to train a network, and the bare core of what Adam does: at β₁ = β₂ = 0 and ε = 0 Adam
*is* sign descent. With a constant rate it never comes to rest, but hops around the minimum at a distance of η.

J. Bernstein, Y.-X. Wang, K. Azizzadenesheli, A. Anandkumar, "signSGD: compressed optimisation for non-convex
problems", ICML 2018, arXiv:1802.04434.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers import ranges
from optimizers.rates import rate_of_sign
from optimizers.records import Optimizer, Scalar


class SignState(NamedTuple):
    gradient: optax.Updates  # the last one


def make(*, learning_rate: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> SignState:
        return SignState(optax.tree.zeros_like(params))

    def update(
        gradients: optax.Updates, state: SignState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, SignState]:
        updates = jax.tree.map(lambda g: -learning_rate * jnp.sign(g), gradients)
        return updates, SignState(gradients)

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: SignState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    return {"effective_rate": jax.tree.map(lambda g: rate_of_sign(hypers["learning_rate"], g), state.gradient)}


OPTIMIZER = Optimizer(
    name="sign_descent",
    title="Sign descent",
    make=make,
    hypers={"learning_rate": ranges.learning_rate()},
    rule=r"\theta_{t+1} = \theta_t - <learning_rate>\, \operatorname{sign}(g_t)",
    internals=internals,
    summary="Looks only at the sign of each component: every dimension moves by one learning rate in every step.",
    reference="J. Bernstein, Y.-X. Wang, K. Azizzadenesheli, A. Anandkumar (2018), ICML, arXiv:1802.04434",
    year=2018,
    parent="gradient_descent",
    rate_unit="length",
    optax="optimizer = optax.sign_sgd({learning_rate})",
)
