"""One run of an optimizer over a loss surface: a single `lax.scan` that records everything a lesson can show.

The optimizer is built anew in every step, from that step's hyperparameters. They are ordinary inputs of the compiled
program, so neither moving a slider nor following a schedule ever compiles anything.
"""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float

from optimizers.clipping import Clipping
from optimizers.records import Hyper, Optimizer
from optimizers.schedules import CONSTANT, Schedule

NOISE = Hyper(0.0, 0.0, 1e3, symbol=r"\sigma", label="Gradient noise")


class Trace(NamedTuple):
    """What happened in each step t; position and value also have the end of the walk.

    Attributes:
        position: x_t; for a method with an `answer` its answer, which is not where it takes its gradients.
        value: f(x_t).
        gradient: the gradient as measured, noise included.
        applied: the gradient that the optimizer saw, after clipping.
        update: x_{t+1} - x_t.
        learning_rate: the one used in this step (NaN for a method that has none).
        internals: by name, what the optimizer reports about itself: effective_rate, velocity, second_moment, ...
    """

    position: Float[Array, "steps+1 dim"]
    value: Float[Array, "steps+1"]
    gradient: Float[Array, "steps dim"]
    applied: Float[Array, "steps dim"]
    update: Float[Array, "steps dim"]
    learning_rate: Float[Array, " steps"]
    internals: dict[str, Float[Array, "steps dim"]]


def descend(
    optimizer: Optimizer,
    hypers: Mapping[str, Any],
    fn: Callable[..., Any],
    x0: Any,
    *,
    steps: int,
    fn_args: Mapping[str, Any] | None = None,
    step_args: Mapping[str, Any] | None = None,
    schedule: tuple[Schedule, Mapping[str, Any]] | None = None,
    clip: tuple[Clipping, Mapping[str, Any]] | None = None,
    noise: Any = 0.0,
    key: Any = None,
) -> Trace:
    """Walk `steps` steps down fn(x, **fn_args) from x0 [dim].

    The compiled program depends on `optimizer`, `fn`, `steps`, the records of `schedule` and `clip`, and on whether
    there is a `key`; everything else is an input of it. Computes in the dtype of x0. A run that diverges is recorded
    like any other, infinities included. Works under `jax.jit` and `jax.vmap`.

    Args:
        hypers: of the optimizer, by name; the missing ones take their defaults.
        step_args: arguments of fn that change, by name: arrays [steps, ...] of which step t is given row t (its
            mini-batch, or the loss of its round). The value at the end of the walk is that of the last row.
        schedule, clip: a record and its hyperparameters.
        noise: standard deviation of Gaussian noise added to each component of each gradient; or what to add to them,
            an array [steps, dim] (see ``disturbances``), which one and the same compiled program takes.
        key: for the noise. Step t draws from fold_in(key, t), so a longer run begins like a shorter one.

    Raises:
        ValueError: naming the offending name or value, for unknown hyperparameters, values out of range, a start
            that is no finite vector, steps that are no positive integer, noise without a key.
    """
    schedule_record, schedule_hypers = schedule or (CONSTANT, {})
    clip_record, clip_hypers = clip or (None, {})
    if schedule and "learning_rate" not in optimizer.hypers:
        raise ValueError(f"{optimizer.name} has no learning_rate to schedule")
    program = _Program(optimizer, fn, _checked_steps(steps), schedule_record, clip_record)
    start = _checked_start(x0)
    inputs = _Inputs(
        x0=start,
        hypers=optimizer.resolve(hypers),
        fn_args={name: _plain(value) for name, value in (fn_args or {}).items()},
        step_args=_checked_step_args(step_args or {}, program.steps),
        schedule_hypers=schedule_record.resolve(schedule_hypers),
        clip_hypers=clip_record.resolve(clip_hypers) if clip_record else {},
        disturbance=_disturbance(noise, key, program.steps, start),
    )
    trace = _descend(program, inputs)
    # Without clipping the two are one array; as two results of the program they would be two copies.
    return trace if clip_record else trace._replace(applied=trace.gradient)


class _Program(NamedTuple):
    """What is compiled in."""

    optimizer: Optimizer
    fn: Callable[..., Any]
    steps: int
    schedule: Schedule
    clip: Clipping | None


