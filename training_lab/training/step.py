"""One step: take a batch, measure loss and gradient, clip, move, and keep what must stay zero at zero."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PyTree

import optimizers
from training_lab import augment, losses, prune, regularizers
from training_lab.datasets import Splits
from training_lab.networks import Taps
from training_lab.recipe import Recipe
from training_lab.training.state import ORDER, PRUNE, STEP, Member, alive, cast, stream


class Batch(NamedTuple):
    x: Float[Array, "n ..."]
    y: Float[Array, "n k"]  # classes as rows with a one
    key: Array  # for the network's own randomness


class Measured(NamedTuple):
    """What one batch says: the loss without penalties, gradients with them."""

    loss: Float[Array, ""]
    gradients: PyTree
    statistics: PyTree
    signals: PyTree  # the gradient with respect to what the hidden layers hand on; None unless watched
    taps: Taps | None


class Move(NamedTuple):
    """What the optimizer makes of it."""

    clipped: PyTree
    updates: PyTree
    hypers: dict[str, Any]
    optimizer: PyTree
    memory: PyTree


def batches_per_epoch(recipe: Recipe, n: int) -> int:
    return n // (recipe.batch_size or n)


def shuffled(member: Member, epoch: Int[Array, ""], n: int) -> Int[Array, " n"]:
    """The order of the examples in an epoch, and with bootstrap which of them."""
    key = jax.random.fold_in(stream(member.key, ORDER), epoch)
    order = permutation(key, n)
    return order if member.sample is None else member.sample[order]


def permutation(key: Array, n: int) -> Int[Array, " n"]:
    """A random order, from sorting words whose upper bits are random and whose lower bits count.

    Four times as fast as jax.random.permutation, which sorts pairs; two upper parts that agree are no harm.
    """
    counting = jnp.uint32((1 << (n - 1).bit_length()) - 1)
    words = jax.random.bits(key, (n,), jnp.uint32)
    words = (words & ~counting) | jnp.arange(n, dtype=jnp.uint32)
    return (jnp.sort(words) & counting).astype(jnp.int32)


def take_batch(recipe: Recipe, splits: Splits, member: Member, step: Array, order: Int[Array, " n"]) -> Batch:
    """The batch of a step, augmented; without a batch size always the whole training set."""
    key = jax.random.fold_in(stream(member.key, STEP), step)
    records = [(augment.get(choice.name), choice.values) for choice in recipe.augment]
    of_images = any(record.images for record, _ in records)
    x, y = (splits.raw if of_images else splits.train.x), _as_rows(splits.train.y, member)
    if recipe.batch_size is not None:
        first = step % batches_per_epoch(recipe, len(x)) * recipe.batch_size
        chosen = jax.lax.dynamic_slice(order, (first,), (recipe.batch_size,))
        x, y = x[chosen], y[chosen]
    elif member.sample is not None:
        x, y = x[member.sample], y[member.sample]
    for scaled in (False, True):
        if scaled and of_images:
            x = splits.scaling(x)
        for index, (record, values) in enumerate(records):
            if record.images is not scaled:
                x, y = record(jax.random.fold_in(key, index + 1), x, y, **cast(values, x.dtype))
    return Batch(x, y, key)


def _as_rows(y: Array, member: Member) -> Float[Array, "n k"]:
    bias = member.params.last.bias
    return losses.as_numbers(y, bias.size, bias.dtype)


def measure(recipe: Recipe, member: Member, batch: Batch, *, watch: bool = False) -> Measured:
    """Loss and gradients of a batch in training mode; `watch` adds the hidden layers' activations and gradients."""
    network = recipe.network
    nudge = network.nudges(len(batch.x), batch.x.shape[1:], batch.x.dtype) if watch else None

    def objective(params: PyTree, nudge: PyTree) -> Any:
        options = {"key": batch.key, "train": True, "nudge": nudge, "watch": watch}
        forward = network.apply(params, member.statistics, batch.x, **options)
        loss = loss_of(recipe, forward.outputs, batch.y)
        return loss + penalty(recipe, params), (loss, forward)

    gradients, (loss, forward) = jax.grad(objective, argnums=(0, 1) if watch else 0, has_aux=True)(member.params, nudge)
    gradients, signals = gradients if watch else (gradients, None)
    if member.masks is not None:
        gradients = prune.apply(member.masks, gradients)
    return Measured(loss, gradients, forward.state, signals, forward.taps)


