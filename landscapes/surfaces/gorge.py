# mypy: allow-untyped-defs
"""A gorge with straight walls: steep everywhere except on a thin, rounded floor.

Across it the surface is a smooth absolute value, as from an l1 penalty; along it a gentle parabola.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Param, Surface


def gorge(x, *, rounding=0.1):
    """f(x) for x of shape [2]; the curvature of the floor is 4 / rounding."""
    return 0.1 * x[0] ** 2 + 4 * (jnp.sqrt(rounding**2 + x[1] ** 2) - rounding)


SURFACE = Surface(
    name="gorge",
    title="Narrow gorge",
    terrain="ravine",
    fn=gorge,
    params={"rounding": Param(0.1, 0.01, 1.0, log=True, symbol=r"\varepsilon", label="rounding of the floor")},
    domain=((-5.0, 5.0), (-3.0, 3.0)),
    start=(-4.5, 2.2),
    rate=0.02,
    latex=r"f(x, y) = \tfrac{1}{10}x^2 + 4\left(\sqrt{\varepsilon^2 + y^2} - \varepsilon\right)",
    critical_points=(CriticalPoint((0.0, 0.0), 0.0, "minimum"),),
    reference="This project",
    story="The walls have the same slope all the way down, so steps do not shrink on the approach: with too large a"
    " learning rate the walk jumps from wall to wall without ever touching the floor. Make the floor rounder, or let"
    " the learning rate decay, and the jumping ends.",
)
