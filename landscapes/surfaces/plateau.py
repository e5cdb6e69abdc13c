# mypy: allow-untyped-defs
"""A plateau between two sigmoids: two steps down, and between them a gradient that is almost zero.

Only the tails of the two sigmoids slope the plateau, so the time to cross it grows exponentially with its width, as
with a saturated unit. A soft wall behind the second step keeps the minimum in the picture.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Param, Surface


def plateau(x, *, width=4.0):
    """f(x) for x of shape [2]; the plateau has the height 1 and lies between x = -width/2 and x = width/2."""
    x, y = x
    # Sigmoids by way of tanh, which saturates where exp would overflow.
    first = 0.5 + 0.5 * jnp.tanh(1.5 * (x - width / 2))
    second = 0.5 + 0.5 * jnp.tanh(1.5 * (x + width / 2))
    wall = jnp.logaddexp(0.0 * x, -3 * (x + width / 2 + 2))
    return first + second + wall + 0.1 * y**2


SURFACE = Surface(
    name="plateau",
    title="Plateau",
    terrain="plateau",
    fn=plateau,
    params={"width": Param(4.0, 1.0, 6.0, symbol="w", label="width of the plateau")},
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(3.0, 3.5),
    rate=0.5,
    latex=r"f(x, y) = \sigma\big(3(x - \tfrac{w}{2})\big) + \sigma\big(3(x + \tfrac{w}{2})\big)"
    r" + \ln\big(1 + e^{-3(x + w/2 + 2)}\big) + \tfrac{1}{10}y^2",
    critical_points=(CriticalPoint((-2.991280292530911, 0.0), 0.09598412679989926, "minimum"),),
    reference="This project",
    story="After the first step down the gradient nearly vanishes, and so does the speed of everyone whose step is"
    " proportional to it. Widen the plateau by one and the crossing takes more than four times as long. Methods that"
    " divide by the size of past gradients cross it at their usual pace.",
)
