"""On a quadratic: how large a learning rate may be, how fast the error shrinks, and which setting is best.

Every eigenvector walks alone, so one curvature l and x = learning_rate * l say everything. A method with a velocity is
a linear map of (position, velocity), and it shrinks errors by that map's spectral radius per step: B. T. Polyak (1964);
L. Lessard, B. Recht, A. Packard, "Analysis and design of optimization algorithms via integral quadratic constraints",
SIAM Journal on Optimization 26 (2016).
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


def edge_of_stability(learning_rate: Real, limit: Real = 2.0) -> Real:
    """limit / learning_rate: the curvature above which a method with this limit diverges.

    Full-batch gradient descent on a network drives the sharpness up to 2 / learning_rate and keeps it there; Adam the
    sharpness of the preconditioned loss to 38 / learning_rate at b1 = 0.9. J. Cohen et al., "Gradient descent on neural
    networks typically occurs at the edge of stability", ICLR 2021, arXiv:2103.00065, and arXiv:2207.14484.
    """
    return limit / learning_rate


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


def averaged_momentum_rate(curvature: Real, rate: Real, b1: Real) -> Float[Array, "..."]:
    """That of the heavy ball with the learning rate (1 - b) rate: m <- b m + (1 - b) g, step -rate m."""
    return heavy_ball_rate(curvature, rate * (1 - jnp.asarray(b1)), b1)


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

    Tuned to quadratics: Lessard et al. (2016), table 1.
    """
    root = (3 * largest / smallest + 1) ** 0.5
    return {"learning_rate": 4 / (3 * largest + smallest), "momentum": (root - 2) / (root + 2)}


def nesterov_textbook(smallest: Real, largest: Real) -> dict[str, Real]:
    """Learning rate 1 / l_n, momentum (sqrt k - 1) / (sqrt k + 1): holds for every convex function in between."""
    root = (largest / smallest) ** 0.5
    return {"learning_rate": 1 / largest, "momentum": (root - 1) / (root + 1)}


def gradient_descent_best_rate(condition: Real) -> Real:
    """(k - 1) / (k + 1): the worst eigenvector's rate at `gradient_descent_optimum`."""
    return (condition - 1) / (condition + 1)


def heavy_ball_best_rate(condition: Real) -> Real:
    """(sqrt k - 1) / (sqrt k + 1): the rate at `heavy_ball_optimum`."""
    return (condition**0.5 - 1) / (condition**0.5 + 1)


def nesterov_best_rate(condition: Real) -> Real:
    """1 - 2 / sqrt(3k + 1): the rate at `nesterov_optimum`."""
    return 1 - 2 / (3 * condition + 1) ** 0.5


def nesterov_textbook_rate(condition: Real) -> Real:
    """1 - 1 / sqrt k: the rate on a quadratic at `nesterov_textbook`."""
    return 1 - 1 / condition**0.5


def steps_to_shrink(rate: Real, factor: Real = 1e-3) -> Float[Array, "..."]:
    """ceil(ln factor / ln rate): steps until an error that shrinks by this rate a step is that part of what it was."""
    return jnp.ceil(jnp.log(factor) / jnp.log(jnp.asarray(rate)))


def mean_condition_number(mean: Real) -> Float[Array, "..."]:
    """Of linear regression on a bias and one feature of variance 1 with this mean: 1, 6.85, 119 at 0, 1, 3.

    The Hessian is [[1, m], [m, 1 + m^2]], with determinant 1 and trace 2 + m^2. Y. LeCun, L. Bottou, G. Orr,
    K.-R. Müller, "Efficient backprop" (1998), section 4.3: why inputs are centred.
    """
    half = 1 + jnp.square(jnp.asarray(mean)) / 2
    return jnp.square(half + jnp.sqrt(jnp.square(half) - 1))
