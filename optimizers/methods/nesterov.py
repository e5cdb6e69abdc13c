r"""Nesterov's accelerated gradient: brake where the velocity is about to lead.

    v ← μ v + g
    θ ← θ - η (g + μ v)

Nesterov takes the gradient at the look-ahead point θ - η μ v. Here θ *is* that point (the substitution is due to
Bengio et al. 2013 and used by today's libraries), so that the gradient is needed only where the walker stands.

Y. Nesterov, "A method for solving the convex programming problem with convergence rate O(1/k²)",
Soviet Mathematics Doklady 27 (1983), 372-376; I. Sutskever, J. Martens, G. Dahl, G. Hinton, "On the importance of
initialization and momentum in deep learning", ICML 2013.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import optax

from optimizers import ranges, theory
from optimizers.records import Optimizer, Scalar


class NesterovState(NamedTuple):
    velocity: optax.Updates


def make(*, learning_rate: Scalar, momentum: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> NesterovState:
        return NesterovState(velocity=optax.tree.zeros_like(params))

    def update(
        gradients: optax.Updates, state: NesterovState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, NesterovState]:
        velocity = jax.tree.map(lambda v, g: momentum * v + g, state.velocity, gradients)
        updates = jax.tree.map(lambda v, g: -learning_rate * (g + momentum * v), velocity, gradients)
        return updates, NesterovState(velocity)

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: NesterovState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    return {"effective_rate": hypers["learning_rate"], "velocity": state.velocity}


OPTIMIZER = Optimizer(
    name="nesterov",
    title="Nesterov",
    make=make,
    hypers={
        "learning_rate": ranges.learning_rate(),
        "momentum": ranges.momentum(),
    },
    rule=r"""\begin{aligned}
v_t &= <momentum>\, v_{t-1} + g_t \\
\theta_{t+1} &= \theta_t - <learning_rate>\, (g_t + <momentum>\, v_t)
\end{aligned}""",
    internals=internals,
    stability=lambda *, momentum, **_: theory.nesterov_limit(momentum),
    rate=lambda curvature, *, learning_rate, momentum, **_: theory.nesterov_rate(curvature, learning_rate, momentum),
    summary="Takes momentum's gradient where the velocity is about to lead, and so brakes before it overshoots.",
    reference="Y. Nesterov (1983), Soviet Mathematics Doklady 27, 372-376; Sutskever et al. (2013), ICML",
    year=1983,
    parent="momentum",
    rate_unit="inverse_curvature",
    torch="optimizer = torch.optim.SGD(params, lr={learning_rate}, momentum={momentum}, nesterov=True)",
    optax="optimizer = optax.sgd({learning_rate}, momentum={momentum}, nesterov=True)",
)
