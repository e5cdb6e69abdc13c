"""Gradient descent on half the squared product of two weights: walks, and what becomes of every start."""

from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

import optimizers
from landscapes.analysis import grid

EDGE = 4.2  # of the map: starts from -EDGE to EDGE
STEPS = 60  # of a walk that is drawn
FATE = 400  # steps after which a start's fate is decided
FINE, COARSE = 192, 64  # starts a side: at rest, and while something is dragged
FARTHEST = 1e3  # a weight beyond it does not come back
GROUND = 121  # points a side of the terrain


class Walk(NamedTuple):
    """One walk; NaN from where it left for good."""

    position: np.ndarray  # [STEPS + 1, 2]
    loss: np.ndarray  # [STEPS + 1]
    sharpness: np.ndarray  # [STEPS + 1], u² + v²


class Fates(NamedTuple):
    """What becomes of starts [n, n], rows v from low to high; JAX's arrays while compiled, NumPy's for who asks."""

    begin: Any  # u² + v² at the start
    end: Any  # the same in the end; NaN where the walk left for good


def half_square(w: jax.Array) -> jax.Array:
    """(u v)² / 2 for w [2, ...]: the loss of a network of two linear weights on one example whose target is 0."""
    return jnp.square(w[0] * w[1]) / 2


@jax.jit
def _walk(start: jax.Array, rate: jax.Array) -> tuple[jax.Array, jax.Array]:
    method = optimizers.get("gradient_descent")
    trace = optimizers.descend(method, {"learning_rate": rate}, half_square, start, steps=STEPS)
    return trace.position, trace.value


def walk(start: tuple[float, float], rate: float) -> Walk:
    """Gradient descent from one start."""
    position, loss = map(np.asarray, _walk(np.asarray(start, np.float32), np.float32(rate)))
    with np.errstate(over="ignore", invalid="ignore"):
        here = np.logical_and.accumulate((np.abs(position) < FARTHEST).all(axis=1))
        position = np.where(here[:, None], position, np.float32(np.nan))
        return Walk(position, np.where(here, loss, np.float32(np.nan)), np.square(position).sum(axis=1))


@partial(jax.jit, static_argnames="side")
def _fates(rate: jax.Array, side: int) -> Fates:
    axis = jnp.linspace(-EDGE, EDGE, side, dtype=jnp.float32)
    start = jnp.stack(jnp.meshgrid(axis, axis))

    def step(w: jax.Array, _: None) -> tuple[jax.Array, None]:
        u, v = w
        moved = jnp.stack([u - rate * u * v * v, v - rate * v * u * u])
        return jnp.clip(moved, -2 * FARTHEST, 2 * FARTHEST), None

    last, _ = jax.lax.scan(step, start, length=FATE)
    near = jnp.all(jnp.abs(last) < FARTHEST, axis=0)
    return Fates(jnp.sum(jnp.square(start), axis=0), jnp.where(near, jnp.sum(jnp.square(last), axis=0), jnp.nan))


@lru_cache(maxsize=16)
def fates(rate: float, draft: bool) -> Fates:
    """What becomes of every start of the map, coarse for a draft."""
    return Fates(*map(np.asarray, _fates(np.float32(rate), COARSE if draft else FINE)))


def ground() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coordinates [GROUND], [GROUND] and the loss [GROUND, GROUND]."""
    xs, ys, z = grid(half_square, ((-EDGE, EDGE), (-EDGE, EDGE)), GROUND)
    return np.asarray(xs), np.asarray(ys), np.asarray(z)
