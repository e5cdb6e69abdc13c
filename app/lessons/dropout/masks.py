"""Thinned networks by the numbers: how many different ones there are, and what they answer.

Networks are MLPs with one input and one output, at several moments of their training: kernels [frames, in, out].
"""

from collections.abc import Sequence
from math import lgamma, log
from typing import Any, NamedTuple

import numpy as np

from app.compute import Trained


class Layer(NamedTuple):
    kernel: np.ndarray  # [frames, in, out]
    bias: np.ndarray  # [frames, out]


def different(on: np.ndarray) -> np.ndarray:
    """How many different masks there are among the first 1, 2, ... of [draws, units]."""
    _, first = np.unique(np.packbits(on, axis=1), axis=0, return_index=True)
    return np.cumsum(np.isin(np.arange(len(on)), first))


def expected_different(units: int, rate: float, draws: int) -> np.ndarray:
    """The mean of ``different``: of each mask the probability that it has been drawn, summed over all of them."""
    if rate == 0:
        return np.ones(draws)
    count, drawn = np.arange(units + 1), np.arange(1, draws + 1)
    chance = count * log(1 - rate) + (units - count) * log(rate)  # of one mask that keeps so many
    many = np.array([lgamma(units + 1) - lgamma(k + 1) - lgamma(units - k + 1) for k in count])
    missed = drawn[:, None] * np.log1p(-np.exp(np.minimum(chance, -1e-16)))
    # Where a mask is very unlikely, the chance of having met it is the number of draws times its probability.
    met = np.where(chance < -30, np.log(drawn)[:, None] + chance, np.log(-np.expm1(np.minimum(missed, -1e-300))))
    found: np.ndarray = np.exp(many + met).sum(axis=1)
    return found


def layers(run: Trained, shown: np.ndarray) -> tuple[Layer, ...]:
    """The layers of a run that recorded its parameters, at some of its frames."""
    params = run["params"]
    hidden = [] if params.hidden is None else np.moveaxis(params.hidden.kernel, 1, 0)
    biases = [] if params.hidden is None else np.moveaxis(params.hidden.bias, 1, 0)
    kernels = [params.first.kernel, *hidden, params.last.kernel]
    pairs = zip(kernels, [params.first.bias, *biases, params.last.bias], strict=True)
    return tuple(Layer(np.asarray(k, np.float32)[shown], np.asarray(b, np.float32)[shown]) for k, b in pairs)


def whole(network: Sequence[Layer], x: np.ndarray, rate: float, recipe: Any) -> np.ndarray:
    """What the network answers at test time, [frames, points]; the plain form scales by 1 - rate then."""
    left = 1.0 if recipe.inverted else 1 - rate
    units, weights = (1.0, left) if recipe.drop_connect is not None else (left, 1.0)
    h: np.ndarray = np.broadcast_to(x[None, :, None], (len(network[0].kernel), len(x), 1))
    for kernel, bias in network[:-1]:
        h = units * np.maximum(weights * (h @ kernel) + bias[:, None], 0)
    found: np.ndarray = (h @ network[-1].kernel + network[-1].bias[:, None])[..., 0]
    return found


def thinned(
    network: Sequence[Layer], x: np.ndarray, rate: float, recipe: Any, samples: int, rng: np.random.Generator
) -> np.ndarray:
    """What as many thinned networks answer, [samples, frames, points]: a mask holds for all frames and points."""
    scale = np.float32(1 / (1 - rate) if recipe.inverted else 1)
    answers = []
    for _ in range(samples):
        h: np.ndarray = np.broadcast_to(x[None, :, None], (len(network[0].kernel), len(x), 1))
        for kernel, bias in network[:-1]:
            of_weights = recipe.drop_connect is not None
            mask = scale * (rng.random(kernel.shape[1:] if of_weights else bias.shape[1]) >= rate).astype(np.float32)
            z = h @ (kernel * mask if of_weights else kernel) + bias[:, None]
            h = np.maximum(z, 0) if of_weights else mask * np.maximum(z, 0)
        answers.append((h @ network[-1].kernel + network[-1].bias[:, None])[..., 0])
    return np.stack(answers)


def deviation(network: Sequence[Layer], x: np.ndarray, rate: float, recipe: Any) -> np.ndarray:
    """The standard deviation [frames, points] over all masks, exactly, for one hidden layer of ReLU; NaN for more.

    The units are independent. With dropout each is off with probability ``rate``; with DropConnect it has one weight,
    and without it answers by its bias alone.
    """
    (kernel, bias), (last, _) = network[0], network[-1]
    if len(network) > 2:
        return np.full((len(kernel), len(x)), np.nan, np.float32)
    scale = 1 / (1 - rate) if recipe.inverted else 1
    z = x[None, :, None] * kernel
    if recipe.drop_connect is None:
        apart = scale * np.maximum(z + bias[:, None], 0)
    else:
        apart = np.maximum(scale * z + bias[:, None], 0) - np.maximum(bias[:, None], 0)
    variance = rate * (1 - rate) * (np.square(apart) @ np.square(last))[..., 0]
    found: np.ndarray = np.sqrt(variance).astype(np.float32)
    return found
