"""The one place with caches, and the one door to JAX.

Arguments are records, names and numbers; results are host arrays. Every cache is bounded, so that no number of
students with no number of settings can fill the memory.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

import landscapes
import optimizers
from app.stage import Backdrop, Recording, backdrop, encode

if TYPE_CHECKING:
    from app.lesson import Lesson
    from app.settings import Settings

# A scan's length is compiled in: walks are computed in one of these lengths and cut to the steps asked for.
LENGTHS = (500, 2_000)
GRID = 101  # points a side of the drawn terrain
SOUGHT = 24  # Newton walks a side that look for the critical points of a formula
MOST_FOUND = 100  # of them are drawn, the lowest

Numbers = tuple[tuple[str, float], ...]  # a mapping that can be the key of a cache


def landscape(surface: str) -> landscapes.Surface:
    """The surface of that name or, after an equals sign, of that formula; raises KeyError or ExpressionError."""
    return landscapes.parse(surface[1:]) if surface.startswith("=") else landscapes.get(surface)


class Walks(NamedTuple):
    """What is drawn of the runs; float32."""

    position: np.ndarray  # [runs, steps + 1, 2]
    value: np.ndarray  # [runs, steps + 1]
    gradient_norm: np.ndarray  # [runs, steps]
    effective_rate: np.ndarray  # [runs, steps, 2]


def _walk(
    fn: Callable[..., Any],
    optimizer: optimizers.Optimizer,
    steps: int,
    hypers: Mapping[str, Any],
    fn_args: Mapping[str, Any],
    x0: Any,
    disturbance: Any,
) -> jax.Array:
    """A walk packed into one array [6, steps + 1], because every array fetched from JAX costs as much as the run."""
    trace = optimizers.descend(optimizer, hypers, fn, x0, steps=steps, fn_args=fn_args, noise=disturbance)
    norm = jnp.linalg.norm(trace.gradient, axis=-1)
    per_step = jnp.stack([norm, *trace.internals["effective_rate"].T])
    return jnp.concatenate([trace.position.T, trace.value[None], jnp.pad(per_step, ((0, 0), (0, 1)))])


_COMPILERS = ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="compile")


class _Walker:
    """The compiled walks on one function. Programs met for the first time are compiled side by side."""

    def __init__(self, fn: Callable[..., Any]) -> None:
        self.walk = jax.jit(partial(_walk, fn), static_argnums=(0, 1))
        self.met: set[tuple[optimizers.Optimizer, int]] = set()

    def __call__(self, jobs: Sequence[tuple[optimizers.Optimizer, int, dict[str, float]]], *inputs: Any) -> np.ndarray:
        strangers = {job[:2]: job for job in jobs if job[:2] not in self.met}
        if len(strangers) > 1:
            list(_COMPILERS.map(lambda job: self.walk(*job, *inputs), strangers.values()))
        self.met |= strangers.keys()
        return np.stack([self.walk(*job, *inputs) for job in jobs])


# One per function, so that what was compiled for a formula goes with it when too many others came after it.
_walker = lru_cache(maxsize=len(landscapes.names()) + 32)(_Walker)


@partial(jax.jit, static_argnames="steps")
def _disturbances(noise: Any, seed: Any, steps: int) -> jax.Array:
    return optimizers.disturbances(noise, jax.random.key(seed), steps=steps, dim=2, dtype=jnp.float32)


def walks(
    runs: Sequence[tuple[str, Mapping[str, float]]],
    surface: str,
    params: Numbers,
    start: tuple[float, float],
    steps: int,
    noise: float = 0.0,
    seed: int = 0,
) -> Walks:
    """Optimizers, each with its hyperparameters, from one start on one surface.

    Not cached: a run takes a fraction of a millisecond, and what is drawn from it is cached as a whole.
    """
    length = next(length for length in LENGTHS if length >= steps)
    fn, x0, numbers = landscape(surface).fn, np.asarray(start, np.float32), dict(params)
    still = np.zeros((length, 2), np.float32)
    disturbance = _disturbances(noise, np.uint32(seed), length) if noise else still
    jobs = [(optimizers.get(name), length, dict(hypers)) for name, hypers in runs]
    packed = _walker(fn)(jobs, numbers, x0, disturbance)
    return Walks(
        position=packed[:, :2, : steps + 1].swapaxes(1, 2),
        value=packed[:, 2, : steps + 1],
        gradient_norm=packed[:, 3, :steps],
        effective_rate=packed[:, 4:, :steps].swapaxes(1, 2),
    )


@partial(jax.jit, static_argnames="optimizer")
def _contraction(optimizer: optimizers.Optimizer, curvatures: Any, hypers: Mapping[str, Any]) -> jax.Array:
    assert optimizer.rate is not None
    return jnp.max(jnp.stack([optimizer.rate(curvature, **hypers) for curvature in curvatures]))


@lru_cache(maxsize=4_096)
def contraction(optimizer: str, curvatures: tuple[float, ...], hypers: Numbers) -> float | None:
    """Factor by which a method's distance to a minimum with these curvatures shrinks a step; None where unknown."""
    record = optimizers.get(optimizer)
    return None if record.rate is None else float(_contraction(record, list(curvatures), dict(hypers)))


