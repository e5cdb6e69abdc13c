"""Convolution and pooling of images [n, height, width, channels].

What is fastest for values alone is slow on the way back, so a network that learns and one that is only looked at
compute the same in two ways.
"""

from functools import partial, reduce

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from training_lab.kernels import along

Images = Float[Array, "n height width channels"]
Kernel = Float[Array, "kh kw channels out"]


def conv2d(x: Images, kernel: Kernel, bias: Float[Array, " out"]) -> Float[Array, "n height width out"]:
    """Cross-correlation with zero padding, so that an odd window keeps the image's size: torch's padding="same"."""
    y = _correlation(x, kernel)
    return y + along(bias, y)


def _product(x: Images, kernel: Kernel) -> Float[Array, "n height width out"]:
    """As one matrix product over shifted copies of the image.

    On small images that is five times as fast as XLA's convolution on a CPU, and under a vmap over kernels (an
    ensemble, a slice of a landscape) it stays a product.
    """
    return jnp.matmul(jnp.concatenate(_shifted(x, kernel), axis=-1), kernel.reshape(-1, kernel.shape[3]))


@jax.custom_jvp
def _correlation(x: Images, kernel: Kernel) -> Float[Array, "n height width out"]:
    """Of grey images the sum of what each copy contributes, for which no copy is ever written."""
    if kernel.shape[2] > 1:
        return _product(x, kernel)
    weights = kernel.reshape(-1, 1, 1, 1, kernel.shape[3])
    return reduce(jnp.add, map(jnp.multiply, _shifted(x, kernel), weights))


_correlation.defjvp(partial(jax.jvp, _product))


def _shifted(x: Images, kernel: Kernel) -> list[Images]:
    """The image once for each place of the window: the neighbours there of all pixels."""
    (height, width, _, _), (_, rows, columns, _) = kernel.shape, x.shape
    before = (height - 1) // 2, (width - 1) // 2
    padded = jnp.pad(x, [(0, 0), (before[0], height - 1 - before[0]), (before[1], width - 1 - before[1]), (0, 0)])
    return [padded[:, i : i + rows, j : j + columns] for i in range(height) for j in range(width)]


def max_pool(x: Images, size: int = 2) -> Float[Array, "n rows columns channels"]:
    """The largest number of each window of size x size; rows and columns that fill no window are left out.

    Where several are largest they share the gradient, which torch gives to the first.
    """
    return _largest(_tiles(x, size))


@jax.custom_jvp
def _largest(tiles: Float[Array, "n rows side columns side channels"]) -> Float[Array, "n rows columns channels"]:
    """Whole rows of the windows against each other, then parts of what is left: a reduction takes twice as long."""
    n, rows, side, columns, _, channels = tiles.shape
    lines = tiles.reshape(n, rows, side, columns, side * channels)
    line = reduce(jnp.maximum, [lines[:, :, i] for i in range(side)])
    return reduce(jnp.maximum, [line[..., j * channels : (j + 1) * channels] for j in range(side)])


_largest.defjvp(partial(jax.jvp, partial(jnp.max, axis=(2, 4))))


def avg_pool(x: Images, size: int = 2) -> Float[Array, "n rows columns channels"]:
    """The mean of each window of size x size."""
    return jnp.mean(_tiles(x, size), axis=(2, 4))


def _tiles(x: Images, size: int) -> Float[Array, "n rows side columns side channels"]:
    n, height, width, channels = x.shape
    rows, columns = height // size, width // size
    return x[:, : rows * size, : columns * size].reshape(n, rows, size, columns, size, channels)
