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
    gradients: optax.Updates, params: optax.Params, value_fn: Callable[[Any], Any], damping: Scalar | None = None
) -> optax.Updates:
    """H⁻¹ g with the Hessian H of value_fn at the parameters.

    With a damping (H + s I)⁻¹ g, where s is the damping plus, if there is a negative curvature, as much as lifts it to
    zero: the matrix is positive definite then, so that a small step against this direction always leads downhill.
    """
    flat, unravel = ravel_pytree(params)
    matrix = jax.hessian(lambda x: value_fn(unravel(x)))(flat)
    if damping is not None:
        shift = damping + jnp.maximum(-least_eigenvalue(matrix), 0)
        matrix = matrix + shift * jnp.eye(flat.size, dtype=flat.dtype)
    return unravel(solve(matrix, ravel_pytree(gradients)[0]))


def least_eigenvalue(matrix: Float[Array, "d d"]) -> Float[Array, ""]:
    """Of a symmetric matrix; in the plane by the quadratic formula."""
    if matrix.shape != (2, 2):
        return jnp.linalg.eigvalsh(matrix)[0]
    (a, b), (_, d) = matrix
    return (a + d) / 2 - jnp.sqrt(jnp.square(a - d) / 4 + b * b)


def solve(matrix: Float[Array, "d d"], vector: Float[Array, " d"]) -> Float[Array, " d"]:
    """matrix⁻¹ vector, not finite where the matrix is singular.

    In the plane by Cramer's rule: calling LAPACK costs ten times as much as the whole step.
    """
    if vector.size != 2:
        return jnp.linalg.solve(matrix, vector)
    (a, b), (c, d) = matrix
    x, y = vector
    return jnp.stack([d * x - b * y, a * y - c * x]) / (a * d - b * c)
