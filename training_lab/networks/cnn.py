"""A small convolutional network: convolution, normalisation, activation, pooling, and so on; then a linear layer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Shaped

from training_lab import layers
from training_lab.layers import BatchNormState
from training_lab.networks.blocks import Block, Forward, Norm, Taps, activate, batch_statistics, draw_block, drop
from training_lab.records import Choice, Number, Pick, inputs

POOL = 2
POOLS = {"max": layers.max_pool, "average": layers.avg_pool}


class CNNParams(NamedTuple):
    convolutions: tuple[Block, ...]  # kernels [height, width, in, out]
    last: Block  # from all that is left of the image to the outputs

    def per_layer(self, fn: Callable[[Block], Array]) -> Shaped[Array, "layers ..."]:
        """fn of each layer's parameters (or their gradients, or updates), from the first to the last."""
        return jnp.stack([fn(block) for block in (*self.convolutions, self.last)])


class CNNState(NamedTuple):
    """Running statistics of batch normalisation; None without."""

    convolutions: tuple[BatchNormState | None, ...]


@inputs("activation", "initializer", "dropout")
@dataclass(frozen=True, kw_only=True)
class CNN:
    """One convolution per number of `filters`, each followed by normalisation, activation and pooling by two.

    Attributes:
        kernel: side of the window.
        norm: "batch", "layer", "group" (with `groups`), "instance" or "rms"; None for none.
        pool: "max" or "average".
        dropout: the probability of dropping a number of a layer's output; None for no dropout at all.
    """

    filters: tuple[int, ...] = (8, 16)
    kernel: int = 3
    activation: Pick = "relu"
    initializer: Pick = "torch_default"
    norm: str | None = None
    groups: int = 1
    affine: bool = True
    pool: str = "max"
    dropout: Number = None
    inverted: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", Choice.of(self.activation))
        object.__setattr__(self, "initializer", Choice.of(self.initializer))

    def shapes(self, input_shape: tuple[int, ...]) -> list[tuple[int, int, int]]:
        """Of what each convolution is given, and of what the last layer is given: (height, width, channels)."""
        height, width, channels = input_shape
        shapes = [(height, width, channels)]
        for filters in self.filters:
            height, width = height // POOL, width // POOL
            shapes.append((height, width, filters))
        return shapes

    def init(
        self, key: Array, input_shape: tuple[int, ...], outputs: int, dtype: Any = jnp.float32
    ) -> tuple[CNNParams, CNNState]:
        """Initial parameters, and initial running statistics."""
        *shapes, (height, width, channels) = self.shapes(input_shape)
        *keys, last_key = jax.random.split(key, len(shapes) + 1)
        kernels = [(self.kernel, self.kernel, shape[-1], out) for shape, out in zip(shapes, self.filters, strict=True)]
        blocks = [
            draw_block(self.initializer, key, shape, dtype, self._norm)
            for key, shape in zip(keys, kernels, strict=True)
        ]
        last = draw_block(self.initializer, last_key, (height * width * channels, outputs), dtype)
        states = tuple(self._norm.state(filters, dtype) if self._norm else None for filters in self.filters)
        return CNNParams(tuple(blocks), last), CNNState(states)

    def apply(
        self,
        params: CNNParams,
        state: CNNState,
        x: Float[Array, "n height width channels"],
        *,
        key: Array | None = None,
        train: bool = False,
        nudge: tuple[Array, ...] | None = None,
        watch: bool = False,
    ) -> Forward:
        """Outputs for a batch; see `MLP.apply`. Taps are tuples, one array for each convolution, before pooling."""
        count = len(self.filters)
        keys = [None] * count if key is None else list(jax.random.split(key, count))
        nudges = [None] * count if nudge is None else nudge
        states, taps, h = [], [], x
        for block, statistics, layer_key, push in zip(
            params.convolutions, state.convolutions, keys, nudges, strict=True
        ):
            z = layers.conv2d(h, block.kernel, block.bias)
            batch = batch_statistics(z) if watch and self.norm == "batch" else None
            if self._norm:
                z, statistics = self._norm(z, block.norm, statistics, train)
            y = activate(self.activation)(z)
            y = y if push is None else y + push
            h, mask = drop(layer_key, POOLS[self.pool](y, POOL), self.dropout, inverted=self.inverted, train=train)
            states.append(statistics)
            taps.append(Taps(z, y, mask, batch))
        outputs = layers.dense(h.reshape(len(x), -1), params.last.kernel, params.last.bias)
        return Forward(outputs, CNNState(tuple(states)), _together(taps) if watch else None)

    @property
    def _norm(self) -> Norm | None:
        return None if self.norm is None else Norm(self.norm, self.groups, self.affine)

    def nudges(self, n: int, input_shape: tuple[int, ...], dtype: Any = jnp.float32) -> tuple[Array, ...]:
        """Zeros to nudge a batch of n with."""
        sizes = [shape[:2] for shape in self.shapes(input_shape)[:-1]]
        return tuple(jnp.zeros((n, *size, out), dtype) for size, out in zip(sizes, self.filters, strict=True))


def _together(taps: list[Taps]) -> Taps:
    """One `Taps` of tuples; None for what no layer has."""
    columns = [tuple(column) for column in zip(*taps, strict=True)]
    return Taps(*[None if column[0] is None else column for column in columns])
