r"""RAdam: Adam that waits until its second moment has seen enough gradients to be trusted.

    ρ∞ = 2 / (1 - β₂) - 1        ρ = ρ∞ - 2 t β₂ᵗ / (1 - β₂ᵗ)
    ρ > 5:  r = √((ρ - 4)(ρ - 2) ρ∞ / ((ρ∞ - 4)(ρ∞ - 2) ρ))
            θ ← θ - η r m̂ √(1 - β₂ᵗ) / (√v + ε)
    else:   θ ← θ - η m̂

ρ is the number of gradients that the mean square is worth, and r a warm-up that follows from it. The first steps (five
at β₂ = 0.999) are plain momentum in proportion to the gradient: at a learning rate made for Adam they can be huge.

L. Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020, arXiv:1908.03265 (2019).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers import theory
from optimizers.methods import adam
from optimizers.moments import debias, running_mean, running_square
from optimizers.records import Optimizer, Scalar


class RadamState(NamedTuple):
    step: Any  # updates made so far
    first_moment: optax.Updates
    second_moment: optax.Updates


def _rates(state: RadamState, learning_rate: Scalar, b2: Scalar, eps: Scalar) -> optax.Updates:
    """What multiplies the corrected first moment in each dimension."""

    def rate(v: Any) -> Any:
        step = state.step.astype(v.dtype)
        correction = 1 - b2**step
        longest = 2 / (1 - b2) - 1
        length = longest - 2 * step * b2**step / correction
        trusted = length > 5
        ratio = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
        rectified = jnp.sqrt(jnp.where(trusted, ratio, 1) * correction) / (jnp.sqrt(v) + eps)
        return learning_rate * jnp.where(trusted, rectified, 1)

    return jax.tree.map(rate, state.second_moment)


def make(*, learning_rate: Scalar, b1: Scalar, b2: Scalar, eps: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> RadamState:
        zeros = optax.tree.zeros_like(params)
        return RadamState(step=jnp.zeros((), jnp.int32), first_moment=zeros, second_moment=zeros)

    def update(
        gradients: optax.Updates, state: RadamState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, RadamState]:
        state = RadamState(
            step=state.step + 1,
            first_moment=running_mean(state.first_moment, gradients, b1),
            second_moment=running_square(state.second_moment, gradients, b2),
        )
        m_hat = debias(state.first_moment, b1, state.step)
        updates = jax.tree.map(lambda rate, m: -rate * m, _rates(state, learning_rate, b2, eps), m_hat)
        return updates, state

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: RadamState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    rate = _rates(state, hypers["learning_rate"], hypers["b2"], hypers["eps"])
    return {"effective_rate": rate, "first_moment": state.first_moment, "second_moment": state.second_moment}


OPTIMIZER = Optimizer(
    name="radam",
    title="RAdam",
    make=make,
    hypers=adam.OPTIMIZER.hypers,
    rule=r"""\begin{aligned}
\rho_\infty &= \tfrac{2}{1 - <b2>} - 1 \qquad \rho_t = \rho_\infty - \frac{2 t\, {<b2>}^t}{1 - {<b2>}^t} \\
m_t &= <b1>\, m_{t-1} + (1 - <b1>)\, g_t \qquad v_t = <b2>\, v_{t-1} + (1 - <b2>)\, g_t^2 \\
\theta_{t+1} &= \theta_t - <learning_rate>\, \frac{m_t}{1 - {<b1>}^t} \begin{cases}
\sqrt{\frac{(\rho_t - 4)(\rho_t - 2)\rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2)\rho_t}}\,
\frac{\sqrt{1 - {<b2>}^t}}{\sqrt{v_t} + <eps>} & \rho_t > 5 \\ 1 & \text{otherwise} \end{cases}
\end{aligned}""",
    internals=internals,
    stability=lambda *, b1, **_: theory.averaged_momentum_limit(b1),
    summary="Starts as plain momentum and turns adaptive as its second moment comes to rest on enough gradients.",
    reference="L. Liu et al. (2020), ICLR, arXiv:1908.03265",
    year=2019,
    parent="adam",
    rate_unit="inverse_curvature",  # of the first steps, which multiply the gradient as it is
    torch="optimizer = torch.optim.RAdam(params, lr={learning_rate}, betas=({b1}, {b2}), eps={eps})",
    # optax.radam adds eps after the bias correction, so the rule is written out.
    optax="""\
def init(params):
    zeros = jax.tree.map(jnp.zeros_like, params)
    return 0, zeros, zeros

def update(gradients, state, params=None):
    step, m, v = state
    step = step + 1
    m = jax.tree.map(lambda m, g: {b1} * m + (1 - {b1}) * g, m, gradients)
    v = jax.tree.map(lambda v, g: {b2} * v + (1 - {b2}) * g * g, v, gradients)
    correction, longest = 1 - {b2} ** step, 2 / (1 - {b2}) - 1
    length = longest - 2 * step * {b2} ** step / correction
    ratio = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
    rectified = jnp.sqrt(jnp.where(length > 5, ratio, 1) * correction)
    rate = lambda v: jnp.where(length > 5, rectified / (jnp.sqrt(v) + {eps}), 1)
    updates = jax.tree.map(lambda m, v: m / (1 - {b1} ** step) * rate(v), m, v)
    return updates, (step, m, v)

optimizer = optax.chain(
    optax.GradientTransformation(init, update),
    optax.scale_by_learning_rate({learning_rate}),
)""",
)
