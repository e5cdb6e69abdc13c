"""Effective rates of methods that divide by something else than the root of a second moment."""

from typing import Any

import jax
import jax.numpy as jnp
import optax

from optimizers.records import Scalar


def measured_rate(updates: optax.Updates, direction: optax.Updates) -> optax.Updates:
    """-update / direction in each dimension, 0 where that is 0; negative where a step goes against the direction."""
    return jax.tree.map(lambda u, d: jnp.where(d == 0, 0, -u / jnp.where(d == 0, 1, d)), updates, direction)


def rate_of_sign(learning_rate: Scalar, direction: Any) -> Any:
    """learning_rate / |direction|, what makes a step of one learning rate out of each component; 0 where it is 0."""
    size = jnp.abs(direction)
    return jnp.where(size > 0, learning_rate / jnp.where(size > 0, size, 1), 0)
