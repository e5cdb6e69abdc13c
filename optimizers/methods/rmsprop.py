r"""RMSprop: AdaGrad that forgets, with a running mean in place of the sum.

    v ← α v + (1 - α) g²
    θ ← θ - η g / (√v + ε)

Steps no longer fade away. The lecture that introduced it used α = 0.9; today's default here is 0.99.

T. Tieleman, G. Hinton, "Lecture 6.5: RMSprop, divide the gradient by a running average of its recent magnitude",
COURSERA: Neural Networks for Machine Learning (2012).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers import ranges, theory
from optimizers.moments import running_square
from optimizers.records import Hyper, Optimizer, Scalar


class RmspropState(NamedTuple):
    second_moment: optax.Updates


def make(*, learning_rate: Scalar, decay: Scalar, eps: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> RmspropState:
        return RmspropState(second_moment=optax.tree.zeros_like(params))

    def update(
        gradients: optax.Updates, state: RmspropState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, RmspropState]:
        second_moment = running_square(state.second_moment, gradients, decay)
        updates = jax.tree.map(lambda v, g: -learning_rate * g / (jnp.sqrt(v) + eps), second_moment, gradients)
        return updates, RmspropState(second_moment)

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: RmspropState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    rate = jax.tree.map(lambda v: hypers["learning_rate"] / (jnp.sqrt(v) + hypers["eps"]), state.second_moment)
    return {"effective_rate": rate, "second_moment": state.second_moment}


OPTIMIZER = Optimizer(
    name="rmsprop",
    title="RMSprop",
    make=make,
    hypers={
        "learning_rate": ranges.learning_rate(0.01),
        "decay": Hyper(0.99, 0.0, 0.9999, symbol=r"\alpha", label="Decay of the mean square"),
        "eps": ranges.epsilon(),
    },
    rule=r"""\begin{aligned}
v_t &= <decay>\, v_{t-1} + (1 - <decay>)\, g_t^2 \\
\theta_{t+1} &= \theta_t - \frac{<learning_rate>}{\sqrt{v_t} + <eps>}\, g_t
\end{aligned}""",
    internals=internals,
    stability=lambda **_: theory.gradient_descent_limit(),
    summary="Replaces AdaGrad's ever growing sum by a running mean, so that old gradients are forgotten.",
    reference="T. Tieleman, G. Hinton (2012), Lecture 6.5, COURSERA: Neural Networks for Machine Learning",
    year=2012,
    parent="adagrad",
    rate_unit="length",
    torch="optimizer = torch.optim.RMSprop(params, lr={learning_rate}, alpha={decay}, eps={eps})",
    # optax adds eps inside the root unless told otherwise.
    optax="optimizer = optax.rmsprop({learning_rate}, decay={decay}, eps={eps}, eps_in_sqrt=False)",
)
