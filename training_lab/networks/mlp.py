"""The multilayer perceptron: equal hidden layers, stacked and scanned, so that depth costs no time to compile."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PyTree, Shaped

from training_lab import layers
from training_lab.layers import BatchNormState
from training_lab.networks.blocks import (
    Block,
    Forward,
    Norm,
    Taps,
    activate,
    batch_statistics,
    draw_block,
    drop,
    drop_kernel,
)
from training_lab.records import Choice, Number, Pick, inputs


class MLPParams(NamedTuple):
    first: Block | None  # inputs to width; None at depth 0, which is a linear model
    hidden: Block | None  # depth - 1 layers from width to width, stacked; None below depth 2
    last: Block  # width to outputs, linear

    def per_layer(self, fn: Callable[[Block], Array]) -> Shaped[Array, "layers ..."]:
        """fn of each layer's parameters (or their gradients, or updates), from the first to the last."""
        first = [] if self.first is None else [fn(self.first)[None]]
        hidden = [] if self.hidden is None else [jax.vmap(fn)(self.hidden)]
        return jnp.concatenate([*first, *hidden, fn(self.last)[None]])


class MLPState(NamedTuple):
    """Running statistics of batch normalisation; None without."""

    first: BatchNormState | None
    hidden: BatchNormState | None


