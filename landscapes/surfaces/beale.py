# mypy: allow-untyped-defs
"""Beale's function: a flat valley with steep corners, and a saddle on the way.

Three residuals c - x (1 - y^n) that vanish together at (3, 1/2). E. M. L. Beale, "On an iterative method for finding a
local minimum of a function of more than one variable", 1958.
"""

from landscapes.surface import CriticalPoint, Surface


def beale(x):
    """f(x) for x of shape [2]."""
    x, y = x
    first = 1.5 - x + x * y
    second = 2.25 - x + x * y**2
    third = 2.625 - x + x * y**3
    return first**2 + second**2 + third**2


SURFACE = Surface(
    name="beale",
    title="Beale",
    terrain="ravine",
    fn=beale,
    domain=((-4.5, 4.5), (-4.5, 4.5)),
    start=(1.0, 1.5),
    rate=0.004,
    latex=r"f(x, y) = (1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
    critical_points=(
        CriticalPoint((3.0, 0.5), 0.0, "minimum"),
        CriticalPoint((0.0, 1.0), 14.203125, "saddle"),
        CriticalPoint((0.10053793732415822, -2.6445135850231263), 9.86451228475556, "saddle"),
    ),
    reference="E. M. L. Beale (1958), On an iterative method for finding a local minimum of a function of more than"
    " one variable, Technical Report 25, Statistical Techniques Research Group, Princeton University",
    story="The corners are steep enough to throw a careless step out of the picture; the valley floor is nearly flat."
    " Start near (0, 1) to see a saddle: progress stops there for a while although the minimum is far away.",
)
