"""Convolution and pooling of images [n, height, width, channels]."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from training_lab.kernels import along

Images = Float[Array, "n height width channels"]


def conv2d(
    x: Images, kernel: Float[Array, "kh kw channels out"], bias: Float[Array, " out"]
) -> Float[Array, "n height width out"]:
    """Cross-correlation with zero padding, so that an odd window keeps the image's size: torch's padding="same".

    Written as one matrix product over shifted copies of the image: on small images that is five times as fast as
    XLA's convolution on a CPU, and under a vmap over kernels (an ensemble, a slice of a landscape) it stays a product.
    """
    height, width, channels, out = kernel.shape
    windows = _windows(x, height, width)
    y = jnp.matmul(windows, kernel.reshape(height * width * channels, out))
    return y + along(bias, y)


def _windows(x: Images, height: int, width: int) -> Float[Array, "n height width window"]:
    """For every pixel the pixels of the window around it, one after the other."""
    _, rows, columns, _ = x.shape
    before = (height - 1) // 2, (width - 1) // 2
    padded = jnp.pad(x, [(0, 0), (before[0], height - 1 - before[0]), (before[1], width - 1 - before[1]), (0, 0)])
    shifted = [padded[:, i : i + rows, j : j + columns] for i in range(height) for j in range(width)]
    return jnp.concatenate(shifted, axis=-1)


def max_pool(x: Images, size: int = 2) -> Float[Array, "n rows columns channels"]:
    """The largest number of each window of size x size; rows and columns that fill no window are left out.

    Where several are largest they share the gradient, which torch gives to the first.
    """
    return jnp.max(_tiles(x, size), axis=(2, 4))


def avg_pool(x: Images, size: int = 2) -> Float[Array, "n rows columns channels"]:
    """The mean of each window of size x size."""
    return jnp.mean(_tiles(x, size), axis=(2, 4))


def _tiles(x: Images, size: int) -> Float[Array, "n rows side columns side channels"]:
    n, height, width, channels = x.shape
    rows, columns = height // size, width // size
    return x[:, : rows * size, : columns * size].reshape(n, rows, size, columns, size, channels)
