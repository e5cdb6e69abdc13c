r"""Adam with an L2 penalty: what `weight_decay` means in Adam, as opposed to AdamW.

    g ← g + λ θ        (then Adam's step)

The gradient of the penalty goes through the adaptive step with the rest. Where it is all there is, the step is η long
whatever λ is; where the data's gradients are large, hardly anything of it is left.

D. P. Kingma, J. Ba, ICLR 2015; I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019,
arXiv:1711.05101 (2017), where it is compared with AdamW.
"""

from typing import Any

import jax
import optax

from optimizers import ranges
from optimizers.methods import adam
from optimizers.records import Optimizer, Scalar


def make(
    *, learning_rate: Scalar, b1: Scalar, b2: Scalar, eps: Scalar, weight_decay: Scalar
) -> optax.GradientTransformationExtraArgs:
    inner = adam.make(learning_rate=learning_rate, b1=b1, b2=b2, eps=eps)

    def update(
        gradients: optax.Updates, state: adam.AdamState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, adam.AdamState]:
        return inner.update(jax.tree.map(lambda g, p: g + weight_decay * p, gradients, params), state)

    return optax.GradientTransformationExtraArgs(inner.init, update)


OPTIMIZER = Optimizer(
    name="adam_l2",
    title="Adam with L2",
    make=make,
    hypers={**adam.OPTIMIZER.hypers, "weight_decay": ranges.weight_decay()},
    rule=r"""\begin{aligned}
h_t &= g_t + <weight_decay>\, \theta_t \\
m_t &= <b1>\, m_{t-1} + (1 - <b1>)\, h_t & \hat m_t &= \frac{m_t}{1 - {<b1>}^t} \\
v_t &= <b2>\, v_{t-1} + (1 - <b2>)\, h_t^2 & \hat v_t &= \frac{v_t}{1 - {<b2>}^t} \\
\theta_{t+1} &= \theta_t - <learning_rate>\, \frac{\hat m_t}{\sqrt{\hat v_t} + <eps>}
\end{aligned}""",
    internals=adam.internals,
    stability=adam.OPTIMIZER.stability,
    summary="Adds the gradient of an L2 penalty before Adam's step, which normalises most of it away.",
    reference="D. P. Kingma, J. Ba (2015), ICLR; I. Loshchilov, F. Hutter (2019), ICLR, arXiv:1711.05101",
    year=2014,
    parent="adam",
    rate_unit="length",
    torch="optimizer = torch.optim.Adam(\n    params, lr={learning_rate}, betas=({b1}, {b2}), eps={eps}, "
    "weight_decay={weight_decay}\n)",
    optax="""\
optimizer = optax.chain(
    optax.add_decayed_weights({weight_decay}),
    optax.adam({learning_rate}, b1={b1}, b2={b2}, eps={eps}),
)""",
)
