"""Many runs at once: from many starts, under many seeds, or at many learning rates, each a single compiled program."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

import landscapes
import optimizers
from app.compute.terrain import Numbers, landscape
from app.compute.trajectories import COMPILERS, LENGTHS, RunSpec, disturbances
from app.environment import DEPLOYMENT

Varied = Literal["start", "noise", "rate"]

# What is mapped over: hyperparameters, start, disturbance.
AXES: dict[Varied, tuple[Any, Any, Any]] = {
    "start": (None, 0, None),
    "noise": (None, None, 0),
    "rate": (0, None, None),
}


class BatchedRuns(NamedTuple):
    """Many runs of one optimizer at the steps that were asked for; float32."""

    position: np.ndarray  # [batch, times, 2]
    value: np.ndarray  # [batch, times]


def _trajectory(
    fn: Callable[..., Any],
    optimizer: optimizers.Optimizer,
    steps: int,
    times: Any,
    fn_args: Mapping[str, Any],
    hypers: Mapping[str, Any],
    x0: Any,
    disturbance: Any,
) -> jax.Array:
    trace = optimizers.descend(optimizer, hypers, fn, x0, steps=steps, fn_args=fn_args, noise=disturbance)
    return jnp.column_stack([trace.position[times], trace.value[times]])


@lru_cache(maxsize=3 * (len(landscapes.names()) + DEPLOYMENT.formulas))
def _compiled(fn: Callable[..., Any], varied: Varied) -> Any:
    def batch(optimizer: optimizers.Optimizer, steps: int, times: Any, fn_args: Any, *mapped: Any) -> jax.Array:
        run = partial(_trajectory, fn, optimizer, steps, times, fn_args)
        hypers, start, disturbance = AXES[varied]
        return jax.vmap(run, in_axes=(hypers, start, disturbance))(*mapped)

    return jax.jit(batch, static_argnums=(0, 1))


def run_batches(
    runs: Sequence[RunSpec],
    varied: Varied,
    surface: str,
    params: Numbers,
    starts: np.ndarray,
    times: np.ndarray,
    *,
    noise: float,
    seeds: np.ndarray,
    rates: np.ndarray | None = None,
) -> tuple[BatchedRuns, ...]:
    """A batch for each run; the size of a batch and the number of times are compiled in.

    Args:
        starts: [batch, 2] if they vary, else [2].
        times: steps [times] at which the runs are looked at.
        seeds: of the noise, [batch] if they vary, else [1].
        rates: learning rates [runs, batch], if they vary.
    """
    length = next(length for length in LENGTHS if length >= times[-1])
    disturbance = disturbances(noise, seeds, length)
    compiled, numbers = _compiled(landscape(surface).quick, varied), dict(params)
    mapped = (starts.astype(np.float32), disturbance if varied == "noise" else disturbance[0])

    def done(run: int) -> np.ndarray:
        hypers: dict[str, Any] = {name: np.float32(value) for name, value in runs[run].hypers.items()}
        if rates is not None:
            hypers = {name: np.full(rates.shape[1], value) for name, value in hypers.items()}
            hypers["learning_rate"] = rates[run].astype(np.float32)
        return np.asarray(compiled(optimizers.get(runs[run].optimizer), length, times, numbers, hypers, *mapped))

    packed = list(COMPILERS.map(done, range(len(runs))))
    return tuple(BatchedRuns(array[..., :2], array[..., 2]) for array in packed)


@lru_cache(maxsize=64)
def swept(
    methods: tuple[tuple[str, Numbers], ...],
    rates: tuple[tuple[float, ...], ...],
    surface: str,
    params: Numbers,
    start: tuple[float, float],
    times: tuple[int, ...],
    noise: float,
    seed: int,
) -> np.ndarray:
    """Values [methods, rates, times] of runs at all of these learning rates [methods, rates].

    Kept, because the formula and the programs of a race want to know the best of them too.
    """
    found = run_batches(
        [RunSpec(name, dict(hypers)) for name, hypers in methods],
        "rate",
        surface,
        params,
        np.asarray(start),
        np.asarray(times),
        noise=noise,
        seeds=np.array([seed]),
        rates=np.asarray(rates),
    )
    return np.stack([batch.value for batch in found]) if found else np.zeros((0, 0, len(times)), np.float32)
