r"""Momentum as many textbooks and lectures write it: the learning rate inside the velocity.

    v ← μ v + η g
    θ ← θ - v

While η is constant this is the same walk as `momentum`, whose velocity is v / η. When η changes the two part: here past
gradients keep the rate that they came with, there the new rate scales the whole velocity at once.

D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by back-propagating errors",
Nature 323 (1986), 533-536.
"""

from collections.abc import Mapping
from typing import Any

import jax
import optax

from optimizers import theory
from optimizers.methods import momentum as heavy_ball
from optimizers.records import Optimizer, Scalar


def make(*, learning_rate: Scalar, momentum: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> heavy_ball.MomentumState:
        return heavy_ball.MomentumState(velocity=optax.tree.zeros_like(params))

    def update(
        gradients: optax.Updates, state: heavy_ball.MomentumState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, heavy_ball.MomentumState]:
        velocity = jax.tree.map(lambda v, g: momentum * v + learning_rate * g, state.velocity, gradients)
        return jax.tree.map(lambda v: -v, velocity), heavy_ball.MomentumState(velocity)

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: heavy_ball.MomentumState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    return {"effective_rate": hypers["learning_rate"], "velocity": state.velocity}


OPTIMIZER = Optimizer(
    name="slides_momentum",
    title="Momentum, rate inside",
    make=make,
    hypers=heavy_ball.OPTIMIZER.hypers,
    rule=r"""\begin{aligned}
v_t &= <momentum>\, v_{t-1} + <learning_rate>\, g_t \\
\theta_{t+1} &= \theta_t - v_t
\end{aligned}""",
    internals=internals,
    stability=lambda *, momentum, **_: theory.heavy_ball_limit(momentum),
    rate=lambda curvature, *, learning_rate, momentum, **_: theory.heavy_ball_rate(curvature, learning_rate, momentum),
    summary="Puts the learning rate inside the velocity, so that past gradients keep the rate that they came with.",
    reference="D. Rumelhart, G. Hinton, R. Williams (1986), Nature 323, 533-536",
    year=1986,
    parent="momentum",
    rate_unit="inverse_curvature",
    steady=("torch",),
    torch="""\
# PyTorch has the rate outside the velocity: the same walk while the rate is constant.
optimizer = torch.optim.SGD(params, lr={learning_rate}, momentum={momentum})""",
    optax="""\
optimizer = optax.chain(
    optax.scale_by_learning_rate({learning_rate}),
    optax.trace({momentum}),
)""",
)
