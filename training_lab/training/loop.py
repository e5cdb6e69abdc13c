"""The compiled loop: stretches up to the next frame or the end of the epoch, and within them steps.

All its bounds are inputs. So one program serves runs of any length, logged as often as one likes and cut into chunks
wherever one likes, and their numbers do not depend on the cuts: what is random in a step depends on the key and the
step alone.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PyTree

from training_lab.datasets import Splits
from training_lab.probes.probe import Probe
from training_lab.probes.view import View
from training_lab.recipe import Recipe
from training_lab.training.state import Best, Carry, Member, alive
from training_lab.training.step import batches_per_epoch, pruned, shuffled, train_step

FRAMES = 64  # of telemetry in one call: what a chunk has room for


class Clock(NamedTuple):
    """When things happen, in steps; whole numbers, all of them inputs."""

    until: Any  # where this chunk ends
    total: Any  # where the run ends
    log_every: Any
    prune_at: Any = 0
    prune_every: Any = 1
    prune_rounds: Any = 1

    def _next_frame(self, logged: Int[Array, ""]) -> Int[Array, ""]:
        return jnp.minimum(logged * self.log_every, self.total)

    def is_due(self, step: Int[Array, ""], logged: Int[Array, ""]) -> Array:
        """Whether a step begins with a frame that is not logged yet."""
        return (self._next_frame(logged) == step) & ((logged - 1) * self.log_every < self.total)

    def round(self, step: Int[Array, ""]) -> tuple[Array, Array]:
        """Which round of pruning it is, counted from zero, and of how many."""
        return (step - self.prune_at) // self.prune_every, jnp.asarray(self.prune_rounds)

    def prunes(self, step: Int[Array, ""]) -> Array:
        """Whether a step begins with a round of pruning."""
        since, (round_, rounds) = step - self.prune_at, self.round(step)
        return (since >= 0) & (since % self.prune_every == 0) & (round_ < rounds)

    def next_stop(
        self, step: Int[Array, ""], logged: Int[Array, ""], epoch_steps: int | None, prunes: bool
    ) -> Int[Array, ""]:
        """Until where steps may follow each other without a look at anything else."""
        stop = jnp.minimum(self._next_frame(logged), self.until)
        if epoch_steps is not None:
            stop = jnp.minimum(stop, (step // epoch_steps + 1) * epoch_steps)
        if prunes:
            since = step - self.prune_at
            stop = jnp.minimum(
                stop, jnp.where(since < 0, self.prune_at, step + self.prune_every - since % self.prune_every)
            )
        return stop


class Log(NamedTuple):
    """Frames of telemetry [FRAMES, ...] with the step of each; the first `filled` are."""

    filled: Int[Array, ""]
    steps: Int[Array, " frames"]
    values: dict[str, PyTree]


class _Lifted(NamedTuple):
    """The functions of one member, or those of an ensemble's members side by side."""

    step: Callable[..., Member]
    shuffled: Callable[..., Array]
    pruned: Callable[..., Member]
    observe: Callable[..., tuple[Member, dict[str, PyTree]]]


def _lifted(recipe: Recipe, splits: Splits, probes: tuple[Probe, ...], many: bool, swept: bool) -> _Lifted:
    n = len(splits.train.x)
    per_recipe = 0 if swept else None

    def lift(fn: Callable[..., Any], *axes: int | None) -> Callable[..., Any]:
        return partial(jax.vmap(fn, in_axes=(per_recipe, *axes)) if many else fn, recipe)

    return _Lifted(
        step=lift(lambda recipe, *rest: train_step(recipe, splits, *rest), None, 0, 0),
        shuffled=lift(lambda recipe, member, epoch: shuffled(member, epoch, n), 0, None),
        pruned=lift(pruned, 0, None, None),
        # Traced once, though its shapes are asked for before it is used.
        observe=jax.jit(lift(lambda recipe, *rest: observe(recipe, splits, probes, *rest), None, 0, 0)),
    )


def observe(
    recipe: Recipe,
    splits: Splits,
    probes: tuple[Probe, ...],
    step: Array,
    order: Array,
    member: Member,
) -> tuple[Member, dict[str, PyTree]]:
    """What the probes see before a step; they may remember it, and so may early stopping."""
    view = View(recipe, splits, step, order, member)
    values: dict[str, PyTree] = {}
    remembered = []
    for probe, memory in zip(probes, member.noticed, strict=True):
        seen, memory = probe(view, memory)
        if twice := values.keys() & seen.keys():
            raise ValueError(f"two probes report {', '.join(sorted(twice))}")
        values |= seen
        remembered.append(memory)
    after = member._replace(noticed=tuple(remembered))
    if member.best is not None:
        after = after._replace(best=_best(recipe, view, member, member.best))
    return after, values


