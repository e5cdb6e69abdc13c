"""Walks of optimizers: compiled once for a method on a function, computed anew for every setting."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

import landscapes
import optimizers
from app.compute.terrain import Numbers, landscape

# A scan's length is compiled in: walks are computed in one of these lengths and cut to the steps asked for.
LENGTHS = (500, 2_000)


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