@inputs("activation", "initializer", "dropout", "drop_connect")
@dataclass(frozen=True, kw_only=True)
class MLP:
    """`depth` hidden layers of `width` units: linear, normalisation, activation, skip connection, dropout.

    Depth 0 is a linear model (and `width` means nothing).

    Attributes:
        norm: "batch", "layer", "group" (with `groups`) or "rms", before the activation; None for none.
        affine: whether the normalisation has a scale and an offset to learn.
        residual: whether each hidden layer but the first adds its input to its output.
        dropout: the probability of dropping a hidden unit; None for no dropout at all.
        drop_connect: the probability of dropping a weight into a hidden unit; None for none.
        inverted: how both make up for what they drop, see `layers.dropout`.
    """

    depth: int = 1
    width: int = 64
    activation: Pick = "relu"
    initializer: Pick = "torch_default"
    norm: str | None = None
    groups: int = 1
    affine: bool = True
    residual: bool = False
    dropout: Number = None
    drop_connect: Number = None
    inverted: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", Choice.of(self.activation))
        object.__setattr__(self, "initializer", Choice.of(self.initializer))

    def init(
        self, key: Array, input_shape: tuple[int, ...], outputs: int, dtype: Any = jnp.float32
    ) -> tuple[MLPParams, MLPState]:
        """Initial parameters, and initial running statistics."""
        depth, width, features = self.depth, self.width, math.prod(input_shape)
        first_key, hidden_key, last_key = jax.random.split(key, 3)
        draw = jax.vmap(lambda key: draw_block(self.initializer, key, (width, width), dtype, self._norm))
        params = MLPParams(
            first=draw_block(self.initializer, first_key, (features, width), dtype, self._norm) if depth else None,
            hidden=draw(jax.random.split(hidden_key, depth - 1)) if depth > 1 else None,
            last=draw_block(self.initializer, last_key, (width if depth else features, outputs), dtype),
        )
        statistics = self._norm.state(width, dtype) if self._norm and depth else None
        stacked = jax.tree.map(lambda leaf: jnp.tile(leaf[None], (depth - 1, 1)), statistics) if depth > 1 else None
        return params, MLPState(statistics, stacked)

    def apply(
        self,
        params: MLPParams,
        state: MLPState,
        x: Float[Array, "n ..."],
        *,
        key: Array | None = None,
        train: bool = False,
        nudge: Float[Array, "depth n width"] | None = None,
        watch: bool = False,
    ) -> Forward:
        """Outputs for a batch.

        `key` is for dropout and DropConnect, in training. `nudge` is added to what the hidden layers hand on, so that
        the gradient with respect to it is theirs. `watch` asks for `Taps`.
        """
        keys = None if key is None else jax.random.split(key, self.depth)
        per_layer = (keys, nudge)  # None has no leaves: taking a layer's part leaves it None

        def layer(h: Array, scanned: Any, residual: bool = self.residual) -> tuple[Array, Any]:
            return self._layer(h, *scanned, train=train, watch=watch, residual=residual)

        h, first_state, hidden_state = x.reshape(len(x), -1), None, None
        taps = Taps(*[self.nudges(len(x), x.shape[1:], x.dtype)] * 2) if watch else None
        if params.first is not None:
            scanned = (params.first, state.first, *_part(per_layer, 0))
            h, (first_state, taps) = layer(h, scanned, residual=False)
            taps = jax.tree.map(lambda leaf: leaf[None], taps)
        if params.hidden is not None:
            scanned = (params.hidden, state.hidden, *_part(per_layer, slice(1, None)))
            h, (hidden_state, more) = jax.lax.scan(layer, h, scanned)
            taps = jax.tree.map(lambda one, rest: jnp.concatenate([one, rest]), taps, more)
        outputs = layers.dense(h, params.last.kernel, params.last.bias)
        return Forward(outputs, MLPState(first_state, hidden_state), taps)

    def _layer(
        self,
        h: Float[Array, "n inputs"],
        block: Block,
        statistics: BatchNormState | None,
        key: Array | None,
        nudge: Array | None,
        *,
        train: bool,
        watch: bool,
        residual: bool,
    ) -> tuple[Float[Array, "n width"], tuple[BatchNormState | None, Taps | None]]:
        unit_key, weight_key = (None, None) if key is None else jax.random.split(key)
        kernel = drop_kernel(weight_key, block.kernel, self.drop_connect, inverted=self.inverted, train=train)
        z = layers.dense(h, kernel, block.bias)
        batch = batch_statistics(z) if watch and self.norm == "batch" else None
        if self._norm:
            z, statistics = self._norm(z, block.norm, statistics, train)
        y = activate(self.activation)(z)
        y = y if nudge is None else y + nudge
        y = h + y if residual else y
        after, mask = drop(unit_key, y, self.dropout, inverted=self.inverted, train=train)
        return after, (statistics, Taps(z, y, mask, batch) if watch else None)

    @property
    def _norm(self) -> Norm | None:
        return None if self.norm is None else Norm(self.norm, self.groups, self.affine)

    def nudges(self, n: int, input_shape: tuple[int, ...], dtype: Any = jnp.float32) -> Float[Array, "depth n width"]:
        """Zeros to nudge a batch of n with."""
        return jnp.zeros((self.depth, n, self.width), dtype)

    def kept_weights(self, params: MLPParams, key: Array) -> tuple[Bool[Array, "inputs width"], ...]:
        """What DropConnect keeps of the weights into each hidden layer in a step of training with this key."""
        hidden = () if params.hidden is None else tuple(params.hidden.kernel)
        kernels = () if params.first is None else (params.first.kernel, *hidden)
        keys = [jax.random.split(each)[1] for each in jax.random.split(key, self.depth)]
        pairs = zip(keys, kernels, strict=True)
        return tuple(layers.dropout_mask(each, self.drop_connect, kernel.shape) for each, kernel in pairs)

    def jacobians(self, params: MLPParams, state: MLPState, x: Float[Array, "n ..."]) -> Float[Array, "steps n w w"]:
        """[l, i]: of example i, the derivative of what hidden layer l + 2 hands on with respect to what it is given.

        Batch normalisation's statistics count as constants.
        """
        taps = self.apply(params, state, x, watch=True).taps
        assert taps is not None

        def step(h: Float[Array, " width"], block: Block, statistics: Any) -> Float[Array, " width"]:
            options: dict[str, Any] = {"train": False, "watch": False, "residual": self.residual}
            return self._layer(h[None], block, statistics, None, None, **options)[0][0]

        each = jax.vmap(jax.jacrev(step), in_axes=(0, None, None))
        return jax.vmap(each)(taps.post[:-1], params.hidden, state.hidden)


def _part(per_layer: PyTree, index: int | slice) -> PyTree:
    return jax.tree.map(lambda leaf: leaf[index], per_layer)
