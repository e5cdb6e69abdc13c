# mypy: allow-untyped-defs
"""Lévy's function: waves that grow with the distance from the minimum.

A. V. Levy, A. Montalvo, "The tunneling algorithm for the global minimization of functions", 1985, in the form of
M. Laguna, R. Martí, "Experimental testing of advanced scatter search designs for global optimization of multimodal
functions", 2005.
"""

import jax.numpy as jnp

from landscapes.surface import Surface, separable


def levy(x):
    """f(x) for x of shape [2]."""
    pi = 3.141592653589793
    u, v = 1 + (x[0] - 1) / 4, 1 + (x[1] - 1) / 4
    along = (u - 1) ** 2 * (1 + 10 * jnp.sin(pi * u + 1) ** 2)
    across = (v - 1) ** 2 * (1 + jnp.sin(2 * pi * v) ** 2)
    return jnp.sin(pi * u) ** 2 + along + across


# The function is a sum of one profile along each axis: these are the stationary points of each profile that lie nearest
# to its minimum, their heights, and whether they are minima of it.
_ALONG = (
    (-4.205434985718203, 2.400079408180246, True),
    (-2.7053160403868706, 8.540741589860838, False),
    (1.0, 0.0, True),
    (2.768860451853794, 2.076116755809091, False),
    (3.79108219045051, 1.1604532106739114, True),
)
_ACROSS = (
    (-2.8906496084617133, 0.9737115955768498, True),
    (-2.256662218677807, 1.2237006012831848, False),
    (1.0, 0.0, True),
    (4.256662218677808, 1.2237006012831848, False),
    (4.890649608461713, 0.9737115955768498, True),
)

SURFACE = Surface(
    name="levy",
    title="Lévy",
    terrain="multimodal",
    fn=levy,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    start=(-7.5, -6.0),
    rate=0.02,
    latex=r"\begin{aligned} f(x, y) ={}& \sin^2 \pi u + (u - 1)^2\left(1 + 10\sin^2(\pi u + 1)\right)"
    r" + (v - 1)^2\left(1 + \sin^2 2\pi v\right), \\"
    r" & u = 1 + \tfrac{x - 1}{4},\quad v = 1 + \tfrac{y - 1}{4} \end{aligned}",
    critical_points=separable(_ALONG, _ACROSS),
    reference="A. V. Levy, A. Montalvo (1985), The tunneling algorithm for the global minimization of functions, SIAM"
    " Journal on Scientific and Statistical Computing 6(1); in the form of M. Laguna, R. Martí (2005), Journal of"
    " Global Optimization 33",
    story="Parallel ridges along one axis, gentle waves along the other. The ridges are lower near the minimum, so a"
    " walk that has crossed one has a better chance with the next.",
)
