"""The layer that everything else is made of."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from training_lab.kernels import along


def dense(
    x: Float[Array, "*batch inputs"], kernel: Float[Array, "inputs out"], bias: Float[Array, " out"]
) -> Float[Array, "*batch out"]:
    """x W + b; torch.nn.Linear, whose weight is the transposed kernel."""
    y = jnp.matmul(x, kernel)
    return y + along(bias, y)
