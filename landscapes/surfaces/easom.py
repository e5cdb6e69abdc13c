# mypy: allow-untyped-defs
"""Easom's function: a plain, and one hole in it.

E. E. Easom, "A survey of global optimization techniques", 1990.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Surface


def easom(x):
    """f(x) for x of shape [2]."""
    x, y = x
    away = (x - 3.141592653589793) ** 2 + (y - 3.141592653589793) ** 2
    return -jnp.cos(x) * jnp.cos(y) * jnp.exp(-away)


SURFACE = Surface(
    name="easom",
    title="Easom",
    terrain="plateau",
    fn=easom,
    domain=((-1.0, 7.0), (-1.0, 7.0)),
    start=(1.9, 4.2),
    rate=0.2,
    latex=r"f(x, y) = -\cos x\,\cos y\; e^{-(x - \pi)^2 - (y - \pi)^2}",
    critical_points=(
        CriticalPoint((3.141592653589793, 3.141592653589793), -1.0, "minimum"),
        CriticalPoint((1.3049954504376675, 1.3049954504376675), -8.110223891570075e-05, "minimum"),
        CriticalPoint((1.3049954504376675, 4.978189856741919), -8.110223891570068e-05, "minimum"),
        CriticalPoint((4.978189856741919, 1.3049954504376675), -8.110223891570068e-05, "minimum"),
        CriticalPoint((4.978189856741919, 4.978189856741919), -8.11022389157006e-05, "minimum"),
        CriticalPoint((1.5707963267948966, 1.5707963267948966), 0.0, "saddle"),
        CriticalPoint((1.5707963267948966, 4.71238898038469), 0.0, "saddle"),
        CriticalPoint((4.71238898038469, 1.5707963267948966), 0.0, "saddle"),
        CriticalPoint((4.71238898038469, 4.71238898038469), 0.0, "saddle"),
        CriticalPoint((1.3049954504376675, 3.141592653589793), 0.009005678148573861, "maximum"),
        CriticalPoint((3.141592653589793, 1.3049954504376675), 0.009005678148573861, "maximum"),
        CriticalPoint((3.141592653589793, 4.978189856741919), 0.009005678148573854, "maximum"),
        CriticalPoint((4.978189856741919, 3.141592653589793), 0.009005678148573854, "maximum"),
    ),
    reference="E. E. Easom (1990), A survey of global optimization techniques, M. Eng. thesis, University of"
    " Louisville",
    story="The hole is about two units wide; outside it the surface is flat to many digits. Move the start outwards"
    " and the walk stops going anywhere: no sensible learning rate helps where the gradient is a millionth. Methods"
    " that normalise the gradient move, but outside the hole they follow faint ripples.",
)
