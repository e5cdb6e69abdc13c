"""The layer that everything else is made of."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from training_lab.kernels import along


def dense(
    x: Float[Array, "*batch inputs"], kernel: Float[Array, "inputs out"], bias: Float[Array, " out"]
) -> Float[Array, "*batch out"]:
    """x W + b; torch.nn.Linear, whose weight is the transposed kernel."""
    y = product(x, kernel)
    return y + along(bias, y)


@jax.custom_jvp
def product(x: Float[Array, "*batch inputs"], kernel: Float[Array, "inputs out"]) -> Float[Array, "*batch out"]:
    """x W, with a gradient of W that XLA computes as fast."""
    return jnp.matmul(x, kernel)


@product.defjvp
def _both_ways(primals: tuple[Any, Any], tangents: tuple[Any, Any]) -> tuple[Array, Array]:
    """The gradient of the kernel is a product with the transposed inputs. They are written down before it: as a part
    of the product, XLA's kernels for small matrices are not used, and an ensemble takes half as long again.
    """
    (x, kernel), (dx, dkernel) = primals, tangents
    columns = jax.lax.optimization_barrier(x.reshape(-1, x.shape[-1]).T)
    through_kernel = jax.lax.dot_general(columns, dkernel, (((0,), (0,)), ((), ())))
    return jnp.matmul(x, kernel), jnp.matmul(dx, kernel) + through_kernel.reshape(*x.shape[:-1], -1)
