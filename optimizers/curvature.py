"""The Hessian, for methods that divide by it. It has d² entries: for parameters that are few."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float

from optimizers import small_matrices
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


def hessian_diagonal(value_fn: Callable[[Any], Any], params: optax.Params) -> optax.Params:
    """The second derivative of value_fn along each parameter by itself, shaped like the parameters."""

    # Twice forwards, one axis after the other: traced and compiled in half the time of the whole Hessian.
    @jax.jit
    def curvature(params: optax.Params, axis: optax.Params) -> Array:
        def slope(params: optax.Params) -> Array:
            return jax.jvp(value_fn, (params,), (axis,))[1]

        return jax.jvp(slope, (params,), (axis,))[1]

    leaves, structure = jax.tree.flatten(params)
    rebuilt = partial(jax.tree.unflatten, structure)
    nowhere = [np.zeros(leaf.shape, leaf.dtype) for leaf in leaves]

    def of(place: int, leaf: Array) -> Array:
        axes = np.eye(leaf.size, dtype=leaf.dtype).reshape(-1, *leaf.shape)
        directions = (rebuilt([*nowhere[:place], axis, *nowhere[place + 1 :]]) for axis in axes)
        return jnp.stack([curvature(params, direction) for direction in directions]).reshape(leaf.shape)

    return rebuilt([of(place, leaf) for place, leaf in enumerate(leaves)])


def least_eigenvalue(matrix: Float[Array, "d d"]) -> Float[Array, ""]:
    """Of a symmetric matrix; in the plane by the quadratic formula."""
    if matrix.shape != (2, 2):
        return small_matrices.eigh(matrix).values[0]
    (a, b), (_, d) = matrix
    return (a + d) / 2 - jnp.sqrt(jnp.square(a - d) / 4 + b * b)


def solve(matrix: Float[Array, "d d"], vector: Float[Array, " d"]) -> Float[Array, " d"]:
    """matrix⁻¹ vector, not finite where the matrix is singular.

    In the plane by Cramer's rule, which costs a tenth of what elimination does.
    """
    if vector.size != 2:
        return small_matrices.solve(matrix, vector)
    (a, b), (c, d) = matrix
    x, y = vector
    return jnp.stack([d * x - b * y, a * y - c * x]) / (a * d - b * c)
