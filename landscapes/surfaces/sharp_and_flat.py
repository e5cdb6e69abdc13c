# mypy: allow-untyped-defs
"""A sharp minimum and a flat one: the same kind of hollow twice, one narrow and a little deeper, one wide.

S. Hochreiter, J. Schmidhuber, "Flat minima", 1997, argue that the wide one generalises better.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Param, Surface


def sharp_and_flat(x, *, width=0.3):
    """f(x) for x of shape [2]; the width is that of the sharp hollow, the flat one has width 1.5."""
    x, y = x
    sharp = jnp.exp(-((x - 1.5) ** 2 + y**2) / (2 * width**2))
    flat = jnp.exp(-((x + 1.5) ** 2 + y**2) / 4.5)
    return 0.05 * (x**2 + y**2) + 2 - 1.2 * sharp - flat


SURFACE = Surface(
    name="sharp_and_flat",
    title="Sharp and flat minimum",
    terrain="multimodal",
    fn=sharp_and_flat,
    params={"width": Param(0.3, 0.1, 1.5, log=True, symbol="s", label="width of the sharp hollow")},
    domain=((-4.0, 4.0), (-3.0, 3.0)),
    start=(3.2, 0.7),
    rate=0.05,
    latex=r"f(x, y) = \tfrac{1}{20}(x^2 + y^2) + 2 - 1.2\,e^{-\frac{(x - 1.5)^2 + y^2}{2s^2}}"
    r" - e^{-\frac{(x + 1.5)^2 + y^2}{4.5}}",
    critical_points=(
        CriticalPoint((1.4749767396988342, 0.0), 0.7730376319935013, "minimum"),
        CriticalPoint((-1.2205658088580784, 0.0), 1.091691249361371, "minimum"),
        CriticalPoint((0.736990476075733, 0.0), 1.651003667092516, "saddle"),
    ),
    reference="S. Hochreiter, J. Schmidhuber (1997), Flat minima, Neural Computation 9(1); the surface is of this"
    " project",
    story="The narrow hollow is the deeper one, and a small learning rate comes to rest in it. Once the learning rate"
    " exceeds two over its curvature, about 0.15, the walk only bounces between its walls; from about 0.4 on it is"
    " thrown out and ends in the wide one. Noise in the gradient has a similar effect.",
)
