"""Values on a grid, and first and second derivatives at a point, in the dtype they are asked in.

Derivatives are taken in forward mode: with two variables it costs no more than reverse mode, and surfaces that iterate
a map (the cliff) compile several times faster.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from landscapes.surface import Domain

Function = Callable[..., Array]
TracedDomain = tuple[tuple[Any, Any], tuple[Any, Any]]


class Grid(NamedTuple):
    """Values ``z[i, j] = f(xs[j], ys[i])``, the layout that contour plots expect."""

    xs: Float[Array, "n"]
    ys: Float[Array, "n"]
    z: Float[Array, "n n"]


class Eigen(NamedTuple):
    """Eigenvalues of a Hessian in ascending order, and its unit eigenvectors as columns."""

    eigenvalues: Float[Array, "2"]
    eigenvectors: Float[Array, "2 2"]


@partial(jax.jit, static_argnames=("fn", "n"))
def _grid(fn: Function, domain: TracedDomain, n: int, params: dict[str, Any]) -> Grid:
    xs, ys = (jnp.linspace(low, high, n) for low, high in domain)
    row = jax.vmap(lambda x, y: fn(jnp.stack([x, y]), **params), (0, None))
    return Grid(xs, ys, jax.vmap(row, (None, 0))(xs, ys))


@partial(jax.jit, static_argnames="fn")
def _gradient(fn: Function, x: Float[Array, "2"], params: dict[str, Any]) -> Float[Array, "2"]:
    return jax.jacfwd(fn)(x, **params)


@partial(jax.jit, static_argnames="fn")
def _hessian(fn: Function, x: Float[Array, "2"], params: dict[str, Any]) -> Float[Array, "2 2"]:
    return jax.jacfwd(jax.jacfwd(fn))(x, **params)


def grid(fn: Function, domain: Domain, n: int, **params: Any) -> Grid:
    """Values of fn on n times n points of the domain, its borders included."""
    return _grid(fn, domain, n, params)


def gradient(fn: Function, x: Float[Array, "2"], **params: Any) -> Float[Array, "2"]:
    """The gradient of fn at x."""
    return _gradient(fn, x, params)


def hessian(fn: Function, x: Float[Array, "2"], **params: Any) -> Float[Array, "2 2"]:
    """The Hessian of fn at x."""
    return _hessian(fn, x, params)


def eigen(fn: Function, x: Float[Array, "2"], **params: Any) -> Eigen:
    """The principal curvatures of fn at x and their directions."""
    return Eigen(*jnp.linalg.eigh(hessian(fn, x, **params)))
