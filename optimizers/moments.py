"""Running means of gradients and of their squares, which most methods after 2011 are made of; for any pytree."""

import jax
import optax
from jaxtyping import Array, Int

from optimizers.records import Scalar


def running_mean(mean: optax.Updates, new: optax.Updates, decay: Scalar) -> optax.Updates:
    """decay * mean + (1 - decay) * new."""
    return jax.tree.map(lambda m, x: decay * m + (1 - decay) * x, mean, new)


def running_square(mean: optax.Updates, new: optax.Updates, decay: Scalar) -> optax.Updates:
    """decay * mean + (1 - decay) * new^2: a second moment."""
    return jax.tree.map(lambda m, x: decay * m + (1 - decay) * x * x, mean, new)


def debias(mean: optax.Updates, decay: Scalar, step: Int[Array, ""]) -> optax.Updates:
    """mean / (1 - decay^step): a mean that started at zero, divided by the sum of its weights so far."""
    return jax.tree.map(lambda m: m / (1 - decay ** step.astype(m.dtype)), mean)
