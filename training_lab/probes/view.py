"""What a probe may look at. Everything is computed when it is first asked for, and what nobody asks for never is."""

from functools import cached_property
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PyTree

import optimizers
from training_lab.datasets import Split, Splits
from training_lab.networks import Forward, Taps
from training_lab.recipe import Recipe
from training_lab.training.state import Member, cast
from training_lab.training.step import Batch, Measured, Move, hypers_of, loss_of, measure, plan, take_batch

EXAMPLES = 512  # of the training set, by which the loss on it is judged


class Evaluation(NamedTuple):
    """A part of the data as the network sees it at test time; `score` is accuracy, or R² for a regression."""

    loss: Float[Array, ""]
    score: Float[Array, ""]
    outputs: Float[Array, "n k"]


class View:
    """A run before its next step.

    Attributes:
        recipe, splits: the recipe with traced numbers, and the data.
        step: updates made so far.
        member: the state; see `training.state.Member`.
    """

    def __init__(self, recipe: Recipe, splits: Splits, step: Int[Array, ""], order: Array, member: Member) -> None:
        self.recipe, self.splits, self.step, self.member = recipe, splits, step, member
        self._order = order

    @property
    def params(self) -> PyTree:
        return self.member.params

    @property
    def classes(self) -> bool:
        return self.splits.train.y.ndim == 1

    @cached_property
    def batch(self) -> Batch:
        """The batch of the next step."""
        return take_batch(self.recipe, self.splits, self.member, self.step, self._order)

    @cached_property
    def measured(self) -> Measured:
        """Its loss and gradients, and what the hidden layers say and hear."""
        return measure(self.recipe, self.member, self.batch, watch=True)

    @cached_property
    def masks(self) -> PyTree:
        """What dropout keeps in the next step, without what it costs to measure a gradient; None without dropout."""
        options: dict[str, Any] = {"key": self.batch.key, "train": True, "watch": True}
        taps = self.recipe.network.apply(self.params, self.member.statistics, self.batch.x, **options).taps
        return None if taps is None else taps.mask

    @property
    def taps(self) -> Taps:
        taps = self.measured.taps
        assert taps is not None
        return taps

    @cached_property
    def hypers(self) -> dict[str, Any]:
        """The optimizer's hyperparameters in the next step, as the schedule sets them."""
        return hypers_of(self.recipe, self.member, self.step, self.params.last.bias.dtype)

    @cached_property
    def move(self) -> Move:
        """The next step of the optimizer."""
        return plan(self.recipe, self.member, self.step, self.measured)

    @cached_property
    def internals(self) -> dict[str, Any]:
        """Of the optimizer after the next step: "effective_rate" and its moments, shaped like the parameters."""
        return optimizers.get(self.recipe.optimizer.name).internals(self.move.optimizer, self.move.hypers)

    @cached_property
    def on_train(self) -> Evaluation:
        """The first 512 training examples, without augmentation or dropout."""
        return self.evaluate(self._first)

    @cached_property
    def on_validation(self) -> Evaluation:
        return self.evaluate(self.splits.validation)

    def on_both(self) -> tuple[Evaluation, Evaluation]:
        """`on_train` and `on_validation` in one pass, which takes five sixths of the time of two."""
        self.on_train, self.on_validation = self.evaluate_together(self._first, self.splits.validation)
        return self.on_train, self.on_validation

    @property
    def _first(self) -> Split:
        return Split(self.splits.train.x[:EXAMPLES], self.splits.train.y[:EXAMPLES])

    def apply(self, x: Float[Array, "n ..."], *, watch: bool = False, params: PyTree = None) -> Forward:
        """The network at test time, with other parameters if given."""
        params = self.params if params is None else params
        return self.recipe.network.apply(params, self.member.statistics, x, watch=watch)

    def evaluate(self, split: Split) -> Evaluation:
        (evaluation,) = self.evaluate_together(split)
        return evaluation

    def evaluate_together(self, *splits: Split) -> tuple[Evaluation, ...]:
        """Several parts of the data in one pass."""
        sizes = [len(split.x) for split in splits]
        outputs = self.apply(jnp.concatenate([split.x for split in splits])).outputs
        parts = jnp.split(outputs, np.cumsum(sizes)[:-1])
        return tuple(
            Evaluation(loss_of(self.recipe, part, split.y), score(part, split.y), part)
            for part, split in zip(parts, splits, strict=True)
        )

    def loss(self, params: PyTree, split: Split) -> Float[Array, ""]:
        """The loss on a part of the data as a function of the parameters, at test time."""
        return loss_of(self.recipe, self.apply(split.x, params=params).outputs, split.y)

    def cast(self, values: Any) -> Any:
        return cast(values, self.params.last.bias.dtype)


def score(outputs: Float[Array, "n k"], y: Array) -> Float[Array, ""]:
    """The share of right answers, or for a regression R²: the share of the variance that is explained."""
    if y.ndim == 1:
        return jnp.mean(jnp.argmax(outputs, axis=-1).astype(y.dtype) == y, dtype=outputs.dtype)
    spread = jnp.maximum(jnp.sum(jnp.square(y - jnp.mean(y))), jnp.finfo(y.dtype).tiny)
    return 1 - jnp.sum(jnp.square(outputs - y)) / spread


def largest_singular_value(matrix: Float[Array, "m n"], rounds: int = 40) -> Float[Array, ""]:
    """By power iteration from a fixed vector; from below, and within a few percent where the two largest are close."""

    def iterate(v: Array, _: None) -> tuple[Array, None]:
        v = matrix.T @ (matrix @ v)
        return v / jnp.maximum(jnp.linalg.norm(v), jnp.finfo(v.dtype).tiny), None

    start = jnp.cos(jnp.arange(matrix.shape[1], dtype=matrix.dtype))
    v, _ = jax.lax.scan(iterate, start / jnp.linalg.norm(start), length=rounds)
    return jnp.linalg.norm(matrix @ v)
