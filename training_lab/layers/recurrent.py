"""Recurrent cells: one step of time.

A cell multiplies its input and its hidden state by kernels that hold all of its gates side by side, in torch's order,
and with both of torch's biases.

J. Elman, "Finding structure in time", Cognitive Science 14 (1990).
S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural Computation 9 (1997).
K. Cho et al., "Learning phrase representations using RNN encoder-decoder", EMNLP 2014, arXiv:1406.1078.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

Gates = Float[Array, "n gates"]
Hidden = Float[Array, "n units"]


class Cell(NamedTuple):
    """A kind of cell.

    Attributes:
        gates: how many kernels lie side by side.
        states: how many arrays [n, units] it hands on; the first is its output.
        step: (gates of the input, gates of the hidden state, state, activation) -> state.
    """

    gates: int
    states: int
    step: Callable[[Gates, Gates, tuple[Hidden, ...], Callable[[Any], Any]], tuple[Hidden, ...]]


def simple(x: Gates, h: Gates, state: tuple[Hidden, ...], activation: Callable[[Any], Any]) -> tuple[Hidden, ...]:
    return (activation(x + h),)


def gru(x: Gates, h: Gates, state: tuple[Hidden, ...], activation: Callable[[Any], Any]) -> tuple[Hidden, ...]:
    x_reset, x_update, x_new = jnp.split(x, 3, axis=-1)
    h_reset, h_update, h_new = jnp.split(h, 3, axis=-1)
    reset, update = jax.nn.sigmoid(x_reset + h_reset), jax.nn.sigmoid(x_update + h_update)
    # The reset gate acts on the product, not on the hidden state: torch's and cuDNN's form.
    candidate = activation(x_new + reset * h_new)
    return ((1 - update) * candidate + update * state[0],)


def lstm(x: Gates, h: Gates, state: tuple[Hidden, ...], activation: Callable[[Any], Any]) -> tuple[Hidden, ...]:
    enter, forget, candidate, leave = jnp.split(x + h, 4, axis=-1)
    memory = jax.nn.sigmoid(forget) * state[1] + jax.nn.sigmoid(enter) * activation(candidate)
    return jax.nn.sigmoid(leave) * activation(memory), memory


CELLS = {"simple": Cell(1, 1, simple), "gru": Cell(3, 1, gru), "lstm": Cell(4, 2, lstm)}
