# mypy: allow-untyped-defs
"""A smooth l1 bowl: quadratic near the minimum, linear far from it, so that the gradient never exceeds a bound.

The pseudo-Huber loss in each coordinate, a smooth form of the loss in P. J. Huber, "Robust estimation of a location
parameter", 1964.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Param, Surface


def huber(x, *, delta=0.5):
    """f(x) for x of shape [2]; delta is where the quadratic turns into a straight line, and the largest slope."""
    first = jnp.sqrt(delta**2 + x[0] ** 2) - delta
    second = jnp.sqrt(delta**2 + x[1] ** 2) - delta
    return delta * (first + second)


SURFACE = Surface(
    name="huber",
    title="Smooth l1 bowl",
    terrain="bowl",
    fn=huber,
    params={"delta": Param(0.5, 0.05, 5.0, log=True, symbol=r"\delta", label="where the bowl becomes straight")},
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-4.5, 2.0),
    rate=0.1,
    latex=r"f(x, y) = \delta\left(\sqrt{\delta^2 + x^2} + \sqrt{\delta^2 + y^2} - 2\delta\right)",
    critical_points=(CriticalPoint((0.0, 0.0), 0.0, "minimum"),),
    reference="P. J. Huber (1964), Robust estimation of a location parameter, The Annals of Mathematical Statistics"
    " 35(1); the smooth form is known as pseudo-Huber loss",
    story="Far out the gradient does not grow with the distance: gradient descent marches at a constant speed along"
    " both axes and reaches one of them first. Near the bottom it is an ordinary bowl with curvature 1. A large delta"
    " makes the whole picture quadratic.",
)
