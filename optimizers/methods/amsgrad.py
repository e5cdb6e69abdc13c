r"""AMSGrad: Adam whose second moment never shrinks, so that no dimension's learning rate ever grows again.

    m, v as in Adam
    u ← max(u, v)
    θ ← θ - η m̂ / (√(u / (1 - β₂ᵗ)) + ε)

Adam forgets a rare large gradient, and can then walk the wrong way for ever (`optimizers.counterexamples`). The maximum
is taken before the bias correction here, as in PyTorch; optax takes it afterwards.

S. J. Reddi, S. Kale, S. Kumar, "On the convergence of Adam and beyond", ICLR 2018, arXiv:1904.09237.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Int

from optimizers import theory
from optimizers.methods import adam
from optimizers.moments import debias, running_mean, running_square
from optimizers.records import Optimizer, Scalar


class AmsgradState(NamedTuple):
    step: Int[Array, ""]  # updates made so far
    first_moment: optax.Updates
    second_moment: optax.Updates
    largest: optax.Updates  # value of each second moment so far


def make(*, learning_rate: Scalar, b1: Scalar, b2: Scalar, eps: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> AmsgradState:
        zeros = optax.tree.zeros_like(params)
        return AmsgradState(jnp.zeros((), jnp.int32), first_moment=zeros, second_moment=zeros, largest=zeros)

    def update(
        gradients: optax.Updates, state: AmsgradState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, AmsgradState]:
        step = state.step + 1
        first_moment = running_mean(state.first_moment, gradients, b1)
        second_moment = running_square(state.second_moment, gradients, b2)
        largest = jax.tree.map(jnp.maximum, state.largest, second_moment)
        updates = jax.tree.map(
            lambda m_hat, u_hat: -learning_rate * m_hat / (jnp.sqrt(u_hat) + eps),
            debias(first_moment, b1, step),
            debias(largest, b2, step),
        )
        return updates, AmsgradState(step, first_moment, second_moment, largest)

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: AmsgradState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    u_hat = debias(state.largest, hypers["b2"], state.step)
    return {
        "effective_rate": jax.tree.map(lambda u: hypers["learning_rate"] / (jnp.sqrt(u) + hypers["eps"]), u_hat),
        "first_moment": state.first_moment,
        "second_moment": state.second_moment,
        "largest": state.largest,
    }


OPTIMIZER = Optimizer(
    name="amsgrad",
    title="AMSGrad",
    make=make,
    hypers=adam.OPTIMIZER.hypers,
    rule=r"""\begin{aligned}
m_t &= <b1>\, m_{t-1} + (1 - <b1>)\, g_t & \hat m_t &= \frac{m_t}{1 - {<b1>}^t} \\
v_t &= <b2>\, v_{t-1} + (1 - <b2>)\, g_t^2 & u_t &= \max(u_{t-1}, v_t) \\
\theta_{t+1} &= \theta_t - <learning_rate>\, \frac{\hat m_t}{\sqrt{u_t / (1 - {<b2>}^t)} + <eps>}
\end{aligned}""",
    internals=internals,
    stability=lambda *, b1, **_: theory.averaged_momentum_limit(b1),
    summary="Divides by the largest second moment so far, so that a rare steep gradient is never forgotten.",
    reference="S. Reddi, S. Kale, S. Kumar (2018), ICLR, arXiv:1904.09237",
    year=2018,
    parent="adam",
    rate_unit="length",
    torch="optimizer = torch.optim.Adam(params, lr={learning_rate}, betas=({b1}, {b2}), eps={eps}, amsgrad=True)",
    # optax.amsgrad takes the maximum after the bias correction, so the rule is written out.
    optax="""\
def init(params):
    zeros = jax.tree.map(jnp.zeros_like, params)
    return 0, zeros, zeros, zeros

def update(gradients, state, params=None):
    step, m, v, u = state
    step = step + 1
    m = jax.tree.map(lambda m, g: {b1} * m + (1 - {b1}) * g, m, gradients)
    v = jax.tree.map(lambda v, g: {b2} * v + (1 - {b2}) * g * g, v, gradients)
    u = jax.tree.map(jnp.maximum, u, v)
    m_hat = jax.tree.map(lambda m: m / (1 - {b1} ** step), m)
    u_hat = jax.tree.map(lambda u: u / (1 - {b2} ** step), u)
    updates = jax.tree.map(lambda m, u: m / (jnp.sqrt(u) + {eps}), m_hat, u_hat)
    return updates, (step, m, v, u)

optimizer = optax.chain(
    optax.GradientTransformation(init, update),
    optax.scale_by_learning_rate({learning_rate}),
)""",
)
