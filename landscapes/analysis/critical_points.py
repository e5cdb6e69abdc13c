"""Finding critical points by Newton's method, and telling their kind by the eigenvalues of the Hessian.

Both compute in float64 whatever the caller uses: they decide on the sign of an eigenvalue that may be thousands of
times smaller than its neighbour, and in float32 that sign is lost to rounding. JAX supplies the derivatives of many
points at once; the linear algebra, two by two, and the decisions are NumPy's.
"""

from functools import partial
from typing import Any, Literal, NamedTuple

import jax
import numpy as np
from jaxtyping import Array, Float

from landscapes.analysis.calculus import COMPILED_SOON, Function, Taylor, taylor
from landscapes.surface import CriticalPoint, Domain, Kind

Verdict = Kind | Literal["not critical"]

# Derivatives are asked for in batches of one shape: a function is compiled once, for one point and for thousands.
_BATCH = 64
# Newton steps from beside a critical point, at most.
_SETTLING = 8
# An eigenvalue below this fraction of the largest one is zero up to the rounding of the Hessian.
_RANK_TOLERANCE = 1e-10
# Critical points closer than this fraction of the domain's diagonal are one; on a picture they are anyway.
_MERGE = 1e-4
# A curve of critical points (the floor of a valley) is shown by points this far apart.
_MERGE_DEGENERATE = 0.05


class Classification(NamedTuple):
    """What kind of point it is; ``negative`` counts the negative eigenvalues, the index of a saddle."""

    kind: Verdict
    negative: int
    eigenvalues: tuple[float, float]
    gradient_norm: float
    value: float


@partial(jax.jit, static_argnames="fn", compiler_options=COMPILED_SOON)
def _batch(fn: Function, points: Float[Array, "batch 2"], params: dict[str, Any]) -> Taylor:
    return jax.vmap(lambda x: taylor(fn, x, params))(points)


