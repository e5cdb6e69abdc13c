"""What a run carries from step to step, and the random numbers of each."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PyTree

import optimizers
from training_lab import prune
from training_lab.datasets import Splits
from training_lab.recipe import Recipe

# Each purpose has its own stream of random numbers, so that switching one thing on leaves the others as they were.
INIT, ORDER, STEP, SAMPLE, PRUNE = range(5)


class Best(NamedTuple):
    """The weights with the best validation so far."""

    params: PyTree
    statistics: PyTree
    value: Float[Array, ""]
    step: Int[Array, ""]
    bad: Int[Array, ""]  # validations in a row that brought no improvement


class Member(NamedTuple):
    """One training run; an ensemble has a leading axis everywhere.

    Attributes:
        statistics: of batch normalisation.
        memory: of the schedule.
        masks: True for weights that may change, None without pruning.
        sample: training examples drawn with replacement, None without bootstrap.
        failed: the step whose loss was not finite, -1 while all is well.
        noticed: what probes remember.
    """

    key: Array
    params: PyTree
    statistics: PyTree
    optimizer: PyTree
    memory: PyTree
    masks: PyTree
    best: Best | None
    sample: Int[Array, " n"] | None
    failed: Int[Array, ""]
    noticed: PyTree


class Carry(NamedTuple):
    step: Int[Array, ""]
    logged: Int[Array, ""]  # frames of telemetry so far
    member: Member


def stream(key: Array, purpose: int) -> Array:
    return jax.random.fold_in(key, purpose)


def begin(
    recipe: Recipe, splits: Splits, key: Array, outputs: int, params: PyTree, statistics: PyTree, masks: PyTree
) -> Member:
    """The state before the first step; weights and masks are drawn unless given."""
    x = splits.train.x
    drawn, fresh = recipe.network.init(stream(key, INIT), x.shape[1:], outputs, x.dtype)
    params = drawn if params is None else params
    statistics = fresh if statistics is None else statistics
    hypers = cast(recipe.optimizer.values, x.dtype)
    schedule = optimizers.schedules.get(recipe.schedule.name)
    if recipe.pruning is not None and masks is None:
        masks = prune.full(params)
    return Member(
        key=key,
        params=params if masks is None else prune.apply(masks, params),
        statistics=statistics,
        optimizer=optimizers.get(recipe.optimizer.name).make(**hypers).init(params),
        memory=schedule.init(hypers, **cast(recipe.schedule.values, x.dtype)),
        masks=masks,
        best=None if recipe.early_stopping is None else _nothing_yet(params, statistics, x.dtype),
        sample=_drawn(stream(key, SAMPLE), len(x)) if recipe.bootstrap else None,
        failed=jnp.full((), -1, int),
        noticed=(),
    )


def _nothing_yet(params: PyTree, statistics: PyTree, dtype: Any) -> Best:
    zero = jnp.zeros((), int)
    return Best(params, statistics, jnp.asarray(jnp.inf, dtype), zero, zero)


def _drawn(key: Array, n: int) -> Int[Array, " n"]:
    return jax.random.randint(key, (n,), 0, n)


def alive(recipe: Recipe, member: Member) -> Bool[Array, ""]:
    """Whether there is a point in going on."""
    healthy = member.failed < 0
    return healthy if member.best is None else healthy & ~stopped(recipe, member.best)


def stopped(recipe: Recipe, best: Best) -> Bool[Array, ""]:
    assert recipe.early_stopping is not None
    return best.bad >= recipe.early_stopping.patience


def cast(values: Any, dtype: Any) -> Any:
    """Hyperparameters in the dtype of the data."""
    return jax.tree.map(lambda value: jnp.asarray(value, dtype), values)
