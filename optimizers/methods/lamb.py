r"""LAMB: Adam's direction, at a length in proportion to the weights.

    u = m̂ / (√v̂ + ε) + λ θ
    θ ← θ - η (‖θ‖ / ‖u‖) u

Each parameter array moves by the share η of its own length a step, whatever its gradients: layers of all scales learn
at one pace, even at batches of tens of thousands. Here the point (x, y) is one such array, so near the origin steps are
short and far from it long.

Y. You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", ICLR 2020, arXiv:1904.00962.
"""

import optax

from optimizers import ranges
from optimizers.from_optax import from_optax
from optimizers.methods import adam

OPTIMIZER = from_optax(
    "lamb",
    optax.lamb,
    {
        **adam.OPTIMIZER.hypers,
        "learning_rate": ranges.learning_rate(0.01),
        "eps": ranges.epsilon(1e-6),
        "weight_decay": ranges.weight_decay(),
    },
    title="LAMB",
    rule=r"""\begin{aligned}
m_t &= <b1>\, m_{t-1} + (1 - <b1>)\, g_t & \hat m_t &= \frac{m_t}{1 - {<b1>}^t} \\
v_t &= <b2>\, v_{t-1} + (1 - <b2>)\, g_t^2 & \hat v_t &= \frac{v_t}{1 - {<b2>}^t} \\
u_t &= \frac{\hat m_t}{\sqrt{\hat v_t} + <eps>} + <weight_decay>\, \theta_t &
\theta_{t+1} &= \theta_t - <learning_rate>\, \frac{\lVert \theta_t \rVert}{\lVert u_t \rVert}\, u_t
\end{aligned}""",
    along="mu",
    summary="Gives every layer's step a length in proportion to the layer's weights.",
    reference="Y. You et al. (2020), ICLR, arXiv:1904.00962",
    year=2019,
    parent="adamw",
    rate_unit="none",
    optax="""\
optimizer = optax.lamb(
    {learning_rate}, b1={b1}, b2={b2}, eps={eps}, weight_decay={weight_decay}
)""",
)
