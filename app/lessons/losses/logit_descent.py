"""One logit under several losses: what it costs, how hard it is pulled, and where gradient descent takes it.

The logit answers the question "is it class 1?", and the truth is no. Losses of several classes see the outputs (0, z),
whose softmax is the sigmoid of z; squared errors see z alone, with the target 0 after a sigmoid and -1 without.
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from training_lab import losses

NAMES = ("cross_entropy", "smoothed", "focal", "hinge", "sigmoid_mse", "mse")
STEPS = 300  # of gradient descent
POINTS = np.linspace(-8, 8, 321, dtype=np.float32)  # logits at which losses are drawn


class Pulled(NamedTuple):
    """Of each loss in ``NAMES``; float32."""

    loss: np.ndarray  # [losses, POINTS]
    gradient: np.ndarray  # [losses, POINTS], with respect to the logit
    here: np.ndarray  # [losses, 2], loss and gradient at the start
    trajectory: np.ndarray  # [losses, STEPS + 1, 2], logits of gradient descent and their loss


# What JAX traces is an array or a tracer: Any.
def _losses(z: Any, smoothing: Any, gamma: Any, margin: Any) -> jax.Array:
    """[losses] of one logit, each in the scale of the textbooks."""
    outputs, label = jnp.stack([jnp.zeros_like(z), z])[None], jnp.zeros(1, int)
    alone = z[None, None]
    return jnp.stack(
        [
            losses.get("cross_entropy")(outputs, label),
            losses.get("cross_entropy")(outputs, label, smoothing=smoothing),
            losses.get("focal")(outputs, label, gamma=gamma),
            2 * losses.get("hinge")(outputs, label, margin=margin),  # a mean over two classes
            losses.get("sigmoid_mse")(alone, jnp.zeros_like(alone)) / 2,
            losses.get("mse")(alone, -jnp.ones_like(alone)) / 2,
        ]
    )


@jax.jit
def _pulled(points: Any, start: Any, rate: Any, *hypers: Any) -> tuple[jax.Array, ...]:
    each = partial(jax.vmap, in_axes=(0, None, None, None))
    slopes = jax.jacfwd(_losses)

    def step(z: Any, _: None) -> tuple[Any, tuple[Any, Any]]:
        own = jnp.diagonal(each(slopes)(z, *hypers))
        return z - rate * own, (z, jnp.diagonal(each(_losses)(z, *hypers)))

    _, (logits, cost) = jax.lax.scan(step, jnp.full(len(NAMES), start), length=STEPS + 1)
    trajectory = jnp.stack([logits.T, cost.T], axis=-1)
    here = jnp.stack([_losses(start, *hypers), slopes(start, *hypers)], axis=-1)
    return each(_losses)(points, *hypers).T, each(slopes)(points, *hypers).T, here, trajectory


def pulled(start: float, rate: float, *, smoothing: float, gamma: float, margin: float) -> Pulled:
    """Losses over the logit, and the trajectories of gradient descent from one logit."""
    numbers = (np.float32(number) for number in (start, rate, smoothing, gamma, margin))
    return Pulled(*map(np.asarray, _pulled(POINTS, *numbers)))
