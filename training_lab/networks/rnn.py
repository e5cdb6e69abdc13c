"""A recurrent network that reads a sequence and answers from its last hidden state."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Shaped

from training_lab import initializers, layers
from training_lab.networks.blocks import Block, Forward, Taps, activate, draw_block, drop
from training_lab.records import Choice, Number, Pick, inputs


class Recurrence(NamedTuple):
    """Parameters of a cell; all of its gates side by side, in torch's order."""

    kernel: Float[Array, "inputs gates"]
    recurrent: Float[Array, "units gates"]
    bias: Float[Array, " gates"]
    recurrent_bias: Float[Array, " gates"]


class RNNParams(NamedTuple):
    cell: Recurrence
    last: Block  # from the last hidden state to the outputs

    def per_layer(self, fn: Callable[[Any], Array]) -> Shaped[Array, "layers ..."]:
        """fn of the cell's parameters (or their gradients, or updates), and of the last layer's."""
        return jnp.stack([fn(self.cell), fn(self.last)])


@inputs("activation", "initializer", "recurrent", "dropout")
@dataclass(frozen=True, kw_only=True)
class RNN:
    """One cell, unrolled over time by a scan.

    Attributes:
        cell: "simple", "gru" or "lstm".
        activation: of the simple cell, and of the candidate and the output of the others.
        initializer: of the weights from the input.
        recurrent: of the weights from one step of time to the next, gate by gate; with ("orthogonal", {"gain": rho})
            rho is their spectral radius.
        dropout: the probability of dropping a unit of the last hidden state; None for no dropout at all.
    """

    cell: str = "simple"
    width: int = 16
    activation: Pick = "tanh"
    initializer: Pick = "torch_recurrent"
    recurrent: Pick = "torch_recurrent"
    dropout: Number = None
    inverted: bool = True

    def __post_init__(self) -> None:
        for name in ("activation", "initializer", "recurrent"):
            object.__setattr__(self, name, Choice.of(getattr(self, name)))

    @property
    def _cell(self) -> layers.Cell:
        return layers.CELLS[self.cell]

    def init(
        self, key: Array, input_shape: tuple[int, ...], outputs: int, dtype: Any = jnp.float32
    ) -> tuple[RNNParams, tuple[()]]:
        """Initial parameters, and no state."""
        input_key, recurrent_key, last_key = jax.random.split(key, 3)
        kernel, bias = self._draw(self.initializer, input_key, input_shape[-1], dtype)
        recurrent, recurrent_bias = self._draw(self.recurrent, recurrent_key, self.width, dtype)
        # The rule for recurrent cells counts units; a linear layer's default counts inputs, which here is the same.
        last = draw_block(Choice("torch_default"), last_key, (self.width, outputs), dtype)
        return RNNParams(Recurrence(kernel, recurrent, bias, recurrent_bias), last), ()

    def _draw(self, choice: Pick, key: Array, features: int, dtype: Any) -> tuple[Array, Array]:
        """A kernel [features, gates x width] and a bias, drawn gate by gate."""
        choice = Choice.of(choice)
        record, shape = initializers.get(choice.name), (features, self.width)

        def gate(key: Array) -> tuple[Array, Array]:
            return record.with_bias(key, shape, dtype, **choice.values)

        kernels, biases = jax.vmap(gate)(jax.random.split(key, self._cell.gates))
        return jnp.moveaxis(kernels, 0, 1).reshape(features, -1), biases.ravel()

    def apply(
        self,
        params: RNNParams,
        state: tuple[()],
        x: Float[Array, "n time features"],
        *,
        key: Array | None = None,
        train: bool = False,
        nudge: Float[Array, "time n width"] | None = None,
        watch: bool = False,
    ) -> Forward:
        """Outputs for a batch; see `MLP.apply`. Taps have the steps of time in front: post is the hidden state."""
        gates = layers.dense(jnp.moveaxis(x, 1, 0), params.cell.kernel, params.cell.bias)

        def step(carried: tuple[Array, ...], scanned: Any) -> tuple[tuple[Array, ...], Taps | None]:
            given, push = scanned
            fed_back = layers.dense(carried[0], params.cell.recurrent, params.cell.recurrent_bias)
            h, *rest = self._cell.step(given, fed_back, carried, activate(self.activation))
            h = h if push is None else h + push
            pre = given + fed_back if self._cell.gates == 1 else None
            return (h, *rest), Taps(pre, h) if watch else None

        carried, taps = jax.lax.scan(step, self.start(len(x), x.dtype), (gates, nudge))
        h, _ = drop(key, carried[0], self.dropout, inverted=self.inverted, train=train)
        return Forward(layers.dense(h, params.last.kernel, params.last.bias), (), taps)

    def start(self, n: int, dtype: Any = jnp.float32) -> tuple[Float[Array, "n width"], ...]:
        """What a cell remembers before it has read anything: zeros."""
        return (jnp.zeros((n, self.width), dtype),) * self._cell.states

    def nudges(self, n: int, input_shape: tuple[int, ...], dtype: Any = jnp.float32) -> Float[Array, "time n width"]:
        """Zeros to nudge a batch of n with."""
        return jnp.zeros((input_shape[0], n, self.width), dtype)

    def jacobians(
        self, params: RNNParams, state: tuple[()], x: Float[Array, "n time features"]
    ) -> Float[Array, "steps n w w"]:
        """[t, i]: of example i, the derivative of what the cell remembers at step t + 2 with respect to step t + 1.

        w is the width, or twice the width for the LSTM, which remembers two vectors.
        """
        gates = jnp.moveaxis(layers.dense(x, params.cell.kernel, params.cell.bias), 1, 0)

        def step(memory: Float[Array, " w"], given: Float[Array, " gates"]) -> Float[Array, " w"]:
            carried = tuple(part[None] for part in jnp.split(memory, self._cell.states))
            fed_back = layers.dense(carried[0], params.cell.recurrent, params.cell.recurrent_bias)
            return jnp.concatenate(self._cell.step(given[None], fed_back, carried, activate(self.activation)), axis=1)[
                0
            ]

        def read(memories: Array, given: Array) -> tuple[Array, Array]:
            after = jax.vmap(step)(memories, given)
            return after, memories

        start = jnp.concatenate(self.start(len(x), x.dtype), axis=1)
        memories = jax.lax.scan(read, start, gates)[1]
        return jax.vmap(jax.vmap(jax.jacrev(step)))(memories[1:], gates[1:])
