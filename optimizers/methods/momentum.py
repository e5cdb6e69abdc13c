r"""Momentum, the heavy ball: gradients push a velocity, the velocity moves the ball.

    v ← μ v + g
    θ ← θ - η v

Opposing gradients across a ravine cancel in v, agreeing ones along it add up. This is the form of today's libraries:
the learning rate multiplies the whole velocity, so that a change of η acts on past gradients too.

B. T. Polyak, "Some methods of speeding up the convergence of iteration methods",
USSR Computational Mathematics and Mathematical Physics 4(5) (1964), 1-17.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import optax

from optimizers import ranges, theory
from optimizers.records import Optimizer, Scalar


class MomentumState(NamedTuple):
    velocity: optax.Updates


def make(*, learning_rate: Scalar, momentum: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> MomentumState:
        return MomentumState(velocity=optax.tree.zeros_like(params))

    def update(
        gradients: optax.Updates, state: MomentumState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, MomentumState]:
        velocity = jax.tree.map(lambda v, g: momentum * v + g, state.velocity, gradients)
        updates = jax.tree.map(lambda v: -learning_rate * v, velocity)
        return updates, MomentumState(velocity)

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: MomentumState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    return {"effective_rate": hypers["learning_rate"], "velocity": state.velocity}


OPTIMIZER = Optimizer(
    name="momentum",
    title="Momentum",
    make=make,
    hypers={
        "learning_rate": ranges.learning_rate(),
        "momentum": ranges.momentum(),
    },
    rule=r"""\begin{aligned}
v_t &= <momentum>\, v_{t-1} + g_t \\
\theta_{t+1} &= \theta_t - <learning_rate>\, v_t
\end{aligned}""",
    internals=internals,
    stability=lambda *, momentum, **_: theory.heavy_ball_limit(momentum),
    rate=lambda curvature, *, learning_rate, momentum, **_: theory.heavy_ball_rate(curvature, learning_rate, momentum),
    summary="Gives the walker a velocity, so that past gradients keep pushing and zigzags cancel.",
    reference="B. T. Polyak (1964), USSR Computational Mathematics and Mathematical Physics 4(5), 1-17",
    year=1964,
    parent="gradient_descent",
    rate_unit="inverse_curvature",
    torch="optimizer = torch.optim.SGD(params, lr={learning_rate}, momentum={momentum})",
    optax="optimizer = optax.sgd({learning_rate}, momentum={momentum})",
)
