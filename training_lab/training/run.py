"""Training from the caller's side: begin, go on for some steps, stop wherever one likes, and look at what happened.

    training = start(recipe, key)
    while not training.done:
        training = advance(training, 100)
    run = finish(training)

`train` does just that. A `Training` is never changed: going on from an older one gives the same numbers again.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, PyTree

from training_lab.datasets import Dataset, Splits, prepare
from training_lab.probes import DEFAULT, Probe
from training_lab.probes.view import View
from training_lab.recipe import Recipe
from training_lab.training import divergence, loop
from training_lab.training.divergence import Divergence
from training_lab.training.loop import FRAMES, Clock, Log
from training_lab.training.state import Carry, Member, begin
from training_lab.training.step import shuffled
from training_lab.validation import load, validated

Ended = Literal["finished", "stopped", "diverged", "cancelled"]
SECONDS_PER_CHUNK = 0.15  # between two looks at `cancelled`


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


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a training run leaves behind: telemetry as NumPy arrays, weights as JAX arrays.

    With an array of K keys, everything but `steps` has an axis of length K: telemetry as its second, after that of the
    frames, all else as its first.

    Attributes:
        recipe: with all its blanks filled in.
        steps: [frames], updates made before each frame.
        telemetry: what the probes reported, [frames, ...] by name.
        params, statistics: of the end, or with early stopping of the best validation; `masks` of pruning, if any.
        best_step: where they are from; the last step without early stopping.
        ended: "finished", "stopped" (early), "diverged", or "cancelled". For an ensemble, how its last member ended.
        divergence: what broke where; None unless the run diverged. For an ensemble, of the first member that did.
        splits: the data as the network saw them.
    """

    recipe: Recipe
    steps: np.ndarray
    telemetry: Mapping[str, Any]
    params: PyTree
    statistics: PyTree
    masks: PyTree
    best_step: Any
    ended: Ended
    divergence: Divergence | None
    dataset: Dataset
    splits: Splits

    def __getitem__(self, name: str) -> Any:
        if name not in self.telemetry:
            raise KeyError(f"no probe reported {name!r}; there are: {', '.join(self.telemetry)}")
        return self.telemetry[name]

    def __call__(self, x: Any, *, scaled: bool = False) -> Array:
        """Outputs for inputs [n, ...], which are scaled first unless they are already; [K, n, k] for an ensemble."""
        x = jnp.asarray(x, self.params.last.bias.dtype)
        x = x if scaled else self.splits.scaling(x)
        many = self.params.last.bias.ndim == 2
        return _outputs(self.recipe.network, self.params, self.statistics, x, many)


@partial(jax.jit, static_argnums=4)
def _outputs(network: Any, params: PyTree, statistics: PyTree, x: Array, many: bool) -> Array:
    def apply(params: PyTree, statistics: PyTree) -> Array:
        return network.apply(params, statistics, x).outputs

    return (jax.vmap(apply) if many else apply)(params, statistics)


