"""Mini-batches: what stochastic gradient descent does on the mean of many quadratics, in closed form.

Sample i of N has the gradient g_i and the Hessian H_i at the minimum of the mean loss, where the g_i add up to zero. A
step sees the mean gradient of B samples, so the offset from the minimum is multiplied by a random matrix and moved by a
random vector. Its second moment still obeys a linear recursion, exactly if the losses are quadratic and each batch is
drawn anew; where they are not (logistic regression), near the minimum. Unlike the formula for noise of a constant
size (`theory.noise_ball_variance`) it knows that the gradients of the samples differ more, the farther away they are.

L. Bottou, F. Curtis, J. Nocedal, "Optimization methods for large-scale machine learning", SIAM Review 60 (2018);
for the factor of draws without replacement: W. G. Cochran, "Sampling techniques" (1977), theorem 2.2.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from optimizers import small_matrices
from optimizers.records import Scalar

Gradients = Float[Any, "samples dim"]
Hessians = Float[Any, "samples dim dim"]


def sampling_factor(batch: Any, samples: int, *, replacement: bool) -> Any:
    """Variance of the mean of a batch over that of one sample: 1/B, or (N - B) / (B (N - 1)) without repeats."""
    return 1 / batch if replacement else (samples - batch) / (batch * max(samples - 1, 1))


def covariance(vectors: Gradients) -> Float[Array, "dim dim"]:
    """Covariance of the gradients of single samples, over all of them (divided by N)."""
    centred = vectors - jnp.mean(vectors, axis=0, keepdims=True)
    return centred.T @ centred / len(vectors)


def _multiplicative(hessians: Hessians) -> Float[Array, "square square"]:
    """Mean of H_i x H_i minus H x H, as a matrix on flattened second moments."""
    square = hessians.shape[1] ** 2
    mean = jnp.mean(hessians, axis=0)
    pairs = jnp.einsum("nab,ncd->acbd", hessians, hessians).reshape(square, square) / len(hessians)
    return pairs - jnp.kron(mean, mean)


def stationary_covariance(
    gradients: Gradients, hessians: Hessians, learning_rate: Scalar, factor: Scalar
) -> Float[Array, "dim dim"]:
    """Covariance S of the position in the long run, around the minimum: the noise ball.

    S = (I - aH) S (I - aH) + a^2 k (mean of H_i S H_i + g_i g_i' - H S H), with the learning rate a and the factor k
    of `sampling_factor`. Meaningless above `mean_square_limit`, where the recursion grows.
    """
    dim = gradients.shape[1]
    contraction = jnp.eye(dim, dtype=hessians.dtype) - learning_rate * jnp.mean(hessians, axis=0)
    noise = learning_rate**2 * factor
    step = jnp.kron(contraction, contraction) + noise * _multiplicative(hessians)
    source = noise * covariance(gradients).ravel()
    return small_matrices.solve(jnp.eye(dim**2, dtype=step.dtype) - step, source).reshape(dim, dim)


def mean_square_limit(hessians: Hessians, factor: Scalar) -> Float[Array, ""]:
    """Learning rate above which the second moment of the offset grows; 2 / largest curvature for the whole set (k = 0).

    The recursion shrinks iff a Q < P on symmetric matrices, with P = H x I + I x H and Q = H x H + k (mean of
    H_i x H_i - H x H); so the limit is one over the largest eigenvalue of Q relative to P. In the coordinates in which
    H is diagonal, so is P.
    """
    values, axes = small_matrices.eigh(jnp.mean(hessians, axis=0))
    turned = axes.T @ hessians @ axes
    growth = jnp.kron(jnp.diag(values), jnp.diag(values)) + factor * _multiplicative(turned)
    root = jnp.sqrt((values[:, None] + values[None]).ravel())
    return 1 / small_matrices.eigh(growth / (root[:, None] * root[None])).values[-1]


def expected_excess(
    gradients: Gradients,
    hessians: Hessians,
    offset: Float[Any, " dim"],
    learning_rates: Float[Any, " steps"],
    factor: Scalar,
) -> Float[Array, "steps+1"]:
    """Expected loss above the minimum, before each step and at the end, of a walk that starts `offset` away from it."""
    mean = jnp.mean(hessians, axis=0)
    identity = jnp.eye(len(mean), dtype=mean.dtype)
    spread, source = _multiplicative(hessians), covariance(gradients).ravel()
    turned = jnp.einsum("nab,nc->acb", hessians, gradients) / len(hessians)  # of the mean offset, into a second moment

    def step(carry: tuple[Array, Array], rate: Array) -> tuple[tuple[Array, Array], Array]:
        first, second = carry
        contraction = identity - rate * mean
        crossed = turned @ first
        noise = spread @ second.ravel() + source + (crossed + crossed.T).ravel()
        moved = contraction @ second @ contraction + (rate**2 * factor * noise).reshape(second.shape)
        return (contraction @ first, moved), jnp.sum(mean * second) / 2

    (_, last), excess = jax.lax.scan(step, (offset, jnp.outer(offset, offset)), learning_rates)
    return jnp.append(excess, jnp.sum(mean * last) / 2)
