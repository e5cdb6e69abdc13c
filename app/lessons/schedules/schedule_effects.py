"""Per-step momentum and plateau counters of a schedule, and the expected loss of noisy gradient descent under it."""

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

import optimizers
from app.compute.trajectories import scheduler


class Followed(NamedTuple):
    """What a schedule did besides the learning rate; NaN where it has nothing of the kind."""

    momentum: np.ndarray  # [steps] used in each step
    bad: np.ndarray  # [steps] steps in a row without an improvement, after each step


@partial(jax.jit, static_argnames="schedule")
def _follow(
    schedule: optimizers.schedules.Schedule, base: Mapping[str, Any], hypers: Mapping[str, Any], seen: Any
) -> jax.Array:
    names = [name for name in ("momentum", "b1") if name in base]

    def step(memory: Any, number: Any) -> tuple[Any, jax.Array]:
        time, value = number
        used = {**base, **schedule.apply(memory, time, base, **hypers)}
        memory = schedule.update(memory, value, **hypers)
        bad = getattr(getattr(memory, "inner", memory), "bad", jnp.nan)
        return memory, jnp.stack([used[names[0]] if names else jnp.nan, bad]).astype(seen.dtype)

    times = jnp.arange(len(seen), dtype=seen.dtype)
    return jax.lax.scan(step, schedule.init(base, **hypers), (times, seen))[1].T


def followed(name: str, base: Mapping[str, float], hypers: Mapping[str, Any], seen: np.ndarray) -> Followed:
    """A schedule along a run that saw these losses [steps]; ``base`` are the hyperparameters of the optimizer."""
    schedule = scheduler(name)
    numbers = [{key: np.float32(value) for key, value in each.items()} for each in (base, schedule.resolve(hypers))]
    return Followed(*np.asarray(_follow(schedule, *numbers, np.asarray(seen, np.float32))))


@jax.jit
def _expected(rates: Any, momenta: Any, curvatures: Any, offsets: Any, noise: Any) -> jax.Array:
    def along(rates: Any, momenta: Any, curvature: Any, offset: Any) -> jax.Array:
        def step(second: Any, number: Any) -> tuple[Any, jax.Array]:
            rate, momentum = number
            # Position and velocity after v <- b v + g, x <- x - a v, with g = l x + noise.
            move = jnp.array([[1 - rate * curvature, -rate * momentum], [curvature, momentum]])
            kick = noise**2 * jnp.array([[rate**2, -rate], [-rate, 1.0]])
            return move @ second @ move.T + kick, second[0, 0]

        begin = jnp.zeros((2, 2)).at[0, 0].set(offset**2)
        last, seconds = jax.lax.scan(step, begin, jnp.stack([rates, momenta], axis=-1))
        losses: jax.Array = curvature / 2 * jnp.append(seconds, last[0, 0])
        return losses

    def total(rates: Any, momenta: Any) -> jax.Array:
        return jnp.sum(jax.vmap(along, (None, None, 0, 0))(rates, momenta, curvatures, offsets), axis=0)

    found: jax.Array = jax.vmap(total)(rates, momenta)
    return found


def expected_loss(
    rates: np.ndarray, momenta: np.ndarray, curvatures: np.ndarray, offsets: np.ndarray, noise: float
) -> np.ndarray:
    """Expected loss above the minimum [runs, steps + 1] of heavy balls on a quadratic with noise on every gradient.

    The second moment of position and velocity along each eigenvector obeys a linear recursion, exactly.

    Args:
        rates, momenta: of every step [runs, steps]; without momentum it is gradient descent.
        curvatures, offsets: eigenvalues of the Hessian, and where the run starts along their eigenvectors [2].
        noise: standard deviation on each component.
    """
    arrays = (np.asarray(array, np.float32) for array in (rates, momenta, curvatures, offsets))
    return np.asarray(_expected(*arrays, np.float32(noise)))
