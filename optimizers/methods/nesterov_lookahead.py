r"""Nesterov's method as it is usually explained: look ahead along the velocity, and take the gradient there.

    v ← μ v + η ∇f(θ - μ v)
    θ ← θ - v

`nesterov` takes its gradients where it stands, which is θ - μ v here: the two walks are one, seen from two points. The
parameters of the transformation are the look-ahead point, so that any training loop hands it the right gradient, and
`answer` is θ.

I. Sutskever, J. Martens, G. Dahl, G. Hinton, "On the importance of initialization and momentum in deep learning",
ICML 2013.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import optax

from optimizers import theory
from optimizers.methods import nesterov
from optimizers.records import Optimizer, Scalar


class LookaheadState(NamedTuple):
    velocity: optax.Updates
    lead: optax.Updates  # θ less the look-ahead point


def make(*, learning_rate: Scalar, momentum: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> LookaheadState:
        zeros = optax.tree.zeros_like(params)
        return LookaheadState(velocity=zeros, lead=zeros)

    def update(
        gradients: optax.Updates, state: LookaheadState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, LookaheadState]:
        velocity = jax.tree.map(lambda v, g: momentum * v + learning_rate * g, state.velocity, gradients)
        lead = jax.tree.map(lambda v: momentum * v, velocity)
        # From one look-ahead point back to θ, one step of θ, and ahead again.
        updates = jax.tree.map(lambda before, v, after: before - v - after, state.lead, velocity, lead)
        return updates, LookaheadState(velocity, lead)

    return optax.GradientTransformationExtraArgs(init, update)


def answer(state: LookaheadState, params: optax.Params) -> optax.Params:
    return jax.tree.map(lambda p, lead: p + lead, params, state.lead)


def internals(state: LookaheadState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    return {"effective_rate": hypers["learning_rate"], "velocity": state.velocity, "lead": state.lead}


OPTIMIZER = Optimizer(
    name="nesterov_lookahead",
    title="Nesterov, looking ahead",
    make=make,
    hypers=nesterov.OPTIMIZER.hypers,
    rule=r"""\begin{aligned}
v_t &= <momentum>\, v_{t-1} + <learning_rate>\, \nabla f(\theta_t - <momentum>\, v_{t-1}) \\
\theta_{t+1} &= \theta_t - v_t
\end{aligned}""",
    internals=internals,
    stability=lambda *, momentum, **_: theory.nesterov_limit(momentum),
    rate=lambda curvature, *, learning_rate, momentum, **_: theory.nesterov_rate(curvature, learning_rate, momentum),
    answer=answer,
    summary="Stands where the velocity starts from, and looks ahead for its gradient: the same walk, seen from behind.",
    reference="I. Sutskever, J. Martens, G. Dahl, G. Hinton (2013), ICML",
    year=2013,
    parent="nesterov",
    second_parent="slides_momentum",
    rate_unit="inverse_curvature",
    steady=("torch", "optax"),
    torch="""\
# PyTorch steps from one look-ahead point to the next; the walk shown is read off its velocity.
optimizer = torch.optim.SGD(params, lr={learning_rate}, momentum={momentum}, nesterov=True)""",
    torch_answer='x + {learning_rate} * {momentum} * optimizer.state[x]["momentum_buffer"]',
    optax="""\
# optax steps from one look-ahead point to the next; the walk shown is read off its velocity.
optimizer = optax.sgd({learning_rate}, momentum={momentum}, nesterov=True)""",
    optax_answer="x + {learning_rate} * {momentum} * state[0].trace",
)
