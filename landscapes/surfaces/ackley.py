# mypy: allow-untyped-defs
"""Ackley's function: a nearly flat plain with regular dents, and a funnel in its middle.

The funnel ends in a corner: near the origin f grows like the distance, so there is no gradient at the minimum itself.
D. H. Ackley, "A Connectionist Machine for Genetic Hillclimbing", 1987.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Point, Surface


def ackley(x):
    """f(x) for x of shape [2]; at the corner in the origin the gradient is taken to be zero."""
    x, y = x
    square = 0.5 * (x**2 + y**2)
    # The inner where keeps the root's infinite slope at zero out of the derivative, where it would turn into NaN.
    distance = jnp.where(square > 0, jnp.sqrt(jnp.where(square > 0, square, 1.0)), 0.0)
    waves = 0.5 * (jnp.cos(6.283185307179586 * x) + jnp.cos(6.283185307179586 * y))
    return 20 - 20 * jnp.exp(-0.2 * distance) + 2.718281828459045 - jnp.exp(waves)


def _cross(arm: float) -> tuple[Point, ...]:
    """The four points on the axes at a distance from the origin; the innermost dents and passes lie on them."""
    return (arm, 0.0), (-arm, 0.0), (0.0, arm), (0.0, -arm)


SURFACE = Surface(
    name="ackley",
    title="Ackley",
    terrain="multimodal",
    fn=ackley,
    domain=((-4.0, 4.0), (-4.0, 4.0)),
    start=(-2.6, 1.55),
    rate=0.01,
    latex=r"f(x, y) = 20\left(1 - e^{-0.2\sqrt{(x^2 + y^2)/2}}\right) + e - e^{(\cos 2\pi x + \cos 2\pi y)/2}",
    critical_points=(
        CriticalPoint((0.0, 0.0), 0.0, "minimum", smooth=False),
        *(CriticalPoint((x, y), 2.5799275570298708, "minimum") for x, y in _cross(0.9521665459501717)),
        *(CriticalPoint((x, y), 3.2524692451131783, "saddle") for x, y in _cross(0.6257806168564638)),
    ),
    reference="D. H. Ackley (1987), A Connectionist Machine for Genetic Hillclimbing, Kluwer",
    story="The funnel in the middle is felt everywhere, but only faintly; the dents are felt at once. Gradient descent"
    " stops in the first dent. At the very bottom the surface ends in a corner, so even a walk that arrives there"
    " keeps jumping around it unless its learning rate decays.",
)