@partial(jax.jit, static_argnames="fn")
def _settled(fn: Callable[..., Any], x: Any, params: Mapping[str, Any]) -> tuple[jax.Array, ...]:
    loss = partial(fn, **params)

    def newton(x: jax.Array, _: None) -> tuple[jax.Array, None]:
        return x - jnp.linalg.solve(jax.hessian(loss)(x), jax.grad(loss)(x)), None

    end, _ = jax.lax.scan(newton, x, length=8)
    return end, loss(end), jnp.linalg.norm(jax.grad(loss)(end)), jnp.linalg.eigvalsh(jax.hessian(loss)(end))


def critical_point(surface: str, params: Numbers, near: Any) -> landscapes.CriticalPoint | None:
    """The critical point to which Newton's method leads from a point, if it leads to one.

    A small gradient alone proves nothing: a plateau has one everywhere.
    """
    record = landscape(surface)
    found = _settled(record.fn, np.asarray(near, np.float32), dict(params))
    end, value, slope, curvature = (np.asarray(array, np.float64) for array in found)
    edge = max(high - low for low, high in record.domain)
    if not (np.isfinite([*end, value, *curvature]).all() and slope <= 1e-4 * edge * np.abs(curvature).max()):
        return None
    return landscapes.CriticalPoint((float(end[0]), float(end[1])), float(value), _kind(curvature))


def _kind(curvature: np.ndarray) -> Any:
    """What the signs of the eigenvalues say."""
    if np.abs(curvature).min() <= 1e-5 * np.abs(curvature).max():
        return "degenerate"
    return {0: "maximum", 1: "saddle", 2: "minimum"}[int((curvature > 0).sum())]


def _followed(surface: str, params: Numbers) -> tuple[landscapes.CriticalPoint, ...]:
    """The critical points of a surface: searched for in a formula, else those listed, followed to these parameters."""
    record = landscape(surface)
    if record.source is not None:
        return landscapes.analysis.find_critical_points(record.fn, record.domain, starts=SOUGHT)[:MOST_FOUND]
    if all(value == record.params[name].default for name, value in params):
        return record.critical_points
    found = [critical_point(surface, params, point.position) for point in record.critical_points]
    distinct = {tuple(np.round(point.position, 3)): point for point in found if point is not None}
    return tuple(distinct.values())


class Terrain(NamedTuple):
    """A surface as it is drawn: values on a grid, the scale of heights, and where its gradient vanishes."""

    xs: np.ndarray  # [GRID]
    ys: np.ndarray  # [GRID]
    z: np.ndarray  # [GRID, GRID], z[i, j] = f(xs[j], ys[i]); NaN where it is no finite number
    base: float  # the lowest value known
    offset: float  # heights are log10(value - offset); it lies below the base, so that the bottom is finite
    points: tuple[landscapes.CriticalPoint, ...]

    @property
    def minima(self) -> tuple[landscapes.CriticalPoint, ...]:
        return tuple(point for point in self.points if point.kind == "minimum")

    def height(self, value: np.ndarray) -> np.ndarray:
        """Loss as drawn height: linear near the bottom and logarithmic above, so that valleys and peaks both show."""
        return np.log10(np.maximum(value, self.base) - self.offset).astype(np.float32)


@lru_cache(maxsize=128)
def terrain(surface: str, params: Numbers) -> Terrain:
    """The drawn terrain of a surface with these parameters (all of them, in the surface's order)."""
    record = landscape(surface)
    numbers = {name: np.float32(value) for name, value in params}
    xs, ys, z = (np.asarray(a) for a in landscapes.analysis.grid(record.fn, record.domain, GRID, **numbers))
    z = np.where(np.isfinite(z), z, np.float32(np.nan))
    points = _followed(surface, params)
    known = [point.value for point in points if point.kind != "maximum"]
    base = float(np.nanmin([np.nanmin(z), *known]))
    # Far enough below that float32 tells it from the base, on a surface that is flat too.
    gap = max(float(np.nanmedian(z) - base) / 20, 1e-6 * max(abs(base), 1e-6))
    return Terrain(xs, ys, z, base, base - gap, points)


@lru_cache(maxsize=512)
def curvatures(surface: str, params: Numbers, position: tuple[float, float]) -> tuple[float, ...]:
    """Eigenvalues of the Hessian at a point, ascending."""
    at = jnp.asarray(position, jnp.float32)
    hessian = landscapes.analysis.hessian(landscape(surface).fn, at, **dict(params))
    return tuple(np.linalg.eigvalsh(np.asarray(hessian, np.float64)).tolist())


@lru_cache(maxsize=64)
def scene(lesson: "Lesson", scenery: "Settings") -> Backdrop:
    """The encoded scene of a lesson; ``scenery`` holds nothing but what the scene depends on."""
    return backdrop(lesson.scene(scenery))


@lru_cache(maxsize=128)
def recording(lesson: "Lesson", experiment: "Settings") -> Recording:
    """What a lesson computed for one setting, playhead aside."""
    arrays = lesson.record(experiment)
    return Recording(
        arrays=arrays,
        query=experiment.query(),
        values=lesson.values(experiment),
        standings=lesson.standings(experiment, arrays),
    )


def payload(lesson: "Lesson", experiment: "Settings", have: str | None = None) -> bytes:
    """The bytes of the live route: the recording, and the scene if the browser has another one."""
    experiment = experiment.without(("playhead",))
    return encode(scene(lesson, experiment.only(lesson.scenery)), recording(lesson, experiment), have=have)


@lru_cache(maxsize=64)
def poster(lesson: "Lesson") -> bytes:
    """The picture of a lesson for the home page."""
    return lesson.poster(lesson.Experiment())
