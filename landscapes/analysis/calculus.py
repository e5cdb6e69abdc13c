"""Values on a grid, and first and second derivatives at a point, in the dtype they are asked in.

Derivatives are directional ones, taken in forward mode: with two variables that costs no more than reverse mode, and
surfaces that iterate a map (the cliff) compile several times faster.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from landscapes.surface import Domain

# Nobody waits for these programs to run, but everybody who types a formula waits for them to be compiled: XLA's plain
# emitters and LLVM without its passes take a fifth of the time, and the programs twice as long.
COMPILED_SOON = {"xla_cpu_use_fusion_emitters": False, "xla_backend_optimization_level": 0}

Function = Callable[..., Array]
Point = Float[Array | np.ndarray, "2"]
TracedDomain = tuple[tuple[Any, Any], tuple[Any, Any]]


class Grid(NamedTuple):
    """Values ``z[i, j] = f(xs[j], ys[i])``, the layout that contour plots expect."""

    xs: Float[Array, "n"]
    ys: Float[Array, "n"]
    z: Float[Array, "n n"]


class Taylor(NamedTuple):
    """The second-order model of a function at a point, or at many points."""

    value: Float[Array | np.ndarray, "..."]
    gradient: Float[Array | np.ndarray, "... 2"]
    hessian: Float[Array | np.ndarray, "... 2 2"]


class Eigen(NamedTuple):
    """Eigenvalues of a Hessian in ascending order, and its unit eigenvectors as columns."""

    eigenvalues: Float[Array, "2"]
    eigenvectors: Float[Array, "2 2"]


@partial(jax.jit, static_argnames=("fn", "n"), compiler_options=COMPILED_SOON)
def _grid(fn: Function, domain: TracedDomain, n: int, params: dict[str, Any]) -> Grid:
    xs, ys = (jnp.linspace(low, high, n) for low, high in domain)
    row = jax.vmap(lambda x, y: fn(jnp.stack([x, y]), **params), (0, None))
    return Grid(xs, ys, jax.vmap(row, (None, 0))(xs, ys))


@partial(jax.jit, static_argnames="fn")
def _gradient(fn: Function, x: Point, params: dict[str, Any]) -> Float[Array, "2"]:
    return jax.jacfwd(fn)(x, **params)


@partial(jax.jit, static_argnames="fn")
def taylor(fn: Function, x: Point, params: dict[str, Any]) -> Taylor:
    """Value, gradient and Hessian of fn at x."""

    def along(directions: tuple[Array, Array]) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        """Value and slope along the first direction, and how both change along the second."""
        first, second = directions
        return jax.jvp(lambda p: jax.jvp(lambda q: fn(q, **params), (p,), (first,)), (x,), (second,))

    # A loop over xx, yy and xy instead of three calls: the function is then compiled once, not three times.
    pairs = jnp.eye(2, dtype=x.dtype)[jnp.array([[0, 1, 0], [0, 1, 1]])]
    (value, slope), (_, curvature) = jax.lax.map(along, (pairs[0], pairs[1]))
    return Taylor(value[0], slope[:2], curvature[jnp.array([[0, 2], [2, 1]])])


def grid(fn: Function, domain: Domain, n: int, **params: Any) -> Grid:
    """Values of fn on n times n points of the domain, its borders included."""
    return _grid(fn, domain, n, params)


def gradient(fn: Function, x: Point, **params: Any) -> Float[Array, "2"]:
    """The gradient of fn at x."""
    return _gradient(fn, x, params)


def hessian(fn: Function, x: Point, **params: Any) -> Float[Array, "2 2"]:
    """The Hessian of fn at x."""
    return taylor(fn, x, params).hessian


@jax.jit
def _eigen(matrix: Float[Array, "2 2"]) -> Eigen:
    """Of a symmetric matrix: half the difference of its diagonal and the entry beside it are cos and sin of twice the
    angle of the steepest axis, times half the difference of the eigenvalues. No LAPACK: it may wait for ever inside
    XLA's pool of threads, if it is called several times at once.
    """
    (a, b), (_, d) = matrix
    half, mean = (a - d) / 2, (a + d) / 2
    reach, angle = jnp.hypot(half, b), jnp.arctan2(b, half) / 2
    x, y = jnp.cos(angle), jnp.sin(angle)
    return Eigen(jnp.stack([mean - reach, mean + reach]), jnp.stack([jnp.stack([-y, x]), jnp.stack([x, y])]))


def eigen(fn: Function, x: Point, **params: Any) -> Eigen:
    """The principal curvatures of fn at x and their directions."""
    return _eigen(hessian(fn, x, **params))
