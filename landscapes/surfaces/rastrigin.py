# mypy: allow-untyped-defs
"""Rastrigin's function: a wide bowl under a regular egg box.

L. A. Rastrigin, "Systems of extremal control" (in Russian), 1974.
"""

import jax.numpy as jnp

from landscapes.surface import Param, Surface, separable


def rastrigin(x, *, amplitude=10.0):
    """f(x) for x of shape [2]; without amplitude the bowl alone remains."""
    x, y = x
    ripple = 2 - jnp.cos(6.283185307179586 * x) - jnp.cos(6.283185307179586 * y)
    return x**2 + y**2 + amplitude * ripple


# The function is a sum of one profile along each axis: these are the innermost stationary points of the profile, their
# heights, and whether they are its minima.
_PROFILE = (
    (-0.9949586376523348, 0.9949590570932902, True),
    (-0.5025460365546747, 20.251272990990113, False),
    (0.0, 0.0, True),
    (0.5025460365546747, 20.251272990990113, False),
    (0.9949586376523348, 0.9949590570932902, True),
)

SURFACE = Surface(
    name="rastrigin",
    title="Rastrigin",
    terrain="multimodal",
    fn=rastrigin,
    params={"amplitude": Param(10.0, 0.0, 20.0, symbol="A", label="amplitude of the ripple")},
    domain=((-5.12, 5.12), (-5.12, 5.12)),
    start=(-4.4, 3.6),
    rate=0.002,
    latex=r"f(x, y) = x^2 + y^2 + A\,(2 - \cos 2\pi x - \cos 2\pi y)",
    critical_points=separable(_PROFILE, _PROFILE),
    reference="L. A. Rastrigin (1974), Systems of extremal control, Nauka, Moscow (in Russian)",
    story="A local minimum in nearly every unit square, and under them a wide bowl that only long steps can feel."
    " Gradient descent ends in the square where it starts. Lower the amplitude until it no longer does.",
)
