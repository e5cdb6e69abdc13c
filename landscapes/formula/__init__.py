"""Surfaces from formulas that a reader types.

``syntax`` reads the text into a tree, ``writing`` evaluates the tree or writes it as Python and LaTeX, and here the
tree becomes a :class:`Surface` like any other. Equal formulas give the same Surface and the same function object, so
that what has been compiled for one of them serves for all.
"""

from collections.abc import Callable
from functools import lru_cache

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from landscapes.formula.syntax import ExpressionError, Node, read
from landscapes.formula.writing import evaluate, latex, python
from landscapes.surface import Domain, Point, Surface

__all__ = ["ExpressionError", "parse"]

DOMAIN: Domain = ((-5.0, 5.0), (-5.0, 5.0))

# Where a walk may start, in order of preference: well away from the middle, in a quadrant where the formula is defined.
_STARTS: tuple[Point, ...] = ((-3.0, 2.0), (3.0, 2.0), (3.0, -2.0), (-3.0, -2.0), (1.0, 1.0), (0.25, 0.5))


def _function(tree: Node) -> Callable[..., Array]:
    def formula(x: Float[Array | np.ndarray, "2"]) -> Float[Array, ""]:
        return jnp.asarray(evaluate(tree, x[0], x[1], jnp), x.dtype)

    return formula


def _values(tree: Node, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coordinates [n, n] and values [n, n] on the domain, without compiling anything."""
    xs, ys = np.meshgrid(*(np.linspace(low, high, n) for low, high in DOMAIN))
    with np.errstate(all="ignore"):
        return xs, ys, np.broadcast_to(evaluate(tree, xs, ys, np), xs.shape).astype(np.float64)


def _start(tree: Node, xs: np.ndarray, ys: np.ndarray, z: np.ndarray) -> Point:
    for start in _STARTS:
        with np.errstate(all="ignore"):
            if np.isfinite(evaluate(tree, np.float64(start[0]), np.float64(start[1]), np)):
                return start
    defined = np.flatnonzero(np.isfinite(z))
    if not len(defined):
        raise ExpressionError("expected a formula with a real value somewhere between -5 and 5", 0)
    return float(xs.flat[defined[0]]), float(ys.flat[defined[0]])


def _rate(z: np.ndarray, spacing: float, height: float) -> float:
    """One over the largest curvature among the points no higher than the start, which a descent never leaves then."""
    with np.errstate(all="ignore"):
        slopes = np.gradient(z, spacing)
        curvature = sum(np.abs(second) for slope in slopes for second in np.gradient(slope, spacing))
        reachable = np.isfinite(curvature) & (z <= height)
    steepest = float(np.max(curvature[reachable], initial=0.0))
    return float(np.clip(1 / steepest if steepest > 0 else 1.0, 1e-9, 1.0))


@lru_cache(maxsize=256)
def _surface(tree: Node) -> Surface:
    xs, ys, z = _values(tree, 81)
    start = _start(tree, xs, ys, z)
    with np.errstate(all="ignore"):
        height = float(evaluate(tree, np.float64(start[0]), np.float64(start[1]), np))
    return Surface(
        name="formula",
        title="Your formula",
        terrain="multimodal",
        fn=_function(tree),
        domain=DOMAIN,
        start=start,
        rate=_rate(z, float(xs[0, 1] - xs[0, 0]), height),
        latex=latex(tree),
        critical_points=(),
        reference="Entered as a formula",
        story="A surface of your own, about which nothing is known yet. Look for its critical points.",
        source=python(tree),
    )


def parse(text: str) -> Surface:
    """The surface of a formula in x and y, such as ``x^2 + 3 sin(y)``.

    Operators + - * / ** ^, brackets, numbers, pi, e, and the functions sin cos tan exp log ln sqrt abs tanh sigmoid
    min max, and where(x < y, a, b). Its critical points are not searched for, which would compile the function: that is
    ``analysis.find_critical_points(surface.fn, surface.domain)``. The rate is an estimate from values on a grid.
    Raises ExpressionError, with the position and what was expected there, for anything else.
    """
    return _surface(read(text))
