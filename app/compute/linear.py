"""Linear models: least squares by any optimizer, compiled once for each and computed anew for every setting."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import optimizers
from app.compute.walks import LENGTHS


def half_mean_square(weights: Any, design: Any, targets: Any) -> Any:
    return jnp.mean(jnp.square(design @ weights - targets)) / 2


@partial(jax.jit, static_argnames=("optimizer", "steps"))
def _fits(
    optimizer: optimizers.Optimizer, hypers: Mapping[str, Any], data: Mapping[str, Any], start: Any, steps: int
) -> jax.Array:
    def one(hypers: Mapping[str, Any], data: Mapping[str, Any], start: Any) -> jax.Array:
        return optimizers.descend(optimizer, hypers, half_mean_square, start, steps=steps, fn_args=data).position

    return jax.vmap(one)(hypers, data, start)


def fits(
    optimizer: str, hypers: Mapping[str, np.ndarray], design: np.ndarray, targets: np.ndarray, start: Any, steps: int
) -> np.ndarray:
    """Paths [runs, steps + 1, d] down half the mean squared error of runs that differ in their numbers and data.

    Args:
        hypers: of the optimizer, each [runs].
        design, targets, start: [runs, n, d], [runs, n] and [runs, d].
    """
    length = next(length for length in LENGTHS if length >= steps)
    numbers = {name: np.asarray(values, np.float32) for name, values in hypers.items()}
    data = {"design": np.asarray(design, np.float32), "targets": np.asarray(targets, np.float32)}
    paths = _fits(optimizers.get(optimizer), numbers, data, np.asarray(start, np.float32), length)
    return np.asarray(paths)[:, : steps + 1]
