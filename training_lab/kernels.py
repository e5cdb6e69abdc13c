"""Which of a network's parameters are weights: kernels, and not biases, scales or offsets.

Penalties, pruning and filter normalisation act on kernels alone. A kernel is (in, out), or (height, width, in, out),
and a stack of equal layers' kernels is (layers, in, out): these three are told apart by their number of axes.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PyTree

KERNELS = ("kernel", "recurrent")


def is_kernel(path: tuple[Any, ...]) -> bool:
    """Whether the path of a leaf, as in jax.tree_util, ends in the name of a kernel."""
    return bool(path) and getattr(path[-1], "name", None) in KERNELS


def map_kernels(
    fn: Callable[..., Any], tree: PyTree, *rest: PyTree, others: Callable[..., Any] | None = None
) -> PyTree:
    """fn of the kernels of one or more trees; what is no kernel stays as in the first, or becomes others(...)."""

    def each(path: tuple[Any, ...], leaf: Any, *leaves: Any) -> Any:
        if is_kernel(path):
            return fn(leaf, *leaves)
        return leaf if others is None else others(leaf, *leaves)

    return jax.tree_util.tree_map_with_path(each, tree, *rest)


def kernels_of(tree: PyTree) -> list[Any]:
    return [leaf for path, leaf in jax.tree_util.tree_leaves_with_path(tree) if is_kernel(path)]


def filter_axes(kernel: Array) -> tuple[int, ...]:
    """The axes along which lie the weights of one unit, or of one filter."""
    return {2: (0,), 3: (1,), 4: (0, 1, 2)}[kernel.ndim]


def filter_norms(kernel: Float[Array, "..."]) -> Float[Array, "..."]:
    """The length of each unit's incoming weights; axes are kept with length one. Its gradient at zero is zero."""
    squares = jnp.sum(jnp.square(kernel), axis=filter_axes(kernel), keepdims=True)
    return jnp.where(squares > 0, jnp.sqrt(jnp.where(squares > 0, squares, 1)), 0)


def along(vector: Array, like: Array) -> Array:
    """A vector over the last axis of `like`, with axes of length one in front."""
    return jnp.reshape(vector, (1,) * (like.ndim - vector.ndim) + vector.shape)


def apply_masks(masks: PyTree, tree: PyTree) -> PyTree:
    """Zero wherever a mask is False. `masks` has the structure of the tree, with None for what is never masked."""

    def each(mask: Bool[Array, "..."] | None, leaf: Any) -> Any:
        return leaf if mask is None else jnp.where(mask, leaf, 0)

    return jax.tree.map(each, masks, tree, is_leaf=lambda leaf: leaf is None)
