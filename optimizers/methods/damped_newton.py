r"""Damped Newton: between Newton's step and a small one of gradient descent, as far as the last step was a success.

    d = (H + (μ + max(0, -λ)) I)⁻¹ g        λ: the least curvature, an eigenvalue of H
    f(θ - η d) ≤ f(θ):  θ ← θ - η d, μ ← μ / ν
    else:               stay,        μ ← μ ν

While μ is large the step is g / μ. A negative curvature is lifted to μ: the direction leads downhill, and away from a
saddle the faster the smaller μ is. Near a minimum μ fades and Newton's speed is back.

K. Levenberg, "A method for the solution of certain non-linear problems in least squares", Quarterly of Applied
Mathematics 2 (1944), 164-168; for any function S. Goldfeld, R. Quandt, H. Trotter, "Maximization by quadratic
hill-climbing", Econometrica 34 (1966), 541-551; the factor ν is D. Marquardt's (1963).
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float

from optimizers import ranges
from optimizers.curvature import newton_direction
from optimizers.rates import measured_rate
from optimizers.records import Hyper, Optimizer, Scalar

LEAST = 1e-9  # damping: it could never grow again from zero


class DampedState(NamedTuple):
    damping: Float[Array, ""]
    effective_rate: optax.Updates


def make(*, learning_rate: Scalar, damping: Scalar, factor: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> DampedState:
        start = jnp.asarray(damping, optax.tree.dtype(params, "lowest"))
        return DampedState(start, effective_rate=optax.tree.zeros_like(params))

    def update(
        gradients: optax.Updates,
        state: DampedState,
        params: optax.Params | None = None,
        *,
        value_fn: Callable[[Any], Any],
        **extra: Any,
    ) -> tuple[optax.Updates, DampedState]:
        direction = newton_direction(gradients, params, value_fn, state.damping)
        trial = jax.tree.map(lambda d: -learning_rate * d, direction)
        success = value_fn(optax.apply_updates(params, trial)) <= value_fn(params)
        updates = jax.tree.map(lambda step: jnp.where(success, step, 0), trial)
        changed = jnp.where(success, jnp.maximum(state.damping / factor, LEAST), state.damping * factor)
        return updates, DampedState(changed, measured_rate(updates, gradients))

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: DampedState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    return {"effective_rate": state.effective_rate, "damping": state.damping}


OPTIMIZER = Optimizer(
    name="damped_newton",
    title="Damped Newton",
    make=make,
    hypers={
        "learning_rate": ranges.learning_rate(1.0),
        "damping": Hyper(1.0, 1e-6, 1e6, log=True, symbol=r"\mu_0", label="Damping at the start"),
        "factor": Hyper(3.0, 1.1, 100.0, log=True, symbol=r"\nu", label="Factor of the damping"),
    },
    rule=r"""\begin{aligned}
d_t &= \left(H_t + (\mu_t + \max(0, -\lambda_{\min}))\, I\right)^{-1} g_t, \qquad \mu_0 = <damping> \\
\theta_{t+1},\, \mu_{t+1} &= \begin{cases}
\theta_t - <learning_rate>\, d_t,\; \mu_t / <factor> & f(\theta_t - <learning_rate>\, d_t) \le f(\theta_t) \\
\theta_t,\; <factor>\, \mu_t & \text{otherwise} \end{cases}
\end{aligned}""",
    internals=internals,
    looks_at_loss=True,
    summary="Lifts negative curvature and adds a damping that follows success, so that saddles no longer lure it.",
    reference="K. Levenberg (1944), Quarterly of Applied Mathematics 2, 164-168; Goldfeld, Quandt, Trotter (1966)",
    year=1966,
    parent="newton",
    rate_unit="none",
)
