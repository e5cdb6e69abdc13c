"""Convolution and pooling of images [n, height, width, channels]."""

from functools import reduce

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from training_lab.kernels import along
from training_lab.layers.dense import product

Images = Float[Array, "n height width channels"]
Kernel = Float[Array, "kh kw channels out"]


def conv2d(x: Images, kernel: Kernel, bias: Float[Array, " out"]) -> Float[Array, "n height width out"]:
    """Cross-correlation with zero padding, so that an odd window keeps the image's size: torch's padding="same"."""
    y = _correlation(x, kernel)
    return y + along(bias, y)


def _correlation(x: Images, kernel: Kernel) -> Float[Array, "n height width out"]:
    """A row of the result is the rows above, at and below it, side by side, times a matrix: a product of all rows.

    The matrix is mostly zeros. On images of few columns it is still twice as fast as a product of all pixels with the
    kernel, which is too narrow a matrix, and several times as fast as XLA's convolution on a CPU.
    """
    (height, _, _, out), (n, rows, columns, channels) = kernel.shape, x.shape
    above = (height - 1) // 2
    lines = jnp.pad(x.reshape(n, rows, columns * channels), [(0, 0), (above, height - 1 - above), (0, 0)])
    # Written down once: as a part of the windows they would be padded anew for each.
    lines = jax.lax.optimization_barrier(lines)
    windows = jnp.concatenate([lines[:, i : i + rows] for i in range(height)], axis=-1)
    return product(windows, _on_rows(kernel, columns)).reshape(n, rows, columns, out)


def _on_rows(kernel: Kernel, columns: int) -> Float[Array, "inputs outputs"]:
    """The kernel as a matrix from `kh` rows of an image to one of the result; what would lie outside is left out."""
    height, width, channels, out = kernel.shape
    left = (width - 1) // 2
    places = [
        jnp.pad(kernel, [(0, 0), (column, columns - 1 - column), (0, 0), (0, 0)])[:, left : left + columns]
        for column in range(columns)
    ]
    return jnp.stack(places, axis=3).reshape(height * columns * channels, columns * out)


def max_pool(x: Images, size: int = 2) -> Float[Array, "n rows columns channels"]:
    """The largest number of each window of size x size; rows and columns that fill no window are left out.

    Where several are largest the first of them has the gradient, as in torch.
    """
    tiles = _tiles(x, size)
    n, rows, _, columns, _, channels = tiles.shape
    # Whole parts of rows against each other: a reduction over two axes takes twice as long.
    lines = tiles.reshape(n, rows, size, columns, size * channels)
    line = reduce(_larger, jnp.split(lines, size, axis=4))
    return jnp.squeeze(reduce(_larger, jnp.split(line, size, axis=2)), axis=2)


@jax.custom_jvp
def _larger(a: Array, b: Array) -> Array:
    return jnp.maximum(a, b)


@_larger.defjvp
def _of_the_first(primals: tuple[Array, Array], tangents: tuple[Array, Array]) -> tuple[Array, Array]:
    return _larger(*primals), jnp.where(primals[0] >= primals[1], *tangents)


def avg_pool(x: Images, size: int = 2) -> Float[Array, "n rows columns channels"]:
    """The mean of each window of size x size."""
    return jnp.mean(_tiles(x, size), axis=(2, 4))


def _tiles(x: Images, size: int) -> Float[Array, "n rows side columns side channels"]:
    n, height, width, channels = x.shape
    rows, columns = height // size, width // size
    return x[:, : rows * size, : columns * size].reshape(n, rows, size, columns, size, channels)
