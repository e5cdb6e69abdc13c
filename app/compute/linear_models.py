"""Linear models: least squares by any optimizer, compiled once for each and computed anew for every setting."""

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

import optimizers
import training_lab as lab
from app.compute.training import dataset, splits
from app.compute.trajectories import LENGTHS


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


PENALTIES = 101  # on a path
ROUNDS = 2_000  # of coordinate descent, at most
STILL = 1e-9  # change of a coefficient in a round: converged


class PenaltyPaths(NamedTuple):
    """Lasso and ridge on one split of a regression's data, for penalties from the largest that matters downwards."""

    names: tuple[str, ...]  # of the features
    penalties: np.ndarray  # [penalties]
    coefficients: np.ndarray  # [2, penalties, features]
    score: np.ndarray  # [2, penalties], R² on the validation data
    largest: float  # max |x'y|/n: no coefficient of the lasso is left from here on
    excess: float  # max |x'(y - xw)|/(n λ) over the lasso's coefficients at zero, which is 1 at most


@lru_cache(maxsize=32)
def penalty_paths(name: str, split: int) -> PenaltyPaths:
    """Half the mean squared error plus λ|w|_1, and plus λ|w|²/2, on standardised data."""
    data = lab.Data(name=name, seed=split)
    train, validation, *_ = splits(data)
    x, y = np.asarray(train.x, np.float64), np.asarray(train.y, np.float64)[:, 0]
    gram, moment = x.T @ x / len(x), x.T @ y / len(x)
    largest = float(np.abs(moment).max())
    penalties = np.geomspace(1.2 * largest, 1e-3 * largest, PENALTIES)
    lasso = np.empty((PENALTIES, x.shape[1]))
    weights = np.zeros(x.shape[1])
    for row, penalty in zip(lasso, penalties, strict=True):
        row[:] = weights = _lasso(gram, moment, float(penalty), weights)
    ridge = np.stack([np.linalg.solve(gram + penalty * np.eye(len(gram)), moment) for penalty in penalties])
    both = np.stack([lasso, ridge])
    seen, target = np.asarray(validation.x, np.float64), np.asarray(validation.y, np.float64)[:, 0]
    errors = np.mean(np.square(both @ seen.T - target), axis=2)
    slack = np.abs(moment - lasso @ gram) / penalties[:, None]
    return PenaltyPaths(
        names=dataset(data).feature_names,
        penalties=penalties,
        coefficients=both,
        score=1 - errors / target.var(),
        largest=largest,
        excess=float(slack[lasso == 0].max()),
    )


def _lasso(gram: np.ndarray, moment: np.ndarray, penalty: float, start: np.ndarray) -> np.ndarray:
    """Coordinate descent: each coefficient in turn is the soft threshold of what the others leave to it."""
    weights = start.copy()
    for _ in range(ROUNDS):
        before = weights.copy()
        for j in range(len(weights)):
            left = moment[j] - gram[j] @ weights + gram[j, j] * weights[j]
            weights[j] = np.sign(left) * max(abs(left) - penalty, 0.0) / gram[j, j]
        if np.abs(weights - before).max() < STILL:
            break
    return weights
