r"""Prodigy: Adam that finds its learning rate by itself, from how far it has come.

    d ← max(d, Σ γ (g · (θ₀ - θ)) / ‖Σ γ g‖₁),  γ = d² √β₂ⁿ of each step that lies n steps back
    θ ← θ - η d m̂ / (√v̂ + ε),  moments of d g in place of g

d is a lower bound, ever better, of the distance from the start to the minimum, the very rate that theory asks for. It
starts at almost nothing and grows by a factor a step while gradients keep pointing away from the start; η stays at 1.

K. Mishchenko, A. Defazio, "Prodigy: an expeditiously adaptive parameter-free learner", ICML 2024,
arXiv:2306.06101 (2023).
"""

from typing import Any

import jax
import jax.numpy as jnp
import optax
from optax import contrib

from optimizers import ranges
from optimizers.from_optax import from_optax
from optimizers.methods import adam
from optimizers.records import Hyper


def prodigy(*, learning_rate: Any, b1: Any, b2: Any, eps: Any, estim_lr0: Any) -> optax.GradientTransformationExtraArgs:
    """optax.contrib.prodigy, whose estimate would be 0 / 0 until the first gradient that is not zero."""
    inner = contrib.prodigy(learning_rate, betas=(b1, b2), eps=eps, estim_lr0=estim_lr0)

    def update(gradients: Any, state: Any, params: Any = None, **extra: Any) -> tuple[Any, Any]:
        updates, after = inner.update(gradients, state, params)
        untouched = optax.tree.norm(after.grad_sum, ord=1) == 0
        estimate = jnp.where(untouched, state.estim_lr, after.estim_lr)
        updates = jax.tree.map(lambda u: jnp.where(untouched, 0, u), updates)
        return updates, after._replace(estim_lr=estimate)

    return optax.GradientTransformationExtraArgs(inner.init, update)


OPTIMIZER = from_optax(
    "prodigy",
    prodigy,
    {
        **adam.OPTIMIZER.hypers,
        "learning_rate": ranges.learning_rate(1.0),
        "estim_lr0": Hyper(1e-6, 1e-9, 1.0, log=True, symbol="d_0", label="First estimate"),
    },
    title="Prodigy",
    rule=r"""\begin{aligned}
m_t &= <b1>\, m_{t-1} + (1 - <b1>)\, d_t g_t, \qquad v_t = <b2>\, v_{t-1} + (1 - <b2>)\, d_t^2 g_t^2 \\
r_t &= \sqrt{<b2>}\, r_{t-1} + \gamma_t d_t^2\, g_t^\top (\theta_0 - \theta_t), \qquad
s_t = \sqrt{<b2>}\, s_{t-1} + \gamma_t d_t^2\, g_t \\
\theta_{t+1} &= \theta_t - \gamma_t d_t \frac{m_t}{\sqrt{v_t} + d_{t+1} <eps>}, \qquad
\gamma_t = <learning_rate>\, \frac{\sqrt{1 - {<b2>}^t}}{1 - {<b1>}^t} \\
d_{t+1} &= \max\left(d_t,\; \frac{r_t}{\lVert s_t \rVert_1}\right), \qquad d_1 = <estim_lr0>
\end{aligned}""",
    along="exp_avg",
    summary="Estimates Adam's learning rate on the way, from how far the gradients say that the start was off.",
    reference="K. Mishchenko, A. Defazio (2024), ICML, arXiv:2306.06101",
    year=2023,
    parent="adam",
    rate_unit="none",
    optax="""\
optimizer = optax.contrib.prodigy(
    {learning_rate}, betas=({b1}, {b2}), eps={eps}, estim_lr0={estim_lr0}
)""",
)