def start(
    recipe: Recipe,
    key: Array,
    *,
    probes: tuple[Probe, ...] = DEFAULT,
    dataset: Dataset | None = None,
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
        params, statistics, masks: to begin with, instead of freshly drawn ones; with many keys, one for each.
    """
    data, dataset = load(recipe.data, dataset)
    splits = prepare(data, dataset, dtype)
    recipe = validated(replace(recipe, data=data), dataset, len(splits.train.x))
    many = key.ndim > 0
    given = (params, statistics, masks)
    carried = _begin(recipe, splits, tuple(probes), key, given, outputs=dataset.outputs, many=many)
    carry = Carry(jnp.zeros((), int), jnp.zeros((), int), carried)
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


# Compiled in a hurry: what runs once and for a millisecond is not worth a second of optimisation.
@partial(jax.jit, static_argnames=("outputs", "many"), compiler_options={"xla_backend_optimization_level": 0})
def _begin(
    recipe: Recipe,
    splits: Splits,
    probes: tuple[Probe, ...],
    key: Array,
    given: tuple[PyTree, PyTree, PyTree],
    *,
    outputs: int,
    many: bool,
) -> Member:
    def one(key: Array, given: tuple[PyTree, PyTree, PyTree]) -> Member:
        member, n = begin(recipe, splits, key, outputs, *given), len(splits.train.x)
        step = jnp.zeros((), int)
        view = View(recipe, splits, step, shuffled(member, step, n), member)
        return member._replace(noticed=tuple(probe.start(view) if probe.start else None for probe in probes))

    return (jax.vmap(one) if many else one)(key, given)


def _clock(recipe: Recipe, until: int) -> Clock:
    clock = Clock(until, recipe.steps, recipe.log_every)
    if recipe.pruning is None:
        return clock
    return clock._replace(
        prune_at=recipe.pruning.at, prune_every=recipe.pruning.every, prune_rounds=recipe.pruning.rounds
    )


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


def _any_alive(recipe: Recipe, carry: Carry) -> bool:
    going = np.asarray(carry.member.failed) < 0
    if recipe.early_stopping is not None and carry.member.best is not None:
        going &= np.asarray(carry.member.best.bad) < recipe.early_stopping.patience
    return bool(going.any())


def finish(training: Training) -> Run:
    """What there is of a run, finished or not."""
    member = training.carry.member
    steps, telemetry = _joined(training)
    weights, statistics, best_step = member.params, member.statistics, training.carry.step
    if member.best is not None:
        weights, statistics, best_step = member.best.params, member.best.statistics, member.best.step
    return Run(
        recipe=training.recipe,
        steps=steps,
        telemetry=telemetry,
        params=weights,
        statistics=statistics,
        masks=member.masks,
        best_step=np.asarray(best_step) if training.many else int(best_step),
        ended=_ended(training),
        divergence=_divergence(training) if np.any(np.asarray(member.failed) >= 0) else None,
        dataset=training.dataset,
        splits=training.splits,
    )


def _joined(training: Training) -> tuple[np.ndarray, dict[str, Any]]:
    logs = [jax.tree.map(np.asarray, log) for log in training.logs]
    counts = [int(log.filled) for log in logs]

    def join(*frames: np.ndarray) -> np.ndarray:
        return np.concatenate([part[:count] for part, count in zip(frames, counts, strict=True)])

    if not logs:
        return np.zeros(0, int), {}
    return join(*(log.steps for log in logs)), jax.tree.map(join, *(log.values for log in logs))


def _ended(training: Training) -> Ended:
    failed = np.asarray(training.carry.member.failed)
    if training.alive:
        return "finished" if training.done else "cancelled"
    return "diverged" if np.all(failed >= 0) else "stopped"


def _divergence(training: Training) -> Divergence:
    """Go through the run again up to the step that failed, and look closely.

    Weights that broke in a step show in the loss of the next one: then that step is the one to look at.
    """
    failed = np.asarray(training.carry.member.failed).ravel()
    who = int(np.argmin(np.where(failed < 0, np.iinfo(failed.dtype).max, failed)))
    step = int(failed[who])
    member = _member_at(training, step, who)
    if not divergence.weights_are_finite(member) and step > 0:
        step -= 1
        member = _member_at(training, step, who)
    return divergence.diagnose(training.recipe, training.splits, step, member)


def _member_at(training: Training, step: int, who: int) -> Member:
    at_hand = [carry for carry in (training.before, training.origin) if int(carry.step) <= step]
    again = replace(training, carry=at_hand[0], before=at_hand[0], logs=(), alive=True)
    while again.step < step:
        again = advance(again, step - again.step)
    member = again.carry.member
    return jax.tree.map(lambda leaf: leaf[who], member) if training.many else member


def train(
    recipe: Recipe,
    key: Array,
    *,
    progress: Callable[[Training], Any] | None = None,
    cancelled: Callable[[], bool] | None = None,
    **given: Any,
) -> Run:
    """Train from beginning to end; `given` is what `start` takes.

    Args:
        key: one random key, or an array of K for an ensemble.
        progress: called with the training as far as it has got, several times a second.
        cancelled: asked as often; a run that is cancelled ends as far as it has got.
    """
    training = start(recipe, key, **given)
    watched = progress is not None or cancelled is not None
    steps = min(training.recipe.log_every or 1, training.steps) if watched else training.steps
    while not training.done and not (cancelled and cancelled()):
        began = time.perf_counter()
        training = advance(training, steps)
        if progress:
            progress(training)
        if watched and time.perf_counter() - began < SECONDS_PER_CHUNK / 2:
            steps *= 2
    return finish(training)
