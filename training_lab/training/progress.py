"""A run on its way: begin, go on for some steps, stop wherever one likes.

    training = start(recipe, key)
    while not training.done:
        training = advance(training, 100)
    run = finish(training)

A `Training` is never changed: going on from an older one gives the same numbers again.
"""

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, PyTree

from training_lab.datasets import Data, Dataset, Splits, prepare
from training_lab.probes import DEFAULT, Probe
from training_lab.probes.view import View
from training_lab.recipe import Recipe
from training_lab.training import loop
from training_lab.training.loop import FRAMES, Clock, Log
from training_lab.training.state import Carry, Member, begin
from training_lab.training.step import shuffled
from training_lab.validation import load, validated


@dataclass(frozen=True, kw_only=True)
class Training:
    """A run that has got as far as `step`. `recipe` has all its blanks filled in."""

    recipe: Recipe
    dataset: Dataset
    splits: Splits
    probes: tuple[Probe, ...]
    origin: Carry  # before the first step
    before: Carry  # before the last chunk
    carry: Carry
    logs: tuple[Log, ...] = ()
    many: bool
    alive: bool = True

    @property
    def step(self) -> int:
        return int(self.carry.step)

    @property
    def steps(self) -> int:
        assert self.recipe.steps is not None
        return self.recipe.steps

    @property
    def done(self) -> bool:
        """At its end, stopped early, or diverged: there is nothing more to do."""
        return not self.alive or (self.step >= self.steps and bool(self.logs))

    def frames(self) -> tuple[np.ndarray, dict[str, Any]]:
        """The telemetry so far: steps [frames], and [frames, ...] by name."""
        logs = [jax.tree.map(np.asarray, log) for log in self.logs]
        counts = [int(log.filled) for log in logs]

        def join(*parts: np.ndarray) -> np.ndarray:
            return np.concatenate([part[:count] for part, count in zip(parts, counts, strict=True)])

        if not logs:
            return np.zeros(0, int), {}
        return join(*(log.steps for log in logs)), jax.tree.map(join, *(log.values for log in logs))


def start(
    recipe: Recipe,
    key: Array,
    *,
    probes: tuple[Probe, ...] = DEFAULT,
    dataset: Dataset | None = None,
    splits: Splits | None = None,
    params: PyTree = None,
    statistics: PyTree = None,
    masks: PyTree = None,
    dtype: Any = np.float32,
) -> Training:
    """A run before its first step.

    Raises RecipeError for a recipe that cannot be built.

    Args:
        key: one random key, or an array of K for as many runs at once that differ in nothing else.
        dataset: data of one's own, instead of those that the recipe names.
        splits: of that data set, if they were prepared before, as for many runs on the same.
        params, statistics, masks: to begin with, instead of freshly drawn ones; with many keys, one for each.
    """
    if dataset is None:
        if splits is not None:
            raise ValueError("splits are given without the dataset that they are of")
        data, dataset, splits = _named(recipe.data, dtype)
    else:
        data, dataset = load(recipe.data, dataset)
        splits = prepare(data, dataset, dtype) if splits is None else splits
    recipe = validated(replace(recipe, data=data), dataset, len(splits.train.x))
    many = key.ndim > 0
    # Only what a probe remembers from the start is computed now.
    starts = tuple(probe if probe.start else None for probe in probes)
    member = _begin(recipe, splits, starts, key, (params, statistics, masks), outputs=dataset.outputs, many=many)
    carry = Carry(jnp.zeros((), int), jnp.zeros((), int), member)
    return Training(
        recipe=recipe,
        dataset=dataset,
        splits=splits,
        probes=tuple(probes),
        origin=carry,
        before=carry,
        carry=carry,
        many=many,
    )


@lru_cache(maxsize=4)
def _named(data: Data, dtype: Any) -> tuple[Data, Dataset, Splits]:
    """Kept, because making the data of the same name anew takes a tenth of a short training."""
    data, dataset = load(data)
    return data, dataset, prepare(data, dataset, dtype)


# Compiled in a hurry: what runs once and for a millisecond is not worth a second of optimisation.
@partial(jax.jit, static_argnames=("outputs", "many"), compiler_options={"xla_backend_optimization_level": 0})
def _begin(
    recipe: Recipe,
    splits: Splits,
    starts: tuple[Probe | None, ...],
    key: Array,
    given: tuple[PyTree, PyTree, PyTree],
    *,
    outputs: int,
    many: bool,
) -> Member:
    def one(key: Array, given: tuple[PyTree, PyTree, PyTree]) -> Member:
        member, step = begin(recipe, splits, key, outputs, *given), jnp.zeros((), int)
        view = View(recipe, splits, step, shuffled(member, step, len(splits.train.x)), member)
        return member._replace(noticed=tuple(probe.start(view) if probe and probe.start else None for probe in starts))

    return (jax.vmap(one) if many else one)(key, given)


def advance(training: Training, steps: int) -> Training:
    """The run up to `steps` further on, or to its end."""
    log_every = training.recipe.log_every
    assert log_every is not None
    target = min(training.step + max(int(steps), 0), training.steps)
    while not training.done and (training.step < target or not training.logs):
        room = (int(training.carry.logged) + FRAMES - 1) * log_every
        training = _chunk(training, min(target, room))
    return training


def _chunk(training: Training, until: int) -> Training:
    clock, options = _clock(training.recipe, until), {"many": training.many}
    inputs = (training.recipe, training.splits, training.probes, clock, training.carry)
    carry, log = loop.advance(*inputs, **options)
    logs = (*training.logs, log)
    return replace(training, before=training.carry, carry=carry, logs=logs, alive=_any_alive(training.recipe, carry))


def _clock(recipe: Recipe, until: int) -> Clock:
    clock = Clock(until, recipe.steps, recipe.log_every)
    if recipe.pruning is None:
        return clock
    return clock._replace(
        prune_at=recipe.pruning.at, prune_every=recipe.pruning.every, prune_rounds=recipe.pruning.rounds
    )


def _any_alive(recipe: Recipe, carry: Carry) -> bool:
    going = np.asarray(carry.member.failed) < 0
    if recipe.early_stopping is not None and carry.member.best is not None:
        going &= np.asarray(carry.member.best.bad) < recipe.early_stopping.patience
    return bool(going.any())


def member_at(training: Training, step: int, who: int) -> Member:
    """A member as it was before a step, by going through the run again from the last place at hand."""
    at_hand = [carry for carry in (training.before, training.origin) if int(carry.step) <= step]
    again = replace(training, carry=at_hand[0], before=at_hand[0], logs=(), alive=True)
    while again.step < step:
        again = advance(again, step - again.step)
    member = again.carry.member
    return jax.tree.map(lambda leaf: leaf[who], member) if training.many else member
