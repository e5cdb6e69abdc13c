"""Forward differentiation of a loss of few variables."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array


def forward(fn: Callable[..., Array]) -> Callable[..., Array]:
    """The same function of a point x [dim] and parameters, whose gradient by x is computed from the first step on.

    On the way back through fifty steps a gradient that vanishes becomes a denormal number, which a processor handles
    twenty times more slowly than others. On the way forward each step adds something of ordinary size.
    """

    def value(x: Any, **params: Any) -> Array:
        @jax.custom_jvp
        def at(x: Any) -> Array:
            return fn(x, **params)

        @at.defjvp
        def along(primals: tuple[Any], tangents: tuple[Any]) -> tuple[Array, Array]:
            (x,), (tangent,) = primals, tangents
            partially = jax.vmap(lambda axis: jax.jvp(lambda x: fn(x, **params), (x,), (axis,)), out_axes=(None, 0))
            height, slope = partially(jnp.eye(len(x), dtype=x.dtype))
            return height, jnp.dot(slope, tangent)

        return at(x)

    return value
