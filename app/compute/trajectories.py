"""Runs of optimizers on a surface: compiled once for a method on a function, computed anew for every setting."""

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
from app.compute.terrain import Numbers, landscape, terrain
from app.environment import DEPLOYMENT
from app.jobs import jit_memory

# A scan's length is compiled in: runs are computed in one of these lengths and cut to the steps asked for.
LENGTHS = (500, 2_000)
WARMUP = "warmup+"  # before the name of a schedule


class RunSpec(NamedTuple):
    """One run: an optimizer with its numbers, and perhaps a schedule and a clipping rule with theirs."""

    optimizer: str
    hypers: Mapping[str, float]
    schedule: tuple[str, Mapping[str, Any]] | None = None  # ``scheduler`` knows the names
    clip: tuple[str, Mapping[str, float]] | None = None


class Trajectories(NamedTuple):
    """What is drawn of the runs; float32. ``extras`` holds what else was asked for, by name."""

    position: np.ndarray  # [runs, steps + 1, 2]
    value: np.ndarray  # [runs, steps + 1]
    gradient_norm: np.ndarray  # [runs, steps]
    effective_rate: np.ndarray  # [runs, steps, 2]
    extras: dict[str, np.ndarray]  # [runs, steps, 2], learning_rate [runs, steps]


class Program(NamedTuple):
    """What is compiled in, apart from the function."""

    optimizer: optimizers.Optimizer
    schedule: optimizers.schedules.Schedule | None
    clip: optimizers.clipping.Clipping | None
    steps: int
    extras: tuple[str, ...]


class _Numbers(NamedTuple):
    """The numbers of one run."""

    hypers: dict[str, float]
    schedule: dict[str, Any]
    clip: dict[str, float]


def _trajectory(
    fn: Callable[..., Any],
    program: Program,
    numbers: _Numbers,
    fn_args: Mapping[str, Any],
    x0: Any,
    disturbance: Any,
) -> jax.Array:
    """A run packed into one array, because every array fetched from JAX costs as much as the run.

    Returns:
        [rows, steps + 1]: position (2), value, gradient norm, effective rate (2), then the extras; what belongs to a
        step and not to a point is padded by a zero.
    """
    trace = optimizers.descend(
        program.optimizer,
        numbers.hypers,
        fn,
        x0,
        steps=program.steps,
        fn_args=fn_args,
        schedule=(program.schedule, numbers.schedule) if program.schedule else None,
        clip=(program.clip, numbers.clip) if program.clip else None,
        noise=disturbance,
    )
    known = {"gradient": trace.gradient, "applied": trace.applied, "update": trace.update} | trace.internals
    known["learning_rate"] = trace.learning_rate[:, None]
    # A method without momentum has no velocity.
    extras = [known[name] if name in known else jnp.full_like(trace.gradient, jnp.nan) for name in program.extras]
    norm = jnp.sqrt(jnp.sum(jnp.square(trace.gradient), axis=1, keepdims=True))
    per_step = jnp.concatenate([norm, known["effective_rate"], *extras], axis=1)
    padded = jax.lax.pad(per_step, jnp.zeros((), per_step.dtype), [(0, 1, 0), (0, 0, 0)])
    return jnp.concatenate([trace.position, trace.value[:, None], padded], axis=1).T


COMPILERS = ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="compile")


# XLA's plain emitters compile a run a third faster, and it is as fast.
_PLAIN = {"xla_cpu_use_fusion_emitters": False}


class Runner:
    """The compiled runs on one function. Programs met for the first time are compiled side by side."""

    def __init__(self, fn: Callable[..., Any], soon: bool) -> None:
        options = landscapes.analysis.COMPILED_SOON if soon else _PLAIN
        self.run = jax.jit(partial(_trajectory, fn), static_argnums=0, compiler_options=options)
        self.compiled: set[Program] = set()

    def __call__(self, runs: Sequence[tuple[Program, _Numbers]], *inputs: Any) -> np.ndarray:
        new = {program: numbers for program, numbers in runs if program not in self.compiled}
        if len(new) > 1:
            list(COMPILERS.map(lambda run: self.run(*run, *inputs), new.items()))
        self.compiled |= new.keys()
        return np.stack([self.run(*run, *inputs) for run in runs])


# One per function, so that what was compiled for a formula goes with it when too many others came after it.
_runner = lru_cache(maxsize=len(landscapes.names()) + DEPLOYMENT.formulas)(Runner)
jit_memory.when_forgotten(_runner.cache_clear)


@partial(jax.jit, static_argnames="steps")
def _drawn(noise: Any, seeds: Any, steps: int) -> jax.Array:
    def drawn(seed: Any) -> jax.Array:
        kicks: jax.Array = optimizers.disturbances(noise, jax.random.key(seed), steps=steps, dim=2, dtype=jnp.float32)
        return kicks

    every: jax.Array = jax.vmap(drawn)(seeds)
    return every


