# mypy: allow-untyped-defs
"""Matyas' function: a diagonal bowl so shallow that speed, not stability, is the difficulty.

M. Jamil, X.-S. Yang, "A literature survey of benchmark functions for global optimisation problems", 2013.
"""

from landscapes.surface import CriticalPoint, Surface


def matyas(x):
    """f(x) for x of shape [2]."""
    x, y = x
    return 0.26 * (x**2 + y**2) - 0.48 * x * y


SURFACE = Surface(
    name="matyas",
    title="Matyas",
    terrain="bowl",
    fn=matyas,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    start=(-9.0, -3.0),
    rate=0.5,
    latex=r"f(x, y) = 0.26\,(x^2 + y^2) - 0.48\,xy",
    critical_points=(CriticalPoint((0.0, 0.0), 0.0, "minimum"),),
    reference="M. Jamil, X.-S. Yang (2013), A literature survey of benchmark functions for global optimisation"
    " problems, International Journal of Mathematical Modelling and Numerical Optimisation 4(2)",
    story="Curvature 1 across the diagonal and 0.04 along it. The walk falls onto the diagonal at once and then"
    " crawls; the best fixed learning rate is nearly 2, much more than one would dare to try first.",
)