def derivatives(fn: Function, points: Float[np.ndarray, "points 2"], **params: Any) -> Taylor:
    """The second-order model of fn at each of many points, in float64; all NaN where any of it is not finite."""
    rows = np.resize(points, (-(-len(points) // _BATCH), _BATCH, 2)).astype(np.float64)
    with jax.enable_x64(True):
        batches = [[np.asarray(part) for part in _batch(fn, row, params)] for row in rows]
    value, slope, curvature = (np.concatenate(parts)[: len(points)] for parts in zip(*batches, strict=True))
    finite = np.isfinite(value) & np.isfinite(slope).all(axis=1) & np.isfinite(curvature).all(axis=(1, 2))
    for part in (value, slope, curvature):
        part[~finite] = np.nan
    return Taylor(value, slope, curvature)


def _eigen(taylor: Taylor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Eigenvalues [points, 2], eigenvectors as columns, and the gradient in their basis; NaN stays NaN."""
    broken = np.isnan(taylor.value)
    eigenvalues, vectors = np.linalg.eigh(np.where(broken[:, None, None], 0.0, taylor.hessian))
    eigenvalues[broken] = np.nan
    return eigenvalues, vectors, np.einsum("pi,pij->pj", taylor.gradient, vectors)


def _newton_step(taylor: Taylor, longest: float) -> Float[np.ndarray, "points 2"]:
    """A step towards the nearest critical point of any kind, cut to a length so that it stays the nearest."""
    eigenvalues, vectors, slope = _eigen(taylor)
    curved = np.abs(eigenvalues) > 1e-13 * np.abs(eigenvalues).max(axis=1, keepdims=True)
    step = -np.einsum("pij,pj->pi", vectors, np.where(curved, slope / np.where(curved, eigenvalues, 1.0), 0.0))
    length = np.linalg.norm(step, axis=1, keepdims=True)
    return step * (longest / np.maximum(length, longest))


def _is_critical(taylor: Taylor, distance: Float[np.ndarray, "points"]) -> np.ndarray:
    """Whether a critical point lies within a distance of each point, by the length of the Newton step along each axis.

    A length does not depend on the scale of f. So a plateau, where slope and curvature are both tiny, is not mistaken
    for a critical point, and a steep ravine's floor is not overlooked for its rounding errors.
    """
    eigenvalues, _, slope = _eigen(taylor)
    reach = np.maximum(np.abs(eigenvalues), 1e-8 * np.abs(eigenvalues).max(axis=1, keepdims=True))
    return np.all(np.abs(slope) <= distance[:, None] * reach, axis=1)


def _drift(fn: Function, points: np.ndarray, vectors: np.ndarray, params: dict[str, Any]) -> np.ndarray:
    """How fast each eigenvalue changes as its point moves, from central differences of the Hessian along x and y."""
    width = 1e-4 * (1 + np.linalg.norm(points, axis=1))[:, None]
    beside = np.concatenate([points + sign * width * axis for axis in np.eye(2) for sign in (1, -1)])
    hessians = derivatives(fn, beside, **params).hessian.reshape(2, 2, len(points), 2, 2)
    turns = (hessians[:, 0] - hessians[:, 1]) / (2 * width[:, :, None])
    drift = np.linalg.norm([np.einsum("pik,pij,pjk->pk", vectors, turn, vectors) for turn in turns], axis=0)
    return np.nan_to_num(drift)


@np.errstate(over="ignore", invalid="ignore")  # what is not finite is no critical point
def _classify(fn: Function, points: np.ndarray, distance: np.ndarray, params: dict[str, Any]) -> list[Classification]:
    """The classification of each point, if a critical point lies within its distance."""
    taylor = derivatives(fn, points, **params)
    eigenvalues, vectors, slope = _eigen(taylor)
    rounding = _RANK_TOLERANCE * np.abs(eigenvalues).max(axis=1, keepdims=True)
    uncertain = np.abs(eigenvalues) <= rounding + distance[:, None] * _drift(fn, points, vectors, params)
    critical, negative = _is_critical(taylor, distance), np.sum(eigenvalues < 0, axis=1)
    kinds: tuple[Kind, ...] = ("minimum", "saddle", "maximum")
    return [
        Classification(
            kind="not critical" if not critical[i] else "degenerate" if uncertain[i].any() else kinds[negative[i]],
            negative=int(negative[i]),
            eigenvalues=(float(eigenvalues[i, 0]), float(eigenvalues[i, 1])),
            gradient_norm=float(np.linalg.norm(slope[i])),
            value=float(taylor.value[i]),
        )
        for i in range(len(points))
    ]


def classify(fn: Function, x: Any, *, tolerance: float = 1e-6, **params: Any) -> Classification:
    """Minimum, maximum, saddle, degenerate, or no critical point at all.

    A critical point counts if it lies within ``tolerance * (1 + |x|)`` of x, estimated by a Newton step. It is
    degenerate if an eigenvalue of the Hessian is zero or may change its sign within that distance.
    """
    points = np.asarray(x, dtype=np.float64)[None]
    distance = tolerance * (1 + np.linalg.norm(points, axis=1))
    return _classify(fn, points, distance, params)[0]


def _starts(domain: Domain, n: int) -> Float[np.ndarray, "points 2"]:
    # Each start lies inside its cell, off the axes and diagonals on which a symmetric surface would trap its walk.
    axes = [
        low + (high - low) * (np.arange(n) + offset) / n
        for (low, high), offset in zip(domain, (0.41, 0.57), strict=True)
    ]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(n * n, 2)


def _distinct(points: np.ndarray, verdicts: list[Classification], diagonal: float) -> tuple[CriticalPoint, ...]:
    """One of each group of points that lie close together, those surest to be critical first."""
    found: list[CriticalPoint] = []
    for i in sorted(range(len(points)), key=lambda i: verdicts[i].gradient_norm):
        kind = verdicts[i].kind
        if kind == "not critical":
            continue
        radius = diagonal * (_MERGE_DEGENERATE if kind == "degenerate" else _MERGE)
        gaps = np.linalg.norm([known.position for known in found] - points[i], axis=1) if found else np.empty(0)
        if (gaps > radius).all():
            found.append(CriticalPoint((float(points[i, 0]), float(points[i, 1])), verdicts[i].value, kind))
    return tuple(found)


@np.errstate(over="ignore", invalid="ignore")
def settle(
    fn: Function, starts: Float[np.ndarray, "points 2"], *, longest: float, within: float = np.inf, **params: Any
) -> tuple[CriticalPoint | None, ...]:
    """The critical point to which Newton's method leads from each of these points; None where it leads to none.

    Args:
        longest: a step is cut to this length.
        within: a walk that gets farther than this from its start is given up.
    """
    points, left = starts, np.zeros(len(starts), bool)
    for _ in range(_SETTLING):
        step = _newton_step(derivatives(fn, points, **params), longest)
        points = points + step
        left |= ~(np.linalg.norm(points - starts, axis=1) <= within)
        if not (np.abs(step[~left]) > 1e-9 * longest).any():
            break
    if left.all():
        return (None,) * len(points)
    verdicts = _classify(fn, points, np.full(len(points), 1e-6 * longest), params)
    return tuple(
        None
        if far or verdict.kind == "not critical"
        else CriticalPoint((float(x), float(y)), verdict.value, verdict.kind)
        for (x, y), verdict, far in zip(points, verdicts, left, strict=True)
    )


@np.errstate(over="ignore", invalid="ignore")
def find_critical_points(
    fn: Function, domain: Domain, *, starts: int = 48, steps: int = 40, **params: Any
) -> tuple[CriticalPoint, ...]:
    """Critical points of fn inside the domain, the lowest first, from Newton walks that start all over it.

    ``starts`` is the number of walks along each axis. Nothing proves the list complete: a point whose Newton basin is
    narrower than the spacing of the starts may be missed. A curve of critical points is represented by some of them.
    """
    lows, highs = np.transpose(domain)
    diagonal = float(np.linalg.norm(highs - lows))
    points = _starts(domain, starts)
    for _ in range(steps):
        points = points + np.nan_to_num(_newton_step(derivatives(fn, points, **params), 0.03 * diagonal))
    verdicts = _classify(fn, points, np.full(len(points), 1e-9 * diagonal), params)
    inside = np.flatnonzero(np.all((points >= lows) & (points <= highs), axis=1))
    found = _distinct(points[inside], [verdicts[i] for i in inside], diagonal)
    return tuple(sorted(found, key=lambda point: (point.value, point.position)))
