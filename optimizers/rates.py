"""Effective rates of methods that divide by something else than the root of a second moment."""

from typing import Any

import jax
import jax.numpy as jnp
import optax

from optimizers.records import Scalar


def measured_rate(updates: optax.Updates, direction: optax.Updates) -> optax.Updates:
    """-update / direction in each dimension, 0 where that is 0; negative where a step goes against the direction."""

    def rate(update: Any, d: Any) -> Any:
        # Not with jnp.where, which is a function of its own, to be traced and compiled each time.
        still = d == 0
        return jax.lax.select(still, jnp.zeros_like(d), -update / jax.lax.select(still, jnp.ones_like(d), d))

    return jax.tree.map(rate, updates, direction)


def rate_of_sign(learning_rate: Scalar, direction: Any) -> Any:
    """learning_rate / |direction|, what makes a step of one learning rate out of each component; 0 where it is 0."""
    size = jnp.abs(direction)
    return jnp.where(size > 0, learning_rate / jnp.where(size > 0, size, 1), 0)
