"""The Hessian as a matrix, for methods that divide by it. It has d² entries: for parameters that are few."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float

from optimizers.records import Scalar


def newton_direction(
    gradients: optax.Updates, params: optax.Params, value_fn: Callable[[Any], Any], damping: Scalar = 0.0
) -> optax.Updates:
    """(H + damping I)⁻¹ g with the Hessian H of value_fn at the parameters."""
    flat, unravel = ravel_pytree(params)
    hessian = jax.hessian(lambda x: value_fn(unravel(x)))(flat)
    matrix = hessian + damping * jnp.eye(flat.size, dtype=flat.dtype)
    return unravel(solve(matrix, ravel_pytree(gradients)[0]))


def solve(matrix: Float[Array, "d d"], vector: Float[Array, " d"]) -> Float[Array, " d"]:
    """matrix⁻¹ vector, not finite where the matrix is singular.

    In the plane by Cramer's rule: calling LAPACK costs ten times as much as the whole step.
    """
    if vector.size != 2:
        return jnp.linalg.solve(matrix, vector)
    (a, b), (c, d) = matrix
    x, y = vector
    return jnp.stack([d * x - b * y, a * y - c * x]) / (a * d - b * c)
