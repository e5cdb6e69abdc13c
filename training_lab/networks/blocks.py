"""What the networks have in common: parameters of a layer, normalisation by name, and what a forward pass returns."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from training_lab import activations, initializers, layers
from training_lab.layers import BatchNormState
from training_lab.records import Choice


class Affine(NamedTuple):
    """gamma and beta of a normalisation."""

    scale: Float[Array, "..."]
    offset: Float[Array, "..."] | None  # RMS normalisation has none


class Block(NamedTuple):
    """Parameters of a layer, or of a stack of equal layers with one more axis in front."""

    kernel: Float[Array, "..."]
    bias: Float[Array, "..."]
    norm: Affine | None = None


class Taps(NamedTuple):
    """What there is to see of the hidden layers in a forward pass, with the layers (or steps of time) in front.

    An array where all layers are of one shape, a tuple of arrays where they are not; see `per_tap`.

    Attributes:
        pre: what the activation is given; None in cells with gates.
        post: what the layer hands on, before dropout.
        mask: what dropout kept; None without dropout.
        batch: mean and variance over the batch as batch normalisation saw them; None without.
    """

    pre: PyTree
    post: PyTree
    mask: PyTree = None
    batch: PyTree = None


class Forward(NamedTuple):
    """Outputs [n, k], the running statistics after the pass, and what was watched on the way (or None)."""

    outputs: Float[Array, "n k"]
    state: PyTree
    taps: Taps | None = None


def per_tap(fn: Callable[..., Any], *taps: PyTree) -> Array:
    """fn of each layer's part, stacked [layers, ...]."""
    if isinstance(taps[0], tuple):
        return jnp.stack([fn(*layer) for layer in zip(*taps, strict=True)])
    return jax.vmap(fn)(*taps)


def draw_block(
    initializer: Choice, key: Array, shape: tuple[int, ...], dtype: Any, norm: "Norm | None" = None
) -> Block:
    """Initial parameters of one layer."""
    weights = initializers.get(initializer.name).with_bias(key, shape, dtype, **initializer.values)
    return Block(*weights, norm.affine(shape[-1], dtype) if norm else None)


def activate(activation: Choice) -> Callable[[Array], Array]:
    record, values = activations.get(activation.name), activation.values
    return lambda x: record(x, **values)


class Norm(NamedTuple):
    """A normalisation layer by name; None of its numbers is traced."""

    kind: str
    groups: int
    with_affine: bool

    def affine(self, channels: int, dtype: Any) -> Affine | None:
        if not self.with_affine:
            return None
        ones, zeros = jnp.ones(channels, dtype), jnp.zeros(channels, dtype)
        return Affine(ones, None if self.kind == "rms" else zeros)

    def state(self, channels: int, dtype: Any) -> BatchNormState | None:
        return BatchNormState.start(channels, dtype) if self.kind == "batch" else None

    def __call__(
        self, x: Array, affine: Affine | None, state: BatchNormState | None, train: bool
    ) -> tuple[Array, BatchNormState | None]:
        scale, offset = affine or (None, None)
        if self.kind == "batch":
            assert state is not None
            return layers.batch_norm(x, scale, offset, state, train=train)
        if self.kind == "rms":
            return layers.rms_norm(x, scale), None
        if self.kind == "group":
            return layers.group_norm(x, scale, offset, groups=self.groups), None
        return {"layer": layers.layer_norm, "instance": layers.instance_norm}[self.kind](x, scale, offset), None


NORMS = ("batch", "layer", "group", "instance", "rms")


def batch_statistics(x: Float[Array, "n ... channels"]) -> BatchNormState:
    """What batch normalisation would keep of this batch alone."""
    axes = tuple(range(x.ndim - 1))
    count = x.size // x.shape[-1]
    return BatchNormState(jnp.mean(x, axes), jnp.var(x, axes) * (count / max(count - 1, 1)))


def drop(key: Array | None, x: Array, rate: Any, *, inverted: bool, train: bool) -> tuple[Array, Array | None]:
    """Dropout, and the mask of what was kept (None at test time or without dropout)."""
    if rate is None:
        return x, None
    if not train:
        return layers.dropout(key, x, rate, inverted=inverted, train=False), None
    if key is None:
        raise ValueError("dropout needs a key in training")
    mask = layers.dropout_mask(key, rate, x.shape)
    return layers.apply_mask(mask, x, rate, inverted=inverted), mask


def drop_kernel(key: Array | None, kernel: Array, rate: Any, *, inverted: bool, train: bool) -> Array:
    if rate is None:
        return kernel
    return layers.drop_connect(key, kernel, rate, inverted=inverted, train=train)