def loss_of(recipe: Recipe, outputs: Array, y: Array) -> Float[Array, ""]:
    return losses.get(recipe.loss.name)(outputs, y, **cast(recipe.loss.values, outputs.dtype))


def penalty(recipe: Recipe, params: PyTree) -> Float[Array, ""]:
    dtype = params.last.bias.dtype
    total = jnp.zeros((), dtype)
    for choice in recipe.penalty:
        total = total + regularizers.get(choice.name).penalty(params, **cast(choice.values, dtype))
    return total


def plan(recipe: Recipe, member: Member, step: Array, measured: Measured) -> Move:
    """Clip, set this step's hyperparameters, and ask the optimizer."""
    dtype = measured.loss.dtype
    clipped = clip(recipe, measured.gradients, dtype)
    hypers = hypers_of(recipe, member, step, dtype)
    schedule, values = optimizers.schedules.get(recipe.schedule.name), cast(recipe.schedule.values, dtype)
    transformation = optax.with_extra_args_support(optimizers.get(recipe.optimizer.name).make(**hypers))
    extra = {"value": measured.loss, "grad": measured.gradients}
    updates, state = transformation.update(clipped, member.optimizer, member.params, **extra)
    return Move(clipped, updates, hypers, state, schedule.update(member.memory, measured.loss, **values))


def hypers_of(recipe: Recipe, member: Member, step: Array, dtype: Any) -> dict[str, Any]:
    """The optimizer's hyperparameters in a step: its own, and what the schedule puts in their place."""
    base = cast(recipe.optimizer.values, dtype)
    schedule, values = optimizers.schedules.get(recipe.schedule.name), cast(recipe.schedule.values, dtype)
    return base | schedule.apply(member.memory, step.astype(dtype), base, **values)


def clip(recipe: Recipe, gradients: PyTree, dtype: Any) -> PyTree:
    if recipe.clip is None:
        return gradients
    return optimizers.clipping.get(recipe.clip.name).apply(gradients, **cast(recipe.clip.values, dtype))


def moved(recipe: Recipe, member: Member, move: Move) -> PyTree:
    """The parameters after a step: moved, then through the proximal step, masked weights at exactly zero."""
    params = jax.tree.map(jnp.add, member.params, move.updates)
    if recipe.proximal is not None:
        record, values = regularizers.get(recipe.proximal.name), recipe.proximal.values
        size = move.hypers.get("learning_rate", jnp.ones(()))
        params = record.proximal(params, size, **cast(values, size.dtype))
    return params if member.masks is None else prune.apply(member.masks, params)


def train_step(recipe: Recipe, splits: Splits, step: Array, order: Array, member: Member) -> Member:
    measured = measure(recipe, member, take_batch(recipe, splits, member, step, order))
    move = plan(recipe, member, step, measured)
    after = member._replace(
        params=moved(recipe, member, move),
        statistics=measured.statistics,
        optimizer=move.optimizer,
        memory=move.memory,
        failed=jnp.where((member.failed < 0) & ~jnp.isfinite(measured.loss), step, member.failed),
    )
    return after if recipe.early_stopping is None else _frozen_once_stopped(recipe, member, after)


def _frozen_once_stopped(recipe: Recipe, member: Member, after: Member) -> Member:
    """In an ensemble one member may have stopped while others go on."""
    going, fields = alive(recipe, member), ("params", "statistics", "optimizer", "memory", "failed")
    old, new = ({name: getattr(one, name) for name in fields} for one in (member, after))
    return member._replace(**jax.tree.map(lambda new, old: jnp.where(going, new, old), new, old))


def pruned(recipe: Recipe, member: Member, round_: Array, rounds: Array) -> Member:
    """One round of pruning, of those counted from zero."""
    assert recipe.pruning is not None
    left = 1 - (round_ + 1) / rounds
    sparsity = recipe.pruning.sparsity * (1 - left**3)
    if recipe.pruning.method == "random":
        masks = prune.random(stream(member.key, PRUNE), member.params, sparsity, scope=recipe.pruning.scope)
    else:
        masks = prune.magnitude(member.params, sparsity, scope=recipe.pruning.scope)
    masks = jax.tree.map(jnp.logical_and, masks, member.masks)
    return member._replace(masks=masks, params=prune.apply(masks, member.params))
