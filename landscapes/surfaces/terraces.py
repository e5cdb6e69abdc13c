# mypy: allow-untyped-defs
"""Terraces: a round bowl cut into steps, so that one descent meets several plateaus in a row.

The height s = (x^2 + y^2) / 4 becomes s - d sin(2 pi s) / (2 pi), whose slope swings between 1 - d and 1 + d.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Param, Surface


def terraces(x, *, depth=0.95):
    """f(x) for x of shape [2]; at depth 1 the terraces are perfectly flat."""
    height = 0.25 * (x[0] ** 2 + x[1] ** 2)
    return height - depth * jnp.sin(6.283185307179586 * height) / 6.283185307179586


SURFACE = Surface(
    name="terraces",
    title="Terraces",
    terrain="plateau",
    fn=terraces,
    params={"depth": Param(0.95, 0.0, 1.0, symbol="d", label="depth of the steps")},
    domain=((-4.0, 4.0), (-4.0, 4.0)),
    start=(-2.9, 2.2),
    rate=0.03,
    latex=r"f(x, y) = s - \frac{d}{2\pi}\sin(2\pi s),\quad s = \tfrac{1}{4}(x^2 + y^2)",
    critical_points=(CriticalPoint((0.0, 0.0), 0.0, "minimum"),),
    reference="This project",
    story="The loss curve of this walk is a staircase: long flat stretches, then sudden drops, as seen in real"
    " training. Flat does not mean finished. At depth 1 the terraces are level, and gradient descent never leaves the"
    " first.",
)
