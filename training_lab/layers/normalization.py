"""Normalisation: each number minus a mean, divided by a standard deviation; over which numbers tells the layers apart.

    batch      all examples and positions, for each channel          S. Ioffe, C. Szegedy (2015), arXiv:1502.03167
    layer      all channels and positions, for each example          J. Ba, J. Kiros, G. Hinton (2016), arXiv:1607.06450
    instance   all positions, for each example and channel           D. Ulyanov et al. (2016), arXiv:1607.08022
    group      as layer, for each group of channels                  Y. Wu, K. He (2018), arXiv:1803.08494
    rms        as layer, without the mean                            B. Zhang, R. Sennrich (2019), arXiv:1910.07467

Inputs are [n, ..., channels]. `scale` and `offset` (gamma and beta) may be None, as with torch's affine=False, or have
one number per channel; layer and RMS normalisation also take one per channel and position, as torch's do.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from training_lab.kernels import along

X = Float[Array, "n *positions channels"]
Affine = Float[Array, "..."] | None


class BatchNormState(NamedTuple):
    """Running statistics, used instead of the batch's own once training is over."""

    mean: Float[Array, " channels"]
    var: Float[Array, " channels"]

    @classmethod
    def start(cls, channels: int, dtype: Any = jnp.float32) -> "BatchNormState":
        return cls(jnp.zeros(channels, dtype), jnp.ones(channels, dtype))


def batch_norm(
    x: X,
    scale: Affine,
    offset: Affine,
    state: BatchNormState,
    *,
    train: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[X, BatchNormState]:
    """As torch: normalises by the biased variance, keeps the unbiased one, and `momentum` weighs the new.

    A batch of one number per channel has no variance: its output is the offset, and torch refuses it.
    """
    if not train:
        y = (x - along(state.mean, x)) / jnp.sqrt(along(state.var, x) + eps)
        return _affine(y, scale, offset), state
    axes = tuple(range(x.ndim - 1))
    mean, var = jnp.mean(x, axes, keepdims=True), jnp.var(x, axes, keepdims=True)
    count = x.size // x.shape[-1]
    unbiased = var * (count / max(count - 1, 1))
    seen = BatchNormState(jax.lax.stop_gradient(mean).ravel(), jax.lax.stop_gradient(unbiased).ravel())
    running = jax.tree.map(lambda old, new: (1 - momentum) * old + momentum * new, state, seen)
    return _affine((x - mean) / jnp.sqrt(var + eps), scale, offset), running


def layer_norm(x: X, scale: Affine = None, offset: Affine = None, *, eps: float = 1e-5) -> X:
    return _affine(_standardized(x, tuple(range(1, x.ndim)), eps), scale, offset)


def instance_norm(x: X, scale: Affine = None, offset: Affine = None, *, eps: float = 1e-5) -> X:
    """Needs positions: with one number per example and channel there is nothing to average over."""
    if x.ndim < 3:
        raise ValueError(f"instance normalisation needs positions to average over; the input's shape is {x.shape}")
    return _affine(_standardized(x, tuple(range(1, x.ndim - 1)), eps), scale, offset)


def group_norm(x: X, scale: Affine = None, offset: Affine = None, *, groups: int, eps: float = 1e-5) -> X:
    """One group is layer normalisation, as many groups as channels instance normalisation."""
    channels = x.shape[-1]
    if channels % groups:
        raise ValueError(f"{channels} channels do not divide into {groups} groups")
    grouped = x.reshape(*x.shape[:-1], groups, channels // groups)
    axes = (*range(1, x.ndim - 1), x.ndim)
    return _affine(_standardized(grouped, axes, eps).reshape(x.shape), scale, offset)


def rms_norm(x: X, scale: Affine = None, *, eps: float | None = None) -> X:
    """`eps` is the dtype's machine epsilon unless given, as in torch."""
    square = jnp.mean(jnp.square(x), tuple(range(1, x.ndim)), keepdims=True)
    return _affine(x / jnp.sqrt(square + (jnp.finfo(x.dtype).eps if eps is None else eps)), scale, None)


def _standardized(x: Array, axes: tuple[int, ...], eps: float) -> Array:
    return (x - jnp.mean(x, axes, keepdims=True)) / jnp.sqrt(jnp.var(x, axes, keepdims=True) + eps)


def _affine(y: X, scale: Affine, offset: Affine) -> X:
    y = y if scale is None else y * along(scale, y)
    return y if offset is None else y + along(offset, y)
