# mypy: allow-untyped-defs
"""Booth's function: a tilted quadratic bowl, two linear equations solved by least squares.

Its condition number is 9, so every method that knows quadratics can be checked on it by hand.
M. Jamil, X.-S. Yang, "A literature survey of benchmark functions for global optimisation problems", 2013.
"""

from landscapes.surface import CriticalPoint, Surface


def booth(x):
    """f(x) for x of shape [2]."""
    x, y = x
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


SURFACE = Surface(
    name="booth",
    title="Booth",
    terrain="bowl",
    fn=booth,
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    start=(-8.0, 7.0),
    rate=0.02,
    latex=r"f(x, y) = (x + 2y - 7)^2 + (2x + y - 5)^2",
    critical_points=(CriticalPoint((1.0, 3.0), 0.0, "minimum"),),
    reference="M. Jamil, X.-S. Yang (2013), A literature survey of benchmark functions for global optimisation"
    " problems, International Journal of Mathematical Modelling and Numerical Optimisation 4(2)",
    story="Two linear equations, solved by least squares: a bowl whose axes lie along the diagonals, curvatures 2 and"
    " 18. Plain gradient descent is stable below a learning rate of 1/9. Methods with one rate per coordinate gain"
    " nothing from the difference of the curvatures, because it is not along the coordinates.",
)