def disturbances(noise: float, seeds: np.ndarray, steps: int) -> np.ndarray:
    """What the noise adds to the gradients under each seed [seeds, steps, 2]; float32."""
    if not noise:
        return np.zeros((len(seeds), steps, 2), np.float32)
    return np.asarray(_drawn(noise, seeds.astype(np.uint32), steps))


def run_optimizers(
    runs: Sequence[RunSpec],
    surface: str,
    params: Numbers,
    start: tuple[float, float],
    steps: int,
    *,
    noise: float = 0.0,
    seed: int = 0,
    extras: tuple[str, ...] = (),
) -> Trajectories:
    """Optimizers, each with its hyperparameters, from one start on one surface.

    Not cached: a run takes a fraction of a millisecond, and what is drawn from it is cached as a whole.

    Args:
        extras: what else of the trace is wanted: gradient, applied (after clipping), update, learning_rate, or an
            internal of the optimizers, such as velocity; NaN for those that have none of that name.
    """
    length = next(length for length in LENGTHS if length >= steps)
    x0, numbers = np.asarray(start, np.float32), dict(params)
    disturbance = disturbances(noise, np.array([seed]), length)[0]
    record = landscape(surface)
    runner = _runner(record.quick, record.source is not None)
    # Who types a formula wants to see it too: its terrain is compiled beside its first runs.
    ground = None if runner.compiled or record.source is None else COMPILERS.submit(terrain, surface, params)
    packed = runner([prepared(run, length, extras) for run in runs], numbers, x0, disturbance)
    if ground:
        ground.result()
    more, at = {}, 6
    for name in extras:
        width = 1 if name == "learning_rate" else 2
        rows = packed[:, at : at + width, :steps].swapaxes(1, 2)
        more[name] = rows[..., 0] if width == 1 else rows
        at += width
    return Trajectories(
        position=packed[:, :2, : steps + 1].swapaxes(1, 2),
        value=packed[:, 2, : steps + 1],
        gradient_norm=packed[:, 3, :steps],
        effective_rate=packed[:, 4:6, :steps].swapaxes(1, 2),
        extras=more,
    )


def scheduler(name: str) -> optimizers.schedules.Schedule:
    """A schedule by its name; ``warmup+cosine`` is cosine after a warm-up."""
    known = optimizers.schedules.get(name.removeprefix(WARMUP))
    return optimizers.schedules.with_warmup(known) if name.startswith(WARMUP) else known


def prepared(run: RunSpec, length: int, extras: tuple[str, ...]) -> tuple[Program, _Numbers]:
    """What of a run is compiled in, and its numbers."""
    schedule, clip = run.schedule, run.clip
    program = Program(
        optimizers.get(run.optimizer),
        scheduler(schedule[0]) if schedule else None,
        optimizers.clipping.get(clip[0]) if clip else None,
        length,
        extras,
    )
    return program, _Numbers(dict(run.hypers), dict(schedule[1]) if schedule else {}, dict(clip[1]) if clip else {})


@partial(jax.jit, static_argnames=("fn", "program", "varied"))
def _ends(
    fn: Callable[..., Any],
    program: Program,
    varied: str,
    numbers: _Numbers,
    fn_args: Mapping[str, Any],
    starts: Any,
    values: Any,
    step: Any,
) -> jax.Array:
    def end(start: jax.Array, value: jax.Array) -> jax.Array:
        args = {**fn_args, varied: value}
        return optimizers.descend(program.optimizer, numbers.hypers, fn, start, steps=program.steps, fn_args=args).value

    ends: jax.Array = jax.vmap(end)(starts, values)[:, step]
    return ends


@lru_cache(maxsize=256)
def rotated_losses(
    optimizer: str, hypers: Numbers, surface: str, params: Numbers, start: tuple[float, float], steps: int, angles: int
) -> np.ndarray:
    """Loss [angles] after some steps on a surface with a ``rotation``, turned from -90 to 90 degrees with the start.

    Args:
        start: at rotation 0.
        params: of the surface; its rotation is left out of account.
    """
    program, numbers = prepared(RunSpec(optimizer, dict(hypers)), next(each for each in LENGTHS if each >= steps), ())
    degrees = np.linspace(-90, 90, angles, dtype=np.float32)
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    (x, y), rest = start, {name: value for name, value in params if name != "rotation"}
    starts = np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1).astype(np.float32)
    return np.asarray(_ends(landscape(surface).fn, program, "rotation", numbers, rest, starts, degrees, steps))


@partial(jax.jit, static_argnames="optimizer")
def _contraction(optimizer: optimizers.Optimizer, curvatures: Any, hypers: Mapping[str, Any]) -> jax.Array:
    assert optimizer.rate is not None
    return jnp.max(jnp.stack([optimizer.rate(curvature, **hypers) for curvature in curvatures]))


@lru_cache(maxsize=4_096)
def contraction(optimizer: str, curvatures: tuple[float, ...], hypers: Numbers) -> float | None:
    """Factor by which a method's distance to a minimum with these curvatures shrinks a step; None where unknown."""
    record = optimizers.get(optimizer)
    return None if record.rate is None else float(_contraction(record, list(curvatures), dict(hypers)))