def _best(recipe: Recipe, view: View, member: Member, best: Best) -> Best:
    assert recipe.early_stopping is not None
    on_validation = view.on_validation
    value = on_validation.loss if recipe.early_stopping.monitor == "loss" else -on_validation.score
    better = value < best.value - jnp.asarray(recipe.early_stopping.min_delta, value.dtype)
    better = better | ~jnp.isfinite(best.value)
    found = Best(member.params, member.statistics, value, view.step.astype(best.step.dtype), jnp.zeros_like(best.bad))
    kept = jax.tree.map(lambda new, old: jnp.where(better, new, old), found, best._replace(bad=best.bad + 1))
    going = alive(recipe, member)
    return jax.tree.map(lambda new, old: jnp.where(going, new, old), kept, best)


# What a step consists of is too small to be worth handing to another thread.
@partial(
    jax.jit,
    static_argnames=("many", "swept"),
    compiler_options={"xla_cpu_scheduler_type": "CPU_SCHEDULER_TYPE_MEMORY_OPTIMIZED"},
)
def advance(
    recipe: Recipe,
    splits: Splits,
    probes: tuple[Probe, ...],
    clock: Clock,
    carry: Carry,
    *,
    many: bool = False,
    swept: bool = False,
) -> tuple[Carry, Log]:
    """Train until a step, and log on the way.

    `many` says that the members of the carry have a leading axis, `swept` that the numbers of the recipe have one too.
    `clock.until` must not be more than FRAMES frames away.
    """
    lifted = _lifted(recipe, splits, probes, many, swept)
    epoch_steps = batches_per_epoch(recipe, len(splits.train.x))

    def going(member: Member) -> Array:
        check = jax.vmap(alive, in_axes=(0 if swept else None, 0)) if many else alive
        return jnp.any(check(recipe, member))

    def look(step: Array, member: Member) -> tuple[Member, dict[str, PyTree]]:
        return lifted.observe(step, lifted.shuffled(member, step // epoch_steps), member)

    def stretch(loop: tuple[Carry, Log]) -> tuple[Carry, Log]:
        (step, logged, member), log = loop
        order = lifted.shuffled(member, step // epoch_steps)
        if recipe.pruning is not None:
            member = _maybe(clock.prunes(step), lambda m: lifted.pruned(m, *clock.round(step)), member)
        due = clock.is_due(step, logged)
        member, log = _logged(due, lambda m: lifted.observe(step, order, m), step, member, log)
        logged = logged + due.astype(logged.dtype)
        stop = clock.next_stop(step, logged, epoch_steps if recipe.batch_size else None, recipe.pruning is not None)
        step, member = jax.lax.while_loop(
            lambda state: (state[0] < stop) & going(state[1]),
            lambda state: (state[0] + 1, lifted.step(state[0], order, state[1])),
            (step, member),
        )
        return Carry(step, logged, member), log

    def more(loop: tuple[Carry, Log]) -> Array:
        (step, logged, member), _ = loop
        return going(member) & ((step < clock.until) | clock.is_due(step, logged))

    _, values = jax.eval_shape(look, carry.step, carry.member)
    return jax.lax.while_loop(more, stretch, (carry, _empty(values, carry.step)))


def _empty(values: PyTree, step: Int[Array, ""]) -> Log:
    frames = jax.tree.map(lambda leaf: jnp.zeros((FRAMES, *leaf.shape), leaf.dtype), values)
    return Log(jnp.zeros_like(step), jnp.zeros(FRAMES, step.dtype), frames)


def _maybe(now: Array, fn: Callable[[Member], Member], member: Member) -> Member:
    return jax.lax.cond(now, fn, lambda member: member, member)


def _logged(
    due: Array, look: Callable[[Member], tuple[Member, Any]], step: Array, member: Member, log: Log
) -> tuple[Member, Log]:
    """The next frame of the log, if one is due; what is written otherwise is overwritten later."""

    def nothing(member: Member) -> tuple[Member, Any]:
        return member, jax.tree.map(lambda frames: jnp.zeros(frames.shape[1:], frames.dtype), log.values)

    member, values = jax.lax.cond(due, look, nothing, member)
    frames = jax.tree.map(lambda frames, one: frames.at[log.filled].set(one), log.values, values)
    return member, Log(log.filled + due.astype(log.filled.dtype), log.steps.at[log.filled].set(step), frames)
