"""Closed forms to draw over a live run: stability limits, rates, optimal settings, noise, escape from a saddle.

On a quadratic every eigenvector walks alone, so one curvature l and x = learning_rate * l say everything. A method
with a velocity is a linear map of (position, velocity), and it shrinks errors by that map's spectral radius per step:
B. T. Polyak (1964); L. Lessard, B. Recht, A. Packard, "Analysis and design of optimization algorithms via integral
quadratic constraints", SIAM Journal on Optimization 26 (2016). Functions broadcast over array arguments.
"""

from typing import TypeAlias

import jax.numpy as jnp
from jaxtyping import Array, ArrayLike, Float, Shaped

Real: TypeAlias = Shaped[ArrayLike, "..."]


def gradient_descent_limit() -> float:
    """Gradient descent is stable for x < 2, since |1 - x| < 1."""
    return 2.0


def heavy_ball_limit(momentum: Real) -> Real:
    """v <- b v + g, step -learning_rate v: stable for x < 2 + 2 b (and b < 1)."""
    return 2 + 2 * momentum


def nesterov_limit(momentum: Real) -> Real:
    """Step -learning_rate (g + b v): stable for x < (2 + 2 b) / (1 + 2 b)."""
    return (2 + 2 * momentum) / (1 + 2 * momentum)


def averaged_momentum_limit(b1: Real) -> Real:
    """m <- b m + (1 - b) g, step -rate m: stable for rate * l < 2 (1 + b) / (1 - b), which is 38 at b = 0.9.

    For Adam the rate is the effective one, 1 / (sqrt(v_hat) + eps) included: J. Cohen et al., "Adaptive gradient
    methods at the edge of stability", arXiv:2207.14484 (2022).
    """
    return 2 * (1 + b1) / (1 - b1)


def _largest_root(trace: Real, determinant: Real) -> Float[Array, "..."]:
    """Largest modulus among the roots of z^2 - trace z + determinant, a spectral radius of a 2 x 2 matrix."""
    discriminant = jnp.square(trace) - 4 * jnp.asarray(determinant)
    real = (jnp.abs(trace) + jnp.sqrt(jnp.maximum(discriminant, 0))) / 2
    complex_pair = jnp.sqrt(jnp.maximum(determinant, 0))
    return jnp.where(discriminant >= 0, real, complex_pair)


def gradient_descent_rate(curvature: Real, learning_rate: Real) -> Float[Array, "..."]:
    """|1 - x|, the factor by which a step of gradient descent shrinks the error along an eigenvector."""
    return jnp.abs(1 - learning_rate * jnp.asarray(curvature))


def heavy_ball_rate(curvature: Real, learning_rate: Real, momentum: Real) -> Float[Array, "..."]:
    """Largest root of z^2 - (1 + b - x) z + b; sqrt(b) wherever the roots are complex, whatever the learning rate."""
    x = learning_rate * jnp.asarray(curvature)
    return _largest_root(1 + momentum - x, momentum + jnp.zeros_like(x))


def nesterov_rate(curvature: Real, learning_rate: Real, momentum: Real) -> Float[Array, "..."]:
    """Largest root of z^2 - (1 + b)(1 - x) z + b (1 - x)."""
    x = learning_rate * jnp.asarray(curvature)
    return _largest_root((1 + momentum) * (1 - x), momentum * (1 - x))


def critical_momentum(curvature: Real, learning_rate: Real) -> Float[Array, "..."]:
    """(1 - sqrt x)^2: with less momentum the heavy ball creeps along this eigenvector, with more it oscillates."""
    return jnp.square(1 - jnp.sqrt(learning_rate * jnp.asarray(curvature)))


def gradient_descent_optimum(smallest: Real, largest: Real) -> dict[str, Real]:
    """Learning rate 2 / (l_1 + l_n); the rate is then (k - 1) / (k + 1), with k = largest / smallest curvature."""
    return {"learning_rate": 2 / (smallest + largest)}


def heavy_ball_optimum(smallest: Real, largest: Real) -> dict[str, Real]:
    """Learning rate (2 / (sqrt l_1 + sqrt l_n))^2, momentum ((sqrt k - 1) / (sqrt k + 1))^2; rate: its root."""
    low, high = smallest**0.5, largest**0.5
    return {"learning_rate": (2 / (low + high)) ** 2, "momentum": ((high - low) / (high + low)) ** 2}


def nesterov_optimum(smallest: Real, largest: Real) -> dict[str, Real]:
    """Learning rate 4 / (3 l_n + l_1), momentum (sqrt(3k + 1) - 2) / (sqrt(3k + 1) + 2); rate 1 - 2 / sqrt(3k + 1).

    Tuned to quadratics (Lessard et al. 2016, table 1); the textbook's 1 / l_n and (sqrt k - 1) / (sqrt k + 1) hold for
    all convex functions with these curvatures and give the rate 1 - 1 / sqrt(k).
    """
    root = (3 * largest / smallest + 1) ** 0.5
    return {"learning_rate": 4 / (3 * largest + smallest), "momentum": (root - 2) / (root + 2)}


def gradient_descent_best_rate(condition: Real) -> Real:
    """(k - 1) / (k + 1): the worst eigenvector's rate at `gradient_descent_optimum`."""
    return (condition - 1) / (condition + 1)


def heavy_ball_best_rate(condition: Real) -> Real:
    """(sqrt k - 1) / (sqrt k + 1): the rate at `heavy_ball_optimum`."""
    return (condition**0.5 - 1) / (condition**0.5 + 1)


def nesterov_best_rate(condition: Real) -> Real:
    """1 - 2 / sqrt(3k + 1): the rate at `nesterov_optimum`."""
    return 1 - 2 / (3 * condition + 1) ** 0.5


def noise_ball_variance(curvature: Real, learning_rate: Real, noise: Real, momentum: Real = 0.0) -> Real:
    """Stationary variance of the position: a s^2 (1 + b) / (l (1 - b) (2 (1 + b) - a l)).

    For the heavy ball (gradient descent at b = 0) with learning rate a, on curvature l, when every gradient carries
    independent noise of standard deviation s. S. Mandt, M. Hoffman, D. Blei, "Stochastic gradient descent as
    approximate Bayesian inference", JMLR 18 (2017), has the limit of small learning rates.
    """
    x = learning_rate * curvature
    return learning_rate * noise**2 * (1 + momentum) / (curvature * (1 - momentum) * (2 * (1 + momentum) - x))


def saddle_escape_steps(
    curvature: Real, learning_rate: Real, start: Real, exit_radius: Real = 1.0
) -> Float[Array, "..."]:
    """ceil(ln(r / y0) / ln(1 + a m)): steps of gradient descent from y0 to r where the curvature is -m.

    Each step multiplies y by 1 + a m, so halving the distance to the saddle only adds a constant number of steps.
    """
    growth = jnp.log1p(learning_rate * jnp.asarray(curvature))
    return jnp.ceil(jnp.log(exit_radius / jnp.asarray(start)) / growth)
