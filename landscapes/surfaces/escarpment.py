# mypy: allow-untyped-defs
"""An escarpment: a gentle slope, a sudden drop, and a basin at its foot.

The drop is one sigmoid of adjustable steepness; its largest slope is the height times the steepness over four.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Param, Surface


def escarpment(x, *, steepness=15.0):
    """f(x) for x of shape [2]; the drop has the height 4 and lies at x = 0."""
    x, y = x
    # A sigmoid by way of tanh, which saturates where exp would overflow.
    drop = 0.5 + 0.5 * jnp.tanh(0.5 * steepness * x)
    return 0.05 * (x + 3) ** 2 + 0.1 * y**2 + 4 * drop


SURFACE = Surface(
    name="escarpment",
    title="Escarpment",
    terrain="cliff",
    fn=escarpment,
    params={"steepness": Param(15.0, 1.0, 50.0, log=True, symbol="k", label="steepness of the drop")},
    domain=((-6.0, 6.0), (-4.0, 4.0)),
    start=(4.5, 2.5),
    rate=0.1,
    latex=r"f(x, y) = \tfrac{1}{20}(x + 3)^2 + \tfrac{1}{10}y^2 + 4\,\sigma(kx)",
    critical_points=(CriticalPoint((-3.0, 0.0), 0.0, "minimum"),),
    reference="This project",
    story="The gradient on the drop is dozens of times that on the slopes, and it lasts for one step only. That step"
    " is the learning rate times the gradient, so the steeper the drop, the further the walk is thrown: past the basin"
    " or off the map. A clipped gradient steps down instead.",
)
