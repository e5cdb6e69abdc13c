"""Pruning: which weights to do without.

    masks = prune.magnitude(params, sparsity=0.9)
    run = train(recipe, key, params=prune.apply(masks, params), masks=masks)      # retrain what is left

Masks have the structure of the parameters, True for what stays, None for what is no kernel. Training keeps whatever is
masked exactly zero.

Y. LeCun, J. Denker, S. Solla, "Optimal brain damage", NeurIPS 1989.
S. Han, J. Pool, J. Tran, W. Dally, "Learning both weights and connections", NeurIPS 2015, arXiv:1506.02626.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PyTree

from optimizers.records import Scalar
from training_lab.kernels import apply_masks, kernels_of, map_kernels

apply = apply_masks

SCOPES = ("global", "layer")
METHODS = ("magnitude", "random")


def full(params: PyTree) -> PyTree:
    """Masks that keep everything."""
    return map_kernels(lambda kernel: jnp.ones(kernel.shape, bool), params, others=lambda leaf: None)


def magnitude(params: PyTree, sparsity: Scalar, *, scope: str = "global") -> PyTree:
    """Masks without the smallest weights."""
    return _largest(map_kernels(jnp.abs, params, others=lambda leaf: None), sparsity, scope)


def random(key: Array, params: PyTree, sparsity: Scalar, *, scope: str = "global") -> PyTree:
    """Masks without any weights: the control. With the same key a higher sparsity takes more of the same."""
    leaves, structure = jax.tree.flatten(map_kernels(jnp.abs, params, others=lambda leaf: None))
    keys = jax.random.split(key, len(leaves))
    scores = [jax.random.uniform(key, leaf.shape, leaf.dtype) for key, leaf in zip(keys, leaves, strict=True)]
    return _largest(jax.tree.unflatten(structure, scores), sparsity, scope)


def sparsity_of(params: PyTree) -> Float[Array, ""]:
    """The share of weights that are exactly zero."""
    kernels = kernels_of(params)
    return jnp.mean(jnp.concatenate([kernel.ravel() for kernel in kernels]) == 0, dtype=kernels[0].dtype)


def _largest(scores: PyTree, sparsity: Scalar, scope: str) -> PyTree:
    """True for all but the given share of scores, ranked together or layer by layer."""
    if scope == "global":
        all_scores = jnp.concatenate([leaf.ravel() for leaf in jax.tree.leaves(scores)])
        bar = _bar(all_scores, sparsity)
        return jax.tree.map(lambda leaf: leaf >= bar, scores)

    def one(leaf: Array) -> Bool[Array, "..."]:
        return leaf >= _bar(leaf.ravel(), sparsity)

    # A stack of equal layers is ranked layer by layer too.
    return jax.tree.map(lambda leaf: jax.vmap(one)(leaf) if leaf.ndim == 3 else one(leaf), scores)


def _bar(scores: Float[Array, " n"], sparsity: Scalar) -> Any:
    """The smallest score that stays; above all of them where nothing stays."""
    ranked = jnp.append(jnp.sort(scores), jnp.inf)
    return ranked[jnp.round(jnp.asarray(sparsity) * len(scores)).astype(jnp.int32)]
