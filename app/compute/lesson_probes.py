"""What lessons look at in a network beyond the lab's own probes; everything small enough to be kept and sent."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from training_lab import probes
from training_lab.datasets import Splits
from training_lab.networks.blocks import Block
from training_lab.probes import Probe, View, hidden, plane
from training_lab.training.step import loss_of

SHOWN = 8  # inputs, units of each hidden layer and outputs in an excerpt of a network


def _symmetry(view: View) -> dict[str, Array]:
    """Of an MLP: excerpt [edges], the kernels between the units that are shown; alike [depth, shown], for each the
    first unit of its layer with the same weights; hidden_gradient [], the largest |gradient| of a hidden weight.
    """
    params, gradients = view.params, view.measured.gradients
    pixels = params.first.kernel[_spread(len(params.first.kernel))]
    kernels = [pixels, *([] if params.hidden is None else params.hidden.kernel), params.last.kernel]
    alike = [_alike(params.first)] + ([] if params.hidden is None else list(jax.vmap(_alike)(params.hidden)))
    inward = [gradients.first.kernel] + ([] if gradients.hidden is None else [gradients.hidden.kernel])
    return {
        "excerpt": jnp.concatenate([_corner(kernel).ravel() for kernel in kernels]),
        "alike": jnp.stack(alike),
        "hidden_gradient": jnp.max(jnp.stack([jnp.max(jnp.abs(kernel)) for kernel in inward])),
    }


def _spread(inputs: int) -> np.ndarray:
    """Of many inputs, such as pixels, some from everywhere."""
    return np.unique(np.linspace(0, inputs - 1, min(SHOWN, inputs)).round().astype(int))


def _corner(kernel: Float[Array, "in out"]) -> Float[Array, "shown_in shown_out"]:
    return kernel[:SHOWN, :SHOWN]


def _alike(block: Block) -> Int[Array, " shown"]:
    columns = jnp.concatenate([block.kernel, block.bias[None]])
    same = jnp.all(columns[:, :SHOWN, None] == columns[:, None, :], axis=0)
    return jnp.argmax(same, axis=1).astype(jnp.int32)


symmetry = Probe(_symmetry)

FINE, COARSE = 80, 12  # points a side of a boundary, and of the little picture of a hidden unit
PICTURED = 8  # hidden units that have one
MARGIN = 0.1  # of the data's extent, around them


def plane_of(x: Float[Array, "n 2"]) -> tuple[np.ndarray, np.ndarray]:
    """The corners of the rectangle that is drawn around points."""
    points = np.asarray(x)
    low, high = points.min(axis=0), points.max(axis=0)
    return low - MARGIN * (high - low), high + MARGIN * (high - low)


@dataclass(frozen=True)
class Boundary:
    """boundary [side, side]: the probability of class 1 in bytes (254 is 1), or of more than two the likeliest class;
    units [PICTURED, COARSE, COARSE]: what the last hidden layer's first units say there, each by its own largest size
    (0 is its negative, 127 zero, 254 its largest).
    """

    side: int = FINE

    def __call__(self, splits: Splits) -> Probe:
        low, high = plane_of(splits.train.x)
        return Probe(_boundary, {"fine": plane(low, high, self.side), "coarse": plane(low, high, COARSE)})


def _boundary(view: View, fine: Float[Array, "p 2"], coarse: Float[Array, "q 2"]) -> dict[str, Array]:
    outputs, taps = view.apply(fine).outputs, view.apply(coarse, watch=True).taps
    assert taps is not None
    said = _bytes(jax.nn.softmax(outputs)[:, 1]) if outputs.shape[1] == 2 else jnp.argmax(outputs, axis=1)
    units = taps.post[-1].T[:PICTURED]
    largest = jnp.maximum(jnp.max(jnp.abs(units), axis=1, keepdims=True), jnp.finfo(units.dtype).tiny)
    side = round(len(fine) ** 0.5)
    return {
        "boundary": said.astype(jnp.uint8).reshape(side, side),
        "units": _bytes((units / largest + 1) / 2).reshape(-1, COARSE, COARSE),
    }


def _bytes(share: Array) -> Array:
    return jnp.round(254 * share).astype(jnp.uint8)


def _inside(view: View) -> dict[str, Array]:
    """Of an MLP: weights and slopes [edges], kernels and their gradients; nodes [nodes], what the first example of the
    batch makes of inputs, hidden units and outputs (as probabilities).
    """
    x = view.batch.x[:1]
    hidden = view.taps.post[:, 0]
    outputs = jax.nn.softmax(view.apply(x).outputs)
    return {
        "weights": _flat(view.params),
        "slopes": _flat(view.measured.gradients),
        "nodes": jnp.concatenate([x.ravel(), hidden.ravel(), outputs.ravel()]),
    }


def _flat(params: Any) -> Float[Array, " edges"]:
    hidden = [] if params.hidden is None else [params.hidden.kernel.ravel()]
    return jnp.concatenate([params.first.kernel.ravel(), *hidden, params.last.kernel.ravel()])


inside = Probe(_inside)


def _confusion(view: View) -> dict[str, Array]:
    """confusion [classes, classes], counts of the validation examples by true and by predicted class; said [n]."""
    outputs, y = view.on_validation.outputs, view.splits.validation.y
    said, classes = jnp.argmax(outputs, axis=1).astype(jnp.int32), outputs.shape[1]
    counts = jnp.bincount(y.astype(jnp.int32) * classes + said, length=classes**2)
    return {"confusion": counts.reshape(classes, classes).astype(jnp.int32), "said": said.astype(jnp.uint8)}


confusion = Probe(_confusion)


def _tested(view: View) -> dict[str, Array]:
    """test_loss and test_accuracy, on what neither training nor the choice of anything has seen."""
    evaluation = view.evaluate(view.splits.test)
    return {"test_loss": evaluation.loss, "test_accuracy": evaluation.score}


tested = Probe(_tested)


@dataclass(frozen=True)
class Answers:
    """outputs [n, k]: what the network answers to the validation examples."""

    def __call__(self, splits: Splits) -> Probe:
        return probes.outputs(splits.validation.x)


def _drawn(view: View) -> dict[str, Array]:
    """drawn: with bootstrap, the share of the training examples that the member has at all; else 1."""
    n, sample = len(view.splits.train.x), view.member.sample
    dtype = view.params.last.bias.dtype
    return {
        "drawn": jnp.ones((), dtype) if sample is None else jnp.mean(jnp.bincount(sample, length=n) > 0, dtype=dtype)
    }


drawn = Probe(_drawn)


def _memory(view: View) -> dict[str, Array]:
    """memorised: of the wrong labels among the first training examples, the share that the network repeats; NaN if
    there are none.
    """
    given = view.splits.train.y[: len(view.on_train.outputs)]
    wrong = given != view.splits.clean[: len(given)]
    repeated = wrong & (jnp.argmax(view.on_train.outputs, axis=1).astype(given.dtype) == given)
    dtype = view.on_train.outputs.dtype
    return {"memorised": jnp.sum(repeated, dtype=dtype) / jnp.sum(wrong, dtype=dtype)}


memory = Probe(_memory)


@dataclass(frozen=True)
class Looks:
    """hidden: what hidden layers say to some validation examples; see ``training_lab.probes.hidden``."""

    at: tuple[int, ...]

    def __call__(self, splits: Splits) -> Probe:
        return hidden(splits.validation.x[np.asarray(self.at)])


def _correlation(view: View) -> dict[str, Array]:
    """Of an MLP: correlation [width, width] of the last hidden layer's units over the validation data, at test time;
    zero with a unit that never changes.
    """
    taps = view.apply(view.splits.validation.x, watch=True).taps
    assert taps is not None
    units = taps.post[-1]
    centred = units - jnp.mean(units, axis=0, keepdims=True)
    length = jnp.sqrt(jnp.sum(jnp.square(centred), axis=0, keepdims=True))
    unit = centred / jnp.maximum(length, jnp.finfo(units.dtype).tiny ** 0.5)
    return {"correlation": unit.T @ unit}


correlation = Probe(_correlation)

ALONG = (0.1, 0.3, 1.0)  # steps along the gradient, in learning rates
WATCHED = 2  # units whose statistics are recorded


def _smooth(view: View) -> dict[str, Array]:
    """How the loss of the next batch changes along its gradient, and between training and test time.

    along [steps]: the loss after steps of gradient descent of ALONG, on the same batch in training mode; tested []: the
    loss at test time; radial []: the cosine between the first layer's parameters and their gradient.
    """
    network, batch, rate = view.recipe.network, view.batch, view.hypers["learning_rate"]

    def after(step: Array) -> Array:
        moved = jax.tree.map(lambda p, g: p - step * rate * g, view.params, view.measured.gradients)
        forward = network.apply(moved, view.member.statistics, batch.x, key=batch.key, train=True)
        return loss_of(view.recipe, forward.outputs, batch.y)

    first = view.params.first._replace(norm=None), view.measured.gradients.first._replace(norm=None)
    weights, slopes = (jnp.concatenate([leaf.ravel() for leaf in jax.tree.leaves(part)]) for part in first)
    length = jnp.sqrt(jnp.sum(jnp.square(weights)) * jnp.sum(jnp.square(slopes)))
    return {
        "along": jax.vmap(after)(jnp.asarray(ALONG, rate.dtype)),
        "tested": loss_of(view.recipe, view.apply(batch.x).outputs, batch.y),
        "radial": jnp.sum(weights * slopes) / jnp.maximum(length, jnp.finfo(length.dtype).tiny),
    }


smooth = Probe(_smooth)


def _statistics(view: View) -> dict[str, Array]:
    """Of the first WATCHED units of an MLP's first layer, after the linear map: population [2, units], mean and
    variance over the training examples; batch_statistics, running [2, units], over the next batch and as batch
    normalisation remembers them (NaN without it).
    """
    block = view.params.first

    def moments(x: Array) -> Array:
        z = x.reshape(len(x), -1) @ block.kernel[:, :WATCHED] + block.bias[None, :WATCHED]
        return jnp.stack([jnp.mean(z, axis=0), jnp.var(z, axis=0)])

    running = view.member.statistics.first
    unknown = jnp.full((2, WATCHED), jnp.nan, block.bias.dtype)
    return {
        "population": moments(view.splits.train.x),
        "batch_statistics": moments(view.batch.x),
        "running": unknown if running is None else jnp.stack([running.mean[:WATCHED], running.var[:WATCHED]]),
    }


statistics = Probe(_statistics)

SEEN = 12  # examples of a batch that are shown
INK = 16.0  # of the darkest pixel of a digit


def _seen(view: View) -> dict[str, Array]:
    """Of digits: seen [SEEN, 8, 8], the first images of the next batch in bytes as the network sees them, unscaled;
    labels [SEEN]; share [], of the first label that is largest, which mixing lowers.
    """
    x, scaling = view.batch.x[:SEEN], view.splits.scaling
    pixels = x.reshape(len(x), -1) / scaling.factor[None] + scaling.shift[None]
    labels = view.batch.y[:SEEN]
    return {
        "seen": _bytes(jnp.clip(pixels / INK, 0, 1)).reshape(len(x), *x.shape[1:3]),
        "labels": jnp.argmax(labels, axis=1).astype(jnp.int32),
        "share": jnp.min(jnp.max(labels, axis=1)),
    }


seen = Probe(_seen)
