r"""Yogi: Adam whose second moment moves by additions, so that it can fall only slowly.

    v ← v - (1 - β₂) sign(v - g²) g²

Adam's v forgets in proportion to itself, and its learning rate soars when large gradients are followed by small ones.
Here a change of v is never larger than (1 - β₂) g². optax starts m and v at 10⁻⁶ instead of zero.

M. Zaheer, S. Reddi, D. Sachan, S. Kale, S. Kumar, "Adaptive methods for nonconvex optimization", NeurIPS 2018.
"""

import optax

from optimizers import ranges
from optimizers.from_optax import from_optax
from optimizers.methods import adam

OPTIMIZER = from_optax(
    "yogi",
    optax.yogi,
    {**adam.OPTIMIZER.hypers, "learning_rate": ranges.learning_rate(0.01), "eps": ranges.epsilon(1e-3)},
    title="Yogi",
    rule=r"""\begin{aligned}
m_t &= <b1>\, m_{t-1} + (1 - <b1>)\, g_t & \hat m_t &= \frac{m_t}{1 - {<b1>}^t} \\
v_t &= v_{t-1} - (1 - <b2>)\, \operatorname{sign}(v_{t-1} - g_t^2)\, g_t^2 & \hat v_t &= \frac{v_t}{1 - {<b2>}^t} \\
\theta_{t+1} &= \theta_t - <learning_rate>\, \frac{\hat m_t}{\sqrt{\hat v_t} + <eps>}
\end{aligned}""",
    along="mu",
    summary="Changes the second moment by additions instead of a decay, so that learning rates cannot soar.",
    reference="M. Zaheer, S. Reddi, D. Sachan, S. Kale, S. Kumar (2018), NeurIPS",
    year=2018,
    parent="adam",
    rate_unit="length",
    optax="optimizer = optax.yogi({learning_rate}, b1={b1}, b2={b2}, eps={eps})",
)
