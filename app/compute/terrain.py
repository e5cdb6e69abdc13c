"""What a terrain is: its values, its heights in a view, its critical points and their curvature."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import numpy as np

import landscapes

GRID = 101  # points a side of the drawn terrain
SOUGHT = 24  # Newton iterations a side that look for the critical points of a formula
MOST_FOUND = 100  # of them are drawn, the lowest

Numbers = tuple[tuple[str, float], ...]  # a mapping that can be the key of a cache


def landscape(surface: str) -> landscapes.Surface:
    """The surface of that name or, after an equals sign, of that formula; raises KeyError or ExpressionError."""
    return landscapes.parse(surface[1:]) if surface.startswith("=") else landscapes.get(surface)


def critical_points(
    surface: str, params: Numbers, near: np.ndarray, within: float
) -> tuple[landscapes.CriticalPoint | None, ...]:
    """The critical points to which Newton's method leads from points [n, 2]; None where there is none so close."""
    return _settled(surface, params, near.astype(np.float64), within) if len(near) else ()


def _settled(
    surface: str, params: Numbers, near: np.ndarray, within: float = np.inf
) -> tuple[landscapes.CriticalPoint | None, ...]:
    record = landscape(surface)
    edge = max(high - low for low, high in record.domain)
    return landscapes.analysis.settle(record.fn, near, longest=edge, within=within, **dict(params))


def _followed(surface: str, params: Numbers) -> tuple[landscapes.CriticalPoint, ...]:
    """The critical points of a surface: searched for in a formula, else those listed, followed to these parameters."""
    record = landscape(surface)
    if record.source is not None:
        return landscapes.analysis.find_critical_points(record.fn, record.domain, starts=SOUGHT)[:MOST_FOUND]
    if all(value == record.params[name].default for name, value in params):
        return record.critical_points
    if not record.critical_points:
        return ()
    found = _settled(surface, params, np.array([point.position for point in record.critical_points]))
    distinct = {tuple(np.round(point.position, 3)): point for point in found if point is not None}
    return tuple(distinct.values())


class Terrain(NamedTuple):
    """What is known of a surface: values on a grid, the scale of heights, and where its gradient vanishes."""

    xs: np.ndarray  # [GRID]
    ys: np.ndarray  # [GRID]
    z: np.ndarray  # [GRID, GRID], z[i, j] = f(xs[j], ys[i]); NaN where it is no finite number
    base: float  # the lowest value known
    offset: float  # log heights are log10(value - offset), linear near the bottom: valleys and peaks both show
    points: tuple[landscapes.CriticalPoint, ...]

    @property
    def minima(self) -> tuple[landscapes.CriticalPoint, ...]:
        return tuple(point for point in self.points if point.kind == "minimum")


def _values(record: landscapes.Surface, domain: Any, params: Numbers) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coordinates [GRID], [GRID] and values [GRID, GRID]; NaN where the surface is undefined or overflows."""
    numbers = {name: np.float32(value) for name, value in params}
    xs, ys, z = (np.asarray(a) for a in landscapes.analysis.grid(record.fn, domain, GRID, **numbers))
    return xs, ys, np.where(np.isfinite(z), z, np.float32(np.nan))


@lru_cache(maxsize=128)
def terrain(surface: str, params: Numbers) -> Terrain:
    """The drawn terrain of a surface with these parameters (all of them, in the surface's order)."""
    record = landscape(surface)
    xs, ys, z = _values(record, record.domain, params)
    points = _followed(surface, params)
    known = [point.value for point in points if point.kind != "maximum"]
    base = float(np.nanmin([np.nanmin(z), *known]))
    # Far enough below that float32 tells it from the base, on a surface that is flat too.
    gap = max(float(np.nanmedian(z) - base) / 20, 1e-6 * max(abs(base), 1e-6))
    return Terrain(xs, ys, z, base, base - gap, points)


class View(NamedTuple):
    """How a terrain is looked at."""

    edge: float = 1.0  # of the drawn square, in edges of the surface's own
    ceiling: float = 1.0  # share of the drawn heights that is not cut off
    log: bool = True


class Drawn(NamedTuple):
    """A terrain in one view: heights on a grid, and how values become heights."""

    xs: np.ndarray  # [GRID]
    ys: np.ndarray  # [GRID]
    heights: np.ndarray  # [GRID, GRID], NaN where the surface is undefined
    base: float
    offset: float | None  # heights are log10(value - offset), or values
    ceiling: float | None

    def height(self, value: np.ndarray) -> np.ndarray:
        """The drawn height of values of the surface, cut at the ceiling."""
        height = value if self.offset is None else np.log10(np.maximum(value, self.base) - self.offset)
        return (height if self.ceiling is None else np.minimum(height, self.ceiling)).astype(np.float32)


@lru_cache(maxsize=64)
def drawn(surface: str, params: Numbers, view: View) -> Drawn:
    """What a map and a relief of a surface show."""
    ground = terrain(surface, params)
    xs, ys, z = (ground.xs, ground.ys, ground.z) if view.edge == 1 else _square(surface, params, view.edge)
    base = float(np.nanmin([ground.base, np.nanmin(z, initial=ground.base)]))
    plain = Drawn(xs, ys, z, base, base - (ground.base - ground.offset) if view.log else None, None)
    heights = plain.height(z)
    low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
    ceiling = low + view.ceiling * (high - low) if view.ceiling < 1 else None
    return plain._replace(heights=heights, ceiling=ceiling)


def _square(surface: str, params: Numbers, edge: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values on a square around the middle of a surface's own."""
    record = landscape(surface)
    (west, east), (south, north) = record.domain
    right, up = edge * (east - west) / 2, edge * (north - south) / 2
    x, y = (west + east) / 2, (south + north) / 2
    return _values(record, ((x - right, x + right), (y - up, y + up)), params)


@lru_cache(maxsize=512)
def taylor(surface: str, params: Numbers, position: tuple[float, float]) -> landscapes.analysis.Taylor:
    """Value, gradient [2] and Hessian [2, 2] at a point, in float64; NaN where any of it is not finite."""
    model = landscapes.analysis.derivatives(landscape(surface).fn, np.array([position]), **dict(params))
    return landscapes.analysis.Taylor(*(np.asarray(part)[0] for part in model))


@partial(jax.jit, static_argnames="fn")
def _at(fn: Callable[..., Any], points: Any, params: Mapping[str, Any]) -> jax.Array:
    found: jax.Array = jax.vmap(lambda x: fn(x, **params))(points)
    return found


def values(surface: str, params: Numbers, points: np.ndarray) -> np.ndarray:
    """Values at points [n, 2]; NaN where the surface is undefined. The number of points is compiled in."""
    found = np.asarray(_at(landscape(surface).fn, np.asarray(points, np.float32), dict(params)))
    return np.where(np.isfinite(found), found, np.float32(np.nan))


@lru_cache(maxsize=512)
def curvatures(surface: str, params: Numbers, position: tuple[float, float]) -> tuple[float, ...]:
    """Eigenvalues of the Hessian at a point, ascending."""
    return tuple(np.linalg.eigvalsh(taylor(surface, params, position).hessian).tolist())
