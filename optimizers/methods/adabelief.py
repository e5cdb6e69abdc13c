r"""AdaBelief: Adam that divides by how far a gradient lies from what the momentum predicted.

    v ← β₂ v + (1 - β₂) (g - m)² + ε

Where gradients come as expected the steps are long, even if the gradients are large; where they surprise, short. On a
steep straight slope this is bold and Adam timid.

J. Zhuang et al., "AdaBelief optimizer: adapting stepsizes by the belief in observed gradients", NeurIPS 2020,
arXiv:2010.07468.
"""

from typing import Any

import optax

from optimizers.from_optax import from_optax
from optimizers.methods import adam
from optimizers.records import Hyper


def adabelief(*, learning_rate: Any, b1: Any, b2: Any, eps: Any) -> optax.GradientTransformationExtraArgs:
    """optax.adabelief with one epsilon for both of its places, as in the paper."""
    return optax.adabelief(learning_rate, b1=b1, b2=b2, eps=eps, eps_root=eps)


OPTIMIZER = from_optax(
    "adabelief",
    adabelief,
    {
        **adam.OPTIMIZER.hypers,
        "eps": Hyper(1e-16, 1e-20, 1.0, log=True, symbol=r"\varepsilon", label="Epsilon"),
    },
    title="AdaBelief",
    rule=r"""\begin{aligned}
m_t &= <b1>\, m_{t-1} + (1 - <b1>)\, g_t & \hat m_t &= \frac{m_t}{1 - {<b1>}^t} \\
v_t &= <b2>\, v_{t-1} + (1 - <b2>)\, (g_t - m_t)^2 + <eps> & \hat v_t &= \frac{v_t}{1 - {<b2>}^t} \\
\theta_{t+1} &= \theta_t - <learning_rate>\, \frac{\hat m_t}{\sqrt{\hat v_t} + <eps>}
\end{aligned}""",
    along="mu",
    summary="Divides by how far gradients lie from their running mean, not from zero: long steps where none surprises.",
    reference="J. Zhuang et al. (2020), NeurIPS, arXiv:2010.07468",
    year=2020,
    parent="adam",
    rate_unit="length",
    optax="optimizer = optax.adabelief({learning_rate}, b1={b1}, b2={b2}, eps={eps}, eps_root={eps})",
)