class _Inputs(NamedTuple):
    """What a compiled program is called with."""

    x0: Any
    hypers: dict[str, Any]
    fn_args: dict[str, Any]
    step_args: dict[str, Any]
    schedule_hypers: dict[str, Any]
    clip_hypers: dict[str, Any]
    disturbance: Any  # added to the gradients, [steps, dim], or None


class _Carry(NamedTuple):
    x: Float[Array, " dim"]
    state: Any  # of the optimizer
    memory: Any  # of the schedule


@partial(jax.jit, static_argnums=0)
def _descend(program: _Program, inputs: _Inputs) -> Trace:
    start = jnp.asarray(inputs.x0)
    inputs = _cast(inputs, start.dtype)
    carry = _Carry(
        x=start,
        state=program.optimizer.make(**inputs.hypers).init(start),
        memory=program.schedule.init(inputs.hypers, **inputs.schedule_hypers),
    )
    _, trace = _scan_packed(partial(_step, program, inputs), carry, _scanned(inputs, program.steps, start.dtype))
    # What is the same in every step was not recorded in every step: five percent of the time each.
    constant_rate = jnp.asarray(inputs.hypers.get("learning_rate", jnp.nan), start.dtype)
    steps = jax.tree.map(lambda rows: rows[:-1], trace._replace(**dict.fromkeys(("position", "value"))))
    return steps._replace(
        position=trace.position,
        value=trace.value,
        learning_rate=jnp.full(program.steps, constant_rate) if steps.learning_rate is None else steps.learning_rate,
    )


class _Scanned(NamedTuple):
    """What a step is given of its own."""

    t: Float[Array, "..."]
    disturbance: Float[Array, "..."] | None
    args: dict[str, Any]


def _scanned(inputs: _Inputs, steps: int, dtype: Any) -> _Scanned:
    """Of each step, and of one more, of which nothing is kept but where it begins.

    That is the end of the walk. Asking for the value there by itself would trace and compile the surface once more.
    """
    given = (inputs.disturbance, inputs.step_args)
    disturbance, args = jax.tree.map(lambda rows: jnp.concatenate([rows, rows[-1:]]), given)
    return _Scanned(jnp.arange(steps + 1, dtype=dtype), disturbance, args)


def _shown(optimizer: Optimizer, carry: _Carry) -> Float[Array, " dim"]:
    return carry.x if optimizer.answer is None else optimizer.answer(carry.state, carry.x)


def _step(program: _Program, inputs: _Inputs, carry: _Carry, scanned: _Scanned) -> tuple[_Carry, Trace]:
    """One step: measure the gradient, clip it, set this step's hyperparameters, move; and what there was to see."""
    optimizer, (x, state, memory) = program.optimizer, carry
    loss = partial(program.fn, **inputs.fn_args, **scanned.args)
    value, gradient = jax.value_and_grad(loss)(x)
    gradient = gradient if scanned.disturbance is None else gradient + scanned.disturbance
    applied: Any = program.clip.apply(gradient, x, **inputs.clip_hypers) if program.clip else None
    seen_by_optimizer = gradient if applied is None else applied

    hypers = _hypers_of_step(program, inputs, memory, scanned.t)
    transformation = optax.with_extra_args_support(optimizer.make(**hypers))
    update, state = transformation.update(seen_by_optimizer, state, x, value=value, grad=gradient, value_fn=loss)
    memory = program.schedule.update(memory, value, **inputs.schedule_hypers)
    following = _Carry(x + update, state, memory)

    constant = program.schedule is CONSTANT
    rate: Any = None if constant else jnp.asarray(hypers.get("learning_rate", jnp.nan), x.dtype)
    internals = optimizer.internals(state, hypers)
    shown = _shown(optimizer, carry)
    seen = Trace(
        position=shown,
        value=(value if optimizer.answer is None else loss(shown)).astype(x.dtype),
        gradient=gradient,
        applied=applied,
        update=update if optimizer.answer is None else _shown(optimizer, following) - shown,
        learning_rate=rate,
        internals={name: jnp.broadcast_to(array, x.shape) for name, array in internals.items()},
    )
    return following, seen


def _hypers_of_step(program: _Program, inputs: _Inputs, memory: Any, t: Float[Array, ""]) -> dict[str, Any]:
    overrides = program.schedule.apply(memory, t, inputs.hypers, **inputs.schedule_hypers)
    if unknown := set(overrides) - set(inputs.hypers):
        raise ValueError(f"schedule {program.schedule.name} sets {unknown}, which {program.optimizer.name} lacks")
    return inputs.hypers | overrides


