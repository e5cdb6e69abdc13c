r"""BFGS: learn the curvature from the gradients on the way, instead of computing it.

    d = B g
    θ' = θ - t d        t: the first of η, η/2, η/4, ... with f(θ') ≤ f(θ) - c t gᵀd
    B ← (I - s yᵀ / yᵀs) B (I - y sᵀ / yᵀs) + s sᵀ / yᵀs        s = θ' - θ, y = g' - g

B is an estimate of the inverse Hessian that says what the last step has shown: B y = s. It starts as the identity,
is scaled to sᵀy / yᵀy before the first change, stays positive definite because pairs with yᵀs ≤ 0 are passed over, and
starts anew where no step leads downhill. All trials of a step are computed at once.

C. G. Broyden; R. Fletcher; D. Goldfarb; D. F. Shanno (1970), each in a paper of his own. Here after J. Nocedal,
S. Wright, "Numerical optimization", 2nd edition, Springer (2006), sections 3.1 and 6.1.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Bool, Float

from optimizers import ranges
from optimizers.rates import measured_rate
from optimizers.records import Optimizer, Scalar

TRIALS = 16
ARMIJO = 1e-4  # share of the slope that a step must gain


class BfgsState(NamedTuple):
    inverse: Float[Array, "d d"]  # estimate of the inverse Hessian
    fresh: Bool[Array, ""]  # whether it is still the identity
    params: Float[Array, " d"]  # those of the last update, and their gradient
    gradient: Float[Array, " d"]
    effective_rate: optax.Updates


def make(*, learning_rate: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> BfgsState:
        flat, _ = ravel_pytree(params)
        identity = jnp.eye(flat.size, dtype=flat.dtype)
        return BfgsState(identity, jnp.array(True), flat, jnp.zeros_like(flat), optax.tree.zeros_like(params))

    def update(
        gradients: optax.Updates,
        state: BfgsState,
        params: optax.Params | None = None,
        *,
        value_fn: Callable[[Any], Any],
        **extra: Any,
    ) -> tuple[optax.Updates, BfgsState]:
        x, unravel = ravel_pytree(params)
        g, _ = ravel_pytree(gradients)
        inverse, fresh = learn(state, x - state.params, g - state.gradient)
        direction = jnp.sum(inverse * g[None, :], axis=1)
        longest = jnp.where(fresh, jnp.minimum(1, 1 / jnp.maximum(jnp.sum(jnp.abs(g)), 1)), 1) * learning_rate
        step = backtrack(lambda p: value_fn(unravel(p)), x, -direction, -jnp.sum(g * direction), longest)
        updates = unravel(-step * direction)
        stuck = step == 0
        inverse = jnp.where(stuck, jnp.eye(x.size, dtype=x.dtype), inverse)
        return updates, BfgsState(inverse, fresh | stuck, x, g, measured_rate(updates, gradients))

    return optax.GradientTransformationExtraArgs(init, update)


def learn(
    state: BfgsState, s: Float[Array, " d"], y: Float[Array, " d"]
) -> tuple[Float[Array, "d d"], Bool[Array, ""]]:
    """The estimate after a step s over which the gradient changed by y, and whether it is still the identity."""
    curved = jnp.sum(s * y) > jnp.finfo(s.dtype).eps * jnp.sqrt(jnp.sum(s * s) * jnp.sum(y * y))
    ys = jnp.where(curved, jnp.sum(s * y), 1)
    scale = jnp.where(state.fresh, ys / jnp.where(curved, jnp.sum(y * y), 1), 1)
    before = scale * state.inverse
    by = jnp.sum(before * y[None, :], axis=1)
    outer = s[:, None] * by[None, :]
    after = before - (outer + outer.T) / ys + (1 + jnp.sum(y * by) / ys) * s[:, None] * s[None, :] / ys
    return jnp.where(curved, after, state.inverse), state.fresh & ~curved


def backtrack(
    fn: Callable[[Any], Any], x: Float[Array, " d"], direction: Float[Array, " d"], slope: Scalar, longest: Scalar
) -> Float[Array, ""]:
    """The largest of longest / 2^k that gains enough along the direction; 0 where none does."""
    steps = longest * 0.5 ** jnp.arange(TRIALS, dtype=x.dtype)
    gained = jax.vmap(lambda step: fn(x + step * direction))(steps) <= fn(x) + ARMIJO * steps * slope
    return jnp.where(jnp.any(gained), steps[jnp.argmax(gained)], 0)


def internals(state: BfgsState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    return {"effective_rate": state.effective_rate}


OPTIMIZER = Optimizer(
    name="bfgs",
    title="BFGS",
    make=make,
    hypers={"learning_rate": ranges.learning_rate(1.0)},
    rule=r"""\begin{aligned}
\theta_{t+1} &= \theta_t - \tau_t B_t g_t, \qquad s = \theta_{t+1} - \theta_t,\; y = g_{t+1} - g_t \\
\tau_t &= \max \left\{ \tfrac{<learning_rate>}{2^k} :
f(\theta_{t+1}) \le f(\theta_t) - 10^{-4}\, \tau_t\, g_t^\top B_t g_t \right\} \\
B_{t+1} &= \left(I - \tfrac{s y^\top}{y^\top s}\right) B_t \left(I - \tfrac{y s^\top}{y^\top s}\right)
+ \tfrac{s s^\top}{y^\top s}
\end{aligned}""",
    internals=internals,
    looks_at_loss=True,
    summary="Learns the inverse curvature from how the gradient changed along its own steps, and needs no Hessian.",
    reference="Broyden; Fletcher; Goldfarb; Shanno (1970); J. Nocedal, S. Wright (2006), Numerical optimization",
    year=1970,
    parent="newton",
    rate_unit="none",
)
