r"""AdamW: Adam, with a weight decay that the adaptive step does not divide.

    θ ← θ - η λ θ
    θ ← θ - η m̂ / (√v̂ + ε)        (Adam's step)

An L2 penalty would put λ θ into the gradient, and Adam would normalise it away: whatever λ is, the step stays η long.
Decoupled, the weights shrink by 1 - η λ a step.

I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019, arXiv:1711.05101 (2017).
"""

from typing import Any

import jax
import optax

from optimizers import ranges, theory
from optimizers.methods import adam
from optimizers.records import Optimizer, Scalar


def make(
    *, learning_rate: Scalar, b1: Scalar, b2: Scalar, eps: Scalar, weight_decay: Scalar
) -> optax.GradientTransformationExtraArgs:
    inner = adam.make(learning_rate=learning_rate, b1=b1, b2=b2, eps=eps)

    def update(
        gradients: optax.Updates, state: adam.AdamState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, adam.AdamState]:
        steps, state = inner.update(gradients, state)
        updates = jax.tree.map(lambda step, p: step - learning_rate * weight_decay * p, steps, params)
        return updates, state

    return optax.GradientTransformationExtraArgs(inner.init, update)


OPTIMIZER = Optimizer(
    name="adamw",
    title="AdamW",
    make=make,
    hypers={**adam.OPTIMIZER.hypers, "weight_decay": ranges.weight_decay(0.01)},
    rule=r"""\begin{aligned}
m_t &= <b1>\, m_{t-1} + (1 - <b1>)\, g_t & \hat m_t &= \frac{m_t}{1 - {<b1>}^t} \\
v_t &= <b2>\, v_{t-1} + (1 - <b2>)\, g_t^2 & \hat v_t &= \frac{v_t}{1 - {<b2>}^t} \\
\theta_{t+1} &= \theta_t - <learning_rate>\, \frac{\hat m_t}{\sqrt{\hat v_t} + <eps>}
 - <learning_rate> \cdot <weight_decay>\, \theta_t
\end{aligned}""",
    internals=adam.internals,
    stability=lambda *, b1, **_: theory.averaged_momentum_limit(b1),
    summary="Applies weight decay to the weights and not to the gradient, where Adam would normalise it away.",
    reference="I. Loshchilov, F. Hutter (2019), ICLR, arXiv:1711.05101",
    year=2017,
    parent="adam",
    rate_unit="length",
    torch="optimizer = torch.optim.AdamW(\n    params, lr={learning_rate}, betas=({b1}, {b2}), eps={eps}, "
    "weight_decay={weight_decay}\n)",
    optax="optimizer = optax.adamw({learning_rate}, b1={b1}, b2={b2}, eps={eps}, weight_decay={weight_decay})",
)
