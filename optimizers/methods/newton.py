r"""Newton's method: divide the gradient by the curvature, in the eigenvectors' own directions.

    θ ← θ - η H⁻¹ g

One step of η = 1 solves any quadratic, whatever its condition number, and near a minimum the digits that are right
double in every step. Where the curvature is negative the step leads uphill: maxima and saddles attract it just as well,
and on a plateau, where H is zero, it knows no bounds.

L. V. Kantorovich, "Functional analysis and applied mathematics", Uspekhi Matematicheskikh Nauk 3(6) (1948), 89-185; for
one equation I. Newton (1669) and J. Raphson (1690), for the gradient of a function T. Simpson (1740).
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import optax

from optimizers import ranges
from optimizers.curvature import newton_direction
from optimizers.rates import measured_rate
from optimizers.records import Optimizer, Scalar


class NewtonState(NamedTuple):
    effective_rate: optax.Updates


def make(*, learning_rate: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> NewtonState:
        return NewtonState(optax.tree.zeros_like(params))

    def update(
        gradients: optax.Updates,
        state: NewtonState,
        params: optax.Params | None = None,
        *,
        value_fn: Callable[[Any], Any],
        **extra: Any,
    ) -> tuple[optax.Updates, NewtonState]:
        updates = jax.tree.map(lambda d: -learning_rate * d, newton_direction(gradients, params, value_fn))
        return updates, NewtonState(measured_rate(updates, gradients))

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: NewtonState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    return {"effective_rate": state.effective_rate}


OPTIMIZER = Optimizer(
    name="newton",
    title="Newton",
    make=make,
    hypers={"learning_rate": ranges.learning_rate(1.0)},
    rule=r"\theta_{t+1} = \theta_t - <learning_rate>\, H_t^{-1} g_t, \qquad H_t = \nabla^2 f(\theta_t)",
    internals=internals,
    looks_at_loss=True,
    summary="Divides by the curvature in each of its own directions, and so forgets how badly scaled the valley is.",
    reference="L. V. Kantorovich (1948), Uspekhi Matematicheskikh Nauk 3(6), 89-185",
    year=1948,
    parent="gradient_descent",
    rate_unit="none",
    optax="""\
def update(gradient, state, x, value_fn, **extra):
    return jnp.linalg.solve(jax.hessian(value_fn)(x), gradient), state

optimizer = optax.chain(
    optax.GradientTransformationExtraArgs(lambda x: optax.EmptyState(), update),
    optax.scale_by_learning_rate({learning_rate}),
)""",
)
