"""What an initializer is, and the two distributions that most of them are."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from optimizers.records import Record, Scalar

Shape = tuple[int, ...]

PYTORCH = "PyTorch, torch.nn"  # where a rule is known from its source alone


def fans(shape: Shape) -> tuple[int, int]:
    """How many inputs a unit sums over, and how many units an input reaches; a convolution's window counts."""
    window = math.prod(shape[:-2])
    return window * shape[-2], window * shape[-1]


@dataclass(frozen=True, eq=False, kw_only=True)
class Initializer(Record):
    """A distribution of initial weights.

    Attributes:
        draw: (key, shape, dtype, **hyperparameters) -> kernel.
        variance: (shape, **hyperparameters) -> variance of one weight.
        biased: whether biases are drawn like weights, as torch's defaults do; others begin at zero.
        torch: a statement that fills the tensor `w`, shaped (out, in), with a field for each hyperparameter.
    """

    draw: Callable[..., Array]
    variance: Callable[..., Any]
    biased: bool = False
    torch: str

    def __call__(self, key: Array, shape: Shape, dtype: Any = jnp.float32, **hypers: Any) -> Float[Array, "..."]:
        return self.draw(key, shape, dtype, **self.resolve(hypers))

    def with_bias(
        self, key: Array, shape: Shape, dtype: Any = jnp.float32, **hypers: Any
    ) -> tuple[Float[Array, "..."], Float[Array, " out"]]:
        """A kernel and the bias that goes with it."""
        if not self.biased:
            return self(key, shape, dtype, **hypers), jnp.zeros(shape[-1:], dtype)
        # In one go, as one more row: drawing random numbers is what takes long to compile.
        rows = math.prod(shape[:-1])
        spread = root(3 * self.variance(shape, **hypers), dtype)
        drawn = spread * jax.random.uniform(key, (rows + 1, shape[-1]), dtype, -1, 1)
        return drawn[:rows].reshape(shape), drawn[rows]


Variance = Callable[..., Any]


def normally(variance: Variance) -> Callable[..., Array]:
    def draw(key: Array, shape: Shape, dtype: Any, **hypers: Any) -> Array:
        return root(variance(shape, **hypers), dtype) * jax.random.normal(key, shape, dtype)

    return draw


def uniformly(variance: Variance) -> Callable[..., Array]:
    """Uniform between plus and minus sqrt(3 variance)."""

    def draw(key: Array, shape: Shape, dtype: Any, **hypers: Any) -> Array:
        return root(3 * variance(shape, **hypers), dtype) * jax.random.uniform(key, shape, dtype, -1, 1)

    return draw


def root(value: Scalar, dtype: Any) -> Float[Array, ""]:
    return jnp.sqrt(jnp.asarray(value, dtype))
