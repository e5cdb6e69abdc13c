"""Off the quadratic: leaving a saddle, products of weights, and what stopping early comes to."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from optimizers.theory.quadratics import Real


def saddle_escape_steps(
    curvature: Real, learning_rate: Real, start: Real, exit_radius: Real = 1.0
) -> Float[Array, "..."]:
    """ceil(ln(r / y0) / ln(1 + a m)): steps of gradient descent from y0 to r where the curvature is -m.

    Each step multiplies y by 1 + a m, so halving the distance to the saddle only adds a constant number of steps.
    """
    growth = jnp.log1p(learning_rate * jnp.asarray(curvature))
    return jnp.ceil(jnp.log(exit_radius / jnp.asarray(start)) / growth)


def catapult_limits(curvature: Real) -> tuple[Real, Real]:
    """2 / l and 4 / l, where l = u^2 + v^2 is the curvature at the start of gradient descent on (u v)^2 / 2.

    Below the first learning rate the walk settles near its start; between them the loss rises, the curvature falls
    until it is below 2 / learning_rate, and the walk settles where it is flat; above the second it diverges.
    A. Lewkowycz et al., "The large learning rate phase of deep learning: the catapult mechanism", arXiv:2003.02218.
    """
    return 2 / curvature, 4 / curvature


def deep_linear_half_time(target: Real, start: Real) -> Float[Array, "..."]:
    """ln(s / u0 - 1) / (2 s): when u = a b has come half the way to s under gradient flow on (a b - s)^2 / 2.

    For a balanced start a = b = sqrt(u0), in units of time: steps times a small learning rate. A plateau as long as
    ln(1 / u0), then a sudden drop. A. Saxe, J. McClelland, S. Ganguli, "Exact solutions to the nonlinear dynamics of
    learning in deep linear neural networks", ICLR 2014, arXiv:1312.6120.
    """
    return jnp.log(target / jnp.asarray(start) - 1) / (2 * target)


def early_stopping_shrinkage(curvature: Real, learning_rate: Real, steps: Real) -> Real:
    """1 - (1 - a l)^k: the part of the minimiser that k steps of gradient descent from zero have reached."""
    return 1 - (1 - learning_rate * curvature) ** steps


def early_stopping_penalty(learning_rate: Real, steps: Real) -> Real:
    """1 / (k a): the ridge penalty that shrinks about as much, l / (l + penalty), as stopping after k steps.

    C. Bishop, "Regularization and complexity control in feed-forward networks", ICANN 1995.
    """
    return 1 / (steps * learning_rate)
