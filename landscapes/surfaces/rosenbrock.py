# mypy: allow-untyped-defs
"""Rosenbrock's banana: a curved ravine whose floor falls so gently that its direction is hard to see.

H. H. Rosenbrock, "An automatic method for finding the greatest or least value of a function", 1960.
"""

from landscapes.surface import CriticalPoint, Param, Surface


def rosenbrock(x, *, a=1.0, b=100.0):
    """f(x) for x of shape [2]; the minimum lies at (a, a^2)."""
    x, y = x
    return (a - x) ** 2 + b * (y - x**2) ** 2


SURFACE = Surface(
    name="rosenbrock",
    title="Rosenbrock",
    terrain="ravine",
    fn=rosenbrock,
    params={
        "a": Param(1.0, 0.5, 1.4, symbol="a", label="position of the minimum"),
        "b": Param(100.0, 1.0, 200.0, log=True, symbol="b", label="steepness of the walls"),
    },
    domain=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-1.2, 1.0),
    rate=0.0015,
    latex=r"f(x, y) = (a - x)^2 + b\,(y - x^2)^2",
    critical_points=(CriticalPoint((1.0, 1.0), 0.0, "minimum"),),
    reference="H. H. Rosenbrock (1960), An automatic method for finding the greatest or least value of a function, The"
    " Computer Journal 3(3)",
    story="Falling into the ravine takes a few steps, following it takes thousands: across it the curvature is about"
    " 2500 times that along it. Watch who zigzags between the walls and who turns along the floor.",
)