def _scan_packed(step: Callable[..., Any], carry: Any, scanned: Any) -> tuple[Any, Any]:
    """lax.scan, with what a step reports packed into one vector: ten small writes per step take twice as long."""
    unpack: Callable[[Array], Any]

    def packed(carry: Any, scanned: Any) -> tuple[Any, Array]:
        nonlocal unpack
        carry, seen = step(carry, scanned)
        vector, unpack = ravel_pytree(seen)
        return carry, vector

    carry, vectors = jax.lax.scan(packed, carry, scanned)
    return carry, jax.vmap(unpack)(vectors)


@partial(jax.jit, static_argnames=("steps", "dim", "dtype"))
def disturbances(noise: Any, key: Any, *, steps: int, dim: int, dtype: Any) -> Float[Array, "steps dim"]:
    """Gaussian noise for the gradients of a walk; step t draws from fold_in(key, t).

    A program of its own, because compiling the generator takes three times as long as compiling a walk.
    """

    def draw(t: Array) -> Float[Array, " dim"]:
        return jnp.asarray(noise, dtype) * jax.random.normal(jax.random.fold_in(key, t), (dim,), dtype)

    return jax.vmap(draw)(jnp.arange(steps))


def _cast(inputs: _Inputs, dtype: Any) -> _Inputs:
    """Every number in the dtype of the start; fn may be given arrays of integers, which stay what they are."""

    def cast(value: Any) -> Array:
        return jnp.asarray(value, dtype)

    def cast_floats(value: Any) -> Array:
        return cast(value) if jnp.issubdtype(jnp.result_type(value), jnp.floating) else value

    return inputs._replace(
        hypers=jax.tree.map(cast, inputs.hypers),
        fn_args=jax.tree.map(cast_floats, inputs.fn_args),
        step_args=jax.tree.map(cast_floats, inputs.step_args),
        schedule_hypers=jax.tree.map(cast, inputs.schedule_hypers),
        clip_hypers=jax.tree.map(cast, inputs.clip_hypers),
        disturbance=jax.tree.map(cast, inputs.disturbance),
    )


def _plain(value: Any) -> Any:
    """Scalars as Python floats: they all have one abstract type, so 1, 1.0 and np.float32(1) share one program."""
    return float(value) if isinstance(value, int | float | np.number) else value


def _checked_steps(steps: int) -> int:
    if not isinstance(steps, int | np.integer) or steps < 1:
        raise ValueError(f"steps = {steps!r} is not a positive whole number")
    return int(steps)


def _checked_step_args(step_args: Mapping[str, Any], steps: int) -> dict[str, Any]:
    for name, rows in step_args.items():
        if np.shape(rows)[:1] != (steps,):
            raise ValueError(
                f"step_args[{name!r}] has shape {np.shape(rows)}; its first axis must be the {steps} steps"
            )
    return {name: rows if isinstance(rows, jax.Array) else np.asarray(rows) for name, rows in step_args.items()}


def _checked_start(x0: Any) -> Any:
    start = x0 if isinstance(x0, np.ndarray | jax.Array) else np.asarray(x0, dtype=float)
    if start.ndim != 1 or start.dtype.kind != "f":
        raise ValueError(f"x0 = {x0} is not a vector of floating-point numbers")
    if not isinstance(start, jax.core.Tracer) and not all(map(math.isfinite, start.tolist())):
        raise ValueError(f"x0 = {x0} is not finite")
    return start


def _disturbance(noise: Any, key: Any, steps: int, start: Any) -> Any:
    """What is added to the gradients, or None."""
    # Most walks have no noise, and asking NumPy for its dimensions costs as much as all other checks.
    if key is None and type(noise) is float and noise == 0:
        return None
    if np.ndim(noise) == 2:
        if np.shape(noise) != (steps, *start.shape):
            raise ValueError(f"noise has shape {np.shape(noise)}, not [{steps} steps, {start.size} dimensions]")
        return noise
    if not isinstance(noise, jax.core.Tracer):
        noise = NOISE.check("noise", noise)
        if noise and key is None:
            raise ValueError(f"noise = {noise} needs a key")
    if key is None:
        return None
    return disturbances(noise, key, steps=steps, dim=start.size, dtype=start.dtype)
