# mypy: allow-untyped-defs
"""Branin's function: three minima of exactly the same depth.

F. H. Branin, "Widely convergent method for finding multiple solutions of simultaneous nonlinear equations", 1972, in
the form of L. C. W. Dixon and G. P. Szegö, 1978.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Surface


def branin(x):
    """f(x) for x of shape [2]; the minima lie at x = -pi, pi and 3 pi."""
    x, y = x
    pi = 3.141592653589793
    fold = y - 5.1 / (4 * pi**2) * x**2 + 5 / pi * x - 6
    return fold**2 + 10 * (1 - 1 / (8 * pi)) * jnp.cos(x) + 10


SURFACE = Surface(
    name="branin",
    title="Branin",
    terrain="multimodal",
    fn=branin,
    domain=((-5.0, 10.0), (0.0, 15.0)),
    start=(2.0, 14.0),
    rate=0.02,
    latex=r"f(x, y) = \left(y - \tfrac{5.1}{4\pi^2}x^2 + \tfrac{5}{\pi}x - 6\right)^2"
    r" + 10\left(1 - \tfrac{1}{8\pi}\right)\cos x + 10",
    critical_points=(
        CriticalPoint((-3.141592653589793, 12.275), 0.39788735772973816, "minimum"),
        CriticalPoint((3.141592653589793, 2.275), 0.39788735772973816, "minimum"),
        CriticalPoint((9.42477796076938, 2.475), 0.39788735772973816, "minimum"),
        CriticalPoint((0.0, 6.0), 19.602112642270264, "saddle"),
        CriticalPoint((6.283185307179586, 1.1), 19.602112642270264, "saddle"),
    ),
    reference="F. H. Branin (1972), Widely convergent method for finding multiple solutions of simultaneous nonlinear"
    " equations, IBM Journal of Research and Development 16(5)",
    story="A curved valley with a cosine along its floor: three hollows, all equally deep, so there is no wrong end."
    " Compare how the walks fall into the valley and how long they take along it.",
)
