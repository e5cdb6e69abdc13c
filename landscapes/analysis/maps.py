"""Where walks end: over a grid of starts (basins of attraction), and over a grid of two hyperparameters (stability).

A method is given as optax gives it: ``make(**hypers)`` returns a gradient transformation. Every walk of a map is one
lane of a single vmapped scan that keeps the map and nothing of the paths, so 65,536 walks fit in a few megabytes.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Int

from landscapes.analysis.calculus import Function
from landscapes.surface import Domain

WALKING, DIVERGED = -1, -2  # what stands in a map of minima where none was reached

BLOCK = 4_096  # walks at a time, so that all they carry stays in the processor's cache
# A walk this many diagonals of the map away from where it should end does not come back in time to be drawn.
FAR = 100.0
# Distances between these fractions of the first one give the rate: after the transient, before rounding.
LATE, LAST = 1e-2, 1e-5


class Basins(NamedTuple):
    """Which minimum a walk from each start reaches; rows are y from low to high, columns x."""

    which: Int[Array, "n n"]  # place in the list of minima, or WALKING or DIVERGED
    steps: Int[Array, "n n"]  # the step from which on the walk stays close to that minimum; all steps if none


class Stability(NamedTuple):
    """What becomes of a walk for each pair of hyperparameters; rows are the second axis, columns the first."""

    diverged: Int[Array, "b a"]  # 1 where the walk left for good
    steps: Int[Array, "b a"]  # the step from which on it stays close to the target; all steps if it does not
    rate: Float[Array, "b a"]  # factor by which the distance shrinks a step in the long run; NaN where it diverged


def _mover(loss: Function, method: Any) -> Callable[[Array, Any], tuple[Array, Any]]:
    """One step of a method, from a point and a state to the next ones."""
    extended = optax.with_extra_args_support(method)

    def move(x: Float[Array, "2"], state: Any) -> tuple[Array, Any]:
        value, slope = jax.value_and_grad(loss)(x)
        update, state = extended.update(slope, state, x, value=value, grad=slope, value_fn=loss)
        return x + update, state

    return move


class _Walk(NamedTuple):
    x: Float[Array, "2"]
    state: Any
    arrived: Int[Array, ""]  # the step after the last one at which it was outside


def basin_map(
    fn: Function,
    domain: Domain,
    minima: Float[Array | np.ndarray, "minima 2"],
    make: Callable[..., Any],
    hypers: Mapping[str, Any],
    *,
    n: int = 256,
    steps: int = 500,
    radius: float | None = None,
    **params: Any,
) -> Basins:
    """The minimum that each of n times n starts leads to, evenly spread over the domain, its borders included.

    Args:
        minima: positions; the map holds places in this list.
        make, hypers: the method; ``make(**hypers)`` is an optax gradient transformation.
        n, steps: compiled in; everything else is an input of the compiled program.
        radius: how close counts as reached; a hundredth of the domain's diagonal unless given.
        params: of fn.
    """
    diagonal = float(np.linalg.norm(np.subtract(*np.transpose(domain))))
    # Without a minimum there is nothing that a walk could be near.
    places = np.asarray(minima, np.float32).reshape(-1, 2) if len(minima) else np.full((1, 2), np.inf, np.float32)
    close = np.float32(0.01 * diagonal if radius is None else radius)
    return _basins(fn, make, n, steps, domain, places, dict(hypers), dict(params), close, np.float32(FAR * diagonal))


@partial(jax.jit, static_argnames=("fn", "make", "n", "steps"))
def _basins(
    fn: Function,
    make: Callable[..., Any],
    n: int,
    steps: int,
    domain: Any,
    minima: Float[Array, "minima 2"],
    hypers: Mapping[str, Any],
    params: Mapping[str, Any],
    close: Float[Array, ""],
    far: Float[Array, ""],
) -> Basins:
    loss, method = partial(fn, **params), make(**hypers)
    move = _mover(loss, method)

    def walk(start: Float[Array, "2"], target: Float[Array, "2"]) -> _Walk:
        def step(walk: _Walk, t: Int[Array, ""]) -> tuple[_Walk, None]:
            x, state = move(walk.x, walk.state)
            return _Walk(x, state, jnp.where(_near(x, target, close), walk.arrived, t + 2)), None

        arrived = jnp.where(_near(start, target, close), 0, 1)
        return jax.lax.scan(step, _Walk(start, method.init(start), arrived), jnp.arange(steps))[0]

    def outcome(start: Float[Array, "2"]) -> tuple[Array, Array]:
        # Twice the same walk: where it ends, then when it got there. To look for the nearest of all minima at every
        # step takes longer, and compiling one walk that is repeated takes half as long as compiling two.
        def again(place: Int[Array, ""], _: None) -> tuple[Array, tuple[Array, Array]]:
            end = walk(start, minima[place])
            return jnp.argmin(jnp.sum((end.x[None] - minima) ** 2, axis=-1)), (end.x, end.arrived)

        place, (ends, arrivals) = jax.lax.scan(again, jnp.argmin(minima[:, 0]), length=2)
        end, arrived = ends[-1], arrivals[-1]
        # A comparison with NaN is false, so what is no number has diverged too.
        here = jnp.max(jnp.abs(end - start)) <= far
        there = _near(end, minima[place], close)
        which = jnp.where(there, place, jnp.where(here, WALKING, DIVERGED))
        return which.astype(jnp.int32), jnp.where(there, arrived, steps)

    xs, ys = (jnp.linspace(low, high, n, dtype=jnp.float32) for low, high in domain)
    starts = jnp.stack(jnp.broadcast_arrays(xs[None, :], ys[:, None]), axis=-1).reshape(-1, 2)
    which, arrived = jax.lax.map(outcome, starts, batch_size=BLOCK)
    return Basins(which.reshape(n, n), arrived.reshape(n, n))


def _near(x: Float[Array, "2"], point: Float[Array, "2"], distance: Float[Array, ""]) -> Bool[Array, ""]:
    """Within a distance; written out, because a reduction over two numbers in every lane takes much longer."""
    dx, dy = x[0] - point[0], x[1] - point[1]
    return dx * dx + dy * dy <= distance * distance


class _Approach(NamedTuple):
    x: Float[Array, "2"]
    state: Any
    late: Int[Array, ""]  # last step at a distance above LATE of the first one
    last: Int[Array, ""]  # the same for LAST
    close: Int[Array, ""]  # the step after the last one outside the radius
    third: Float[Array, ""]  # largest distance in the third quarter of the walk
    fourth: Float[Array, ""]  # and in the fourth


def stability_map(
    fn: Function,
    start: Any,
    target: Any,
    /,  # a surface may have a parameter of this name
    make: Callable[..., Any],
    hypers: Mapping[str, Any],
    axes: Mapping[str, Float[Array | np.ndarray, " values"]],
    *,
    steps: int = 300,
    radius: float = 0.01,
    **params: Any,
) -> Stability:
    """How a method fares for each pair of two of its hyperparameters.

    The long-run rate is read off the last time that the distance to the target passes two marks; a walk that is too
    slow for that is judged by the largest distances in its third and its last quarter. Both are envelopes, so an
    oscillating walk has the rate of its amplitude.

    Args:
        start, target: positions [2]; distances are measured from the target.
        make, hypers: the method; the hyperparameters of ``axes`` need not be among ``hypers``.
        axes: two hyperparameters and their values, the columns first.
        steps: compiled in, as are the lengths of the axes.
        radius: how close to the target counts as there, as a fraction of the start's distance.
        params: of fn.

    Raises:
        ValueError: if there are not exactly two axes.
    """
    if len(axes) != 2:
        raise ValueError(f"a stability map has two axes, not {len(axes)}: {', '.join(axes)}")
    values = {name: np.asarray(value, np.float32) for name, value in axes.items()}
    ends = (np.asarray(start, np.float32), np.asarray(target, np.float32))
    return _stability(fn, make, tuple(axes), steps, *ends, dict(hypers), values, dict(params), np.float32(radius))


@partial(jax.jit, static_argnames=("fn", "make", "names", "steps"))
def _stability(
    fn: Function,
    make: Callable[..., Any],
    names: tuple[str, str],
    steps: int,
    start: Float[Array, "2"],
    target: Float[Array, "2"],
    hypers: Mapping[str, Any],
    axes: Mapping[str, Float[Array, " values"]],
    params: Mapping[str, Any],
    radius: Float[Array, ""],
) -> Stability:
    loss = partial(fn, **params)
    whole = jnp.linalg.norm(start - target)

    def walk(first: Float[Array, ""], second: Float[Array, ""]) -> Stability:
        method = make(**{**hypers, names[0]: first, names[1]: second})
        move = _mover(loss, method)

        def step(seen: _Approach, t: Int[Array, ""]) -> tuple[_Approach, None]:
            x, state = move(seen.x, seen.state)
            dx, dy = x[0] - target[0], x[1] - target[1]
            gap = jnp.sqrt(dx * dx + dy * dy) / whole
            return _Approach(
                x,
                state,
                late=jnp.where(gap > LATE, t + 1, seen.late),
                last=jnp.where(gap > LAST, t + 1, seen.last),
                close=jnp.where(gap > radius, t + 2, seen.close),
                third=jnp.where((t >= steps // 2) & (t < 3 * steps // 4), jnp.maximum(seen.third, gap), seen.third),
                fourth=jnp.where(t >= 3 * steps // 4, jnp.maximum(seen.fourth, gap), seen.fourth),
            ), None

        none, zero = jnp.int32(0), jnp.zeros((), start.dtype)
        begin = _Approach(start, method.init(start), none, none, none + 1, zero, zero)
        seen, _ = jax.lax.scan(step, begin, jnp.arange(steps, dtype=jnp.int32))
        return _judged(seen, steps)

    return jax.vmap(jax.vmap(walk, (0, None)), (None, 0))(axes[names[0]], axes[names[1]])


def _judged(seen: _Approach, steps: int) -> Stability:
    """What the approach of a whole walk says."""
    here = jnp.isfinite(seen.fourth) & (seen.fourth <= FAR)
    marks = (LAST / LATE) ** (1.0 / jnp.maximum(seen.last - seen.late, 1).astype(seen.fourth.dtype))
    quarters = (seen.fourth / seen.third) ** (4.0 / steps)
    rate = jnp.where(seen.last < steps, marks, quarters)
    return Stability(
        (~here).astype(jnp.int32),
        jnp.where(here, jnp.minimum(seen.close, steps), steps),
        jnp.where(here, rate, jnp.nan),
    )
