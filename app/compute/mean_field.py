"""Signals and gradients of a wide network before it is trained, as the mean-field recursion has them."""

from functools import lru_cache
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

import training_lab as lab
from training_lab import activations, initializers, theory


class Signals(NamedTuple):
    """What is expected of the hidden layers 1, ..., depth; NaN where nothing is."""

    forward: np.ndarray  # [depth], mean square of the activations
    back: np.ndarray  # [depth], factor of the mean square gradient from layer l + 1 to l; the last one is NaN


@lru_cache(maxsize=512)
def signals(network: lab.MLP, features: int, start: float) -> Signals:
    """Of an MLP whose inputs have this mean square; weights whose mean is not zero have no such theory."""
    record, values = initializers.get(network.initializer.name), network.initializer.values
    nothing = np.full(network.depth, np.nan)
    if network.norm or network.residual or record.name == "constant":
        return Signals(nothing, nothing)

    def spread(fan_in: int) -> tuple[float, float]:
        variance = float(record.variance((fan_in, network.width), **record.resolve(values)))
        return fan_in * variance, variance if record.biased else 0.0

    fn, slope = _functions(network)
    gain, bias = spread(features)
    first = theory.signal_variances(fn, gain, bias=bias, start=start, layers=1)
    if network.depth == 1:
        return Signals(first, nothing)
    gain, bias = spread(network.width)
    inner: dict[str, Any] = {"bias": bias, "start": float(first[0]), "layers": network.depth - 1}
    forward = np.concatenate([first, theory.signal_variances(fn, gain, **inner)])
    return Signals(forward, np.append(theory.gradient_factors(fn, slope, gain, **inner), np.nan))


def _functions(network: lab.MLP) -> tuple[Any, Any]:
    record, values = activations.get(network.activation.name), network.activation.values

    def numpy(fn: Any) -> Any:
        return lambda x: np.asarray(fn(jnp.asarray(x, jnp.float32), **values), float)

    return numpy(record), numpy(record.slope)


def histogram_edges() -> dict[str, np.ndarray]:
    """The bins of the lab's histograms, by what they count; gradients are log10 of their size."""
    probes = lab.probes
    edges = {
        "activation": probes.ACTIVATION_EDGES,
        "signal": probes.LOG_GRADIENT_EDGES,
        "weight": probes.WEIGHT_EDGES,
    }
    return {name: array.astype(np.float32) for name, array in edges.items()}
