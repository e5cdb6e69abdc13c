"""The recurrences behind two of the surfaces: how a small change of the first state grows from step to step."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np


class Recurrence(NamedTuple):
    """A state that is updated with the two weights p of a surface, x <- update(p, x)."""

    steps: int
    first: Callable[[Any], Any]  # p -> the state before the first step
    update: Callable[[Any, Any], Any]
    slope: Callable[[Any, Any], Any]  # derivative of one step by the state: (p, x) -> number
    factor: str  # the same in LaTeX


# By the name of the surface whose loss is made of the last state.
RECURRENCES = {
    "cliff": Recurrence(
        steps=50,
        first=lambda p: jnp.full_like(p[0], 0.5),
        update=lambda p, x: p[0] * jax.nn.sigmoid(x) + p[1],
        slope=lambda p, x: p[0] * jax.nn.sigmoid(x) * jax.nn.sigmoid(-x),
        factor=r"w\,\sigma'(x_{k-1})",
    ),
    "linear_rnn": Recurrence(
        steps=10,
        first=lambda p: p[1],
        update=lambda p, x: p[0] * x,
        slope=lambda p, x: p[0],
        factor="w",
    ),
}


class Growth(NamedTuple):
    """How the last states depend on the first one."""

    state: np.ndarray  # [points, steps + 1]
    measured: np.ndarray  # [points, steps + 1], |d x_k / d x_0| by automatic differentiation of the whole recurrence
    predicted: np.ndarray  # [points, steps + 1], the product of the slopes of the steps; a power where they are equal


@partial(jax.jit, static_argnames="surface")
@partial(jax.vmap, in_axes=(None, 0))
def _growth(surface: str, p: Any) -> tuple[jax.Array, ...]:
    recurrence = RECURRENCES[surface]

    def unrolled(first: Any) -> jax.Array:
        def step(x: Any, _: None) -> tuple[Any, Any]:
            following = recurrence.update(p, x)
            return following, following

        return jnp.append(first, jax.lax.scan(step, first, length=recurrence.steps)[1])

    first = recurrence.first(p)
    states, tangent = jax.jvp(unrolled, (first,), (jnp.ones_like(first),))
    slopes = jax.vmap(recurrence.slope, in_axes=(None, 0), out_axes=0)(p, states[:-1])
    return states, jnp.abs(tangent), jnp.append(1.0, jnp.abs(jnp.cumprod(slopes)))


def growth(surface: str, points: np.ndarray) -> Growth:
    """Growth at weights [points, 2], whose number is compiled in; KeyError for a surface without a recurrence."""
    return Growth(*(np.asarray(array) for array in _growth(surface, points.astype(np.float32))))
