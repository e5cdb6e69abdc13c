"""Closed forms to hold a run against.

Signals in wide networks: the variance of the activations' inputs, and of the gradients, by the mean-field recursion.
Linear regression: what dropout, input noise and early stopping amount to, exactly.
"""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from optimizers.records import Scalar

Curve = Float[np.ndarray, " layers"]
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(200)  # none at zero, where ReLU has a kink
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def gaussian_mean(fn: Callable[[Any], Any], variance: float) -> float:
    """E fn(z) for z ~ N(0, variance), by Gauss-Hermite quadrature."""
    return float(np.asarray(fn(jnp.asarray(np.sqrt(variance) * _NODES))) @ _WEIGHTS)


def signal_variances(
    activation: Callable[[Any], Any], gain: float, *, bias: float = 0.0, start: float = 1.0, layers: int = 10
) -> Curve:
    """Mean square of what layers 1, 2, ... hand on: q -> E activation(sqrt(gain q + bias) z)².

    `gain` is fan_in x Var(W), `bias` is Var(b), `start` the mean square of the inputs.
    B. Poole, S. Lahiri, M. Raghu, J. Sohl-Dickstein, S. Ganguli (2016), NeurIPS, arXiv:1606.05340.
    """
    seen = []
    for _ in range(layers):
        start = gaussian_mean(lambda z: jnp.square(activation(z)), gain * start + bias)
        seen.append(start)
    return np.array(seen)


def gradient_factors(
    activation: Callable[[Any], Any],
    slope: Callable[[Any], Any],
    gain: float,
    *,
    bias: float = 0.0,
    start: float = 1.0,
    layers: int = 10,
) -> Curve:
    """By how much each layer multiplies the mean square of the gradient on its way back: fan_out Var(W) E slope(z)²."""
    signals = np.concatenate([[start], signal_variances(activation, gain, bias=bias, start=start, layers=layers)])
    return np.array([gain * gaussian_mean(lambda z: jnp.square(slope(z)), gain * q + bias) for q in signals[:-1]])


def dropout_penalty(x: Float[np.ndarray, "n d"], rate: Scalar) -> Float[np.ndarray, " d"]:
    """c in E |y - dropout(x) w|² = |y - x w|² + sum_j c_j w_j², for inverted dropout of the inputs at a rate."""
    return rate / (1 - rate) * np.sum(np.square(x), axis=0)


def noise_penalty(n: int, std: Scalar) -> Scalar:
    """c in E |y - (x + noise) w|² = |y - x w|² + c |w|², for noise of a standard deviation on n inputs."""
    return n * std**2


def early_stopping_factor(curvature: Any, learning_rate: Scalar, steps: Any) -> Any:
    """How much of the optimum gradient descent from zero has reached along an eigenvector: 1 - (1 - a l)^k."""
    return 1 - (1 - learning_rate * curvature) ** steps


def ridge_factor(curvature: Any, penalty: Any) -> Any:
    """How much of the optimum ridge regression leaves along an eigenvector: l / (l + penalty)."""
    return curvature / (curvature + penalty)


def equivalent_ridge(curvature: Any, learning_rate: Scalar, steps: Any) -> Any:
    """The ridge penalty that leaves as much as stopping after some steps: about 1 / (k a) where k a l is small."""
    kept = (1 - learning_rate * curvature) ** steps
    return curvature * kept / (1 - kept)


def shifted_feature_condition(mean: Scalar, std: Scalar = 1.0) -> Scalar:
    """Condition number of least squares with a bias and one feature of some mean and standard deviation."""
    trace = 1 + mean**2 + std**2
    root = (trace**2 - 4 * std**2) ** 0.5
    return (trace + root) / (trace - root)


def steps_at_best_rate(condition: float, tolerance: float = 1e-3) -> int:
    """Steps of gradient descent, at its best rate, that shrink the worst error to a share of itself."""
    rate = (condition - 1) / (condition + 1)
    return 1 if rate <= tolerance else int(np.ceil(np.log(tolerance) / np.log(rate)))


# The squared gradient's growth per layer of a wide network of batch normalisation and ReLU at its start: π / (π - 1).
# G. Yang, J. Pennington, V. Rao, J. Sohl-Dickstein, S. Schoenholz, "A mean field theory of batch normalization",
# ICLR 2019, arXiv:1902.08129, for large batches; the finite batches of practice fall a little short of it.
BATCH_NORM_RELU_GROWTH = np.pi / (np.pi - 1)
