"""Where a run broke: which layer's activation or gradient was the first that is no number any more."""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Int

from training_lab.datasets import Splits
from training_lab.networks import CNN, RNN, per_tap
from training_lab.recipe import Recipe
from training_lab.training.state import Member
from training_lab.training.step import Measured, batches_per_epoch, measure, shuffled, take_batch


class Divergence(NamedTuple):
    """`step` counts the updates made before; `quantity` is "activation", "loss", "gradient", "weight" or "step"."""

    step: int
    layer: str
    quantity: str

    def __str__(self) -> str:
        return f"diverged at step {self.step}: the {self.quantity} of the {self.layer} is not finite"


class _Finite(NamedTuple):
    """Whether all numbers are, in the order in which they are computed."""

    weights: Bool[Array, " layers"]
    activations: Bool[Array, " taps"]
    outputs: Bool[Array, ""]
    loss: Bool[Array, ""]
    gradients: Bool[Array, " layers"]


@jax.jit
def _finite(recipe: Recipe, splits: Splits, step: Int[Array, ""], member: Member) -> _Finite:
    n = len(splits.train.x)
    order = shuffled(member, step // batches_per_epoch(recipe, n), n)
    batch = take_batch(recipe, splits, member, step, order)
    measured: Measured = measure(recipe, member, batch, watch=True)
    assert measured.taps is not None
    network: Any = recipe.network
    outputs = network.apply(member.params, member.statistics, batch.x, key=batch.key, train=True).outputs
    return _Finite(
        weights=member.params.per_layer(_all),
        activations=per_tap(_all, measured.taps.post),
        outputs=_all(outputs),
        loss=_all(measured.loss),
        gradients=measured.gradients.per_layer(_all),
    )


def _all(tree: object) -> Bool[Array, ""]:
    return jnp.all(jnp.stack([jnp.all(jnp.isfinite(leaf)) for leaf in jax.tree.leaves(tree)]))


def weights_are_finite(member: Member) -> bool:
    return all(bool(np.isfinite(leaf).all()) for leaf in jax.tree.leaves(member.params))


def diagnose(recipe: Recipe, splits: Splits, step: int, member: Member) -> Divergence:
    """What broke in a step that began with these weights."""
    finite = jax.tree.map(np.asarray, _finite(recipe, splits, jnp.asarray(step), member))
    at = partial(Divergence, step)
    layers, taps = _names(recipe, len(finite.weights)), _tap_names(recipe, len(finite.activations))
    if not finite.weights.all():
        return at(layers[int(np.argmin(finite.weights))], "weight")
    if not finite.activations.all():
        return at(taps[int(np.argmin(finite.activations))], "activation")
    if not finite.outputs:
        return at("output layer", "activation")
    if not finite.loss:
        return at("output layer", "loss")
    if not finite.gradients.all():
        # The last layer's gradient is computed first.
        return at(layers[int(np.flatnonzero(~finite.gradients)[-1])], "gradient")
    return at("optimizer", "step")


def _names(recipe: Recipe, count: int) -> list[str]:
    if isinstance(recipe.network, RNN):
        return ["cell", "output layer"]
    return [*_tap_names(recipe, count - 1), "output layer"]


def _tap_names(recipe: Recipe, count: int) -> list[str]:
    what = {CNN: "convolution", RNN: "cell at time"}.get(type(recipe.network), "hidden layer")
    return [f"{what} {number}" for number in range(1, count + 1)]
