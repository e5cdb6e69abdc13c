"""Dropout and DropConnect: train a random part of the network at each step.

N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: a simple way to prevent neural
networks from overfitting", JMLR 15 (2014).
L. Wan, M. Zeiler, S. Zhang, Y. LeCun, R. Fergus, "Regularization of neural networks using DropConnect", ICML 2013.

`rate` is the probability of dropping. The inverted form, which every library uses today, divides what is kept by
1 - rate in training and does nothing afterwards. The plain form, the original one, multiplies by 1 - rate afterwards:
either way the mean that the next layer sees is the same in training and at test time.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from optimizers.records import Scalar


def dropout_mask(key: Array, rate: Scalar, shape: tuple[int, ...]) -> Bool[Array, "..."]:
    """True for what is kept, each with probability 1 - rate."""
    return jax.random.bernoulli(key, 1 - jnp.asarray(rate), shape)


def dropout(
    key: Array | None, x: Float[Array, "*shape"], rate: Scalar, *, inverted: bool = True, train: bool = True
) -> Float[Array, "*shape"]:
    """Units switched off at random; `key` is used in training only."""
    if train:
        if key is None:
            raise ValueError("dropout and DropConnect need a key in training")
        return apply_mask(dropout_mask(key, rate, x.shape), x, rate, inverted=inverted)
    return x if inverted else x * (1 - rate)


def drop_connect(
    key: Array | None, weight: Float[Array, "*shape"], rate: Scalar, *, inverted: bool = True, train: bool = True
) -> Float[Array, "*shape"]:
    """The same for single weights: one mask for the whole batch, as is usual, where the paper draws one per example."""
    return dropout(key, weight, rate, inverted=inverted, train=train)


def apply_mask(
    mask: Bool[Array, "*shape"], x: Float[Array, "*shape"], rate: Scalar, *, inverted: bool = True
) -> Float[Array, "*shape"]:
    """What training makes of x with a given mask. A rate of one keeps nothing, and zero is what comes out."""
    kept = x / jnp.maximum(1 - jnp.asarray(rate, x.dtype), jnp.finfo(x.dtype).tiny) if inverted else x
    return jnp.where(mask, kept, 0)
