# mypy: allow-untyped-defs
"""A saddle that can be left: x^2 - y^2 near the origin, bounded below by y^4.

The pure saddle x^2 - y^2 falls for ever; the quartic puts a minimum on either side, far enough away for the growth
rate of y near the saddle to be the one of the linear theory.
Y. N. Dauphin et al., "Identifying and attacking the saddle point problem in high-dimensional non-convex optimization",
2014.
"""

from landscapes.surface import CriticalPoint, Param, Surface


def saddle(x, *, curvature=1.0):
    """f(x) for x of shape [2]; the curvature is that of the way down, the other one is 1."""
    x, y = x
    return 0.5 * x**2 - 0.5 * curvature * y**2 + y**4 / 36


SURFACE = Surface(
    name="saddle",
    title="Saddle",
    terrain="saddle",
    fn=saddle,
    params={"curvature": Param(1.0, 0.05, 1.5, log=True, symbol="m", label="downward curvature")},
    domain=((-4.0, 4.0), (-4.0, 4.0)),
    start=(3.0, 0.001),
    rate=0.1,
    latex=r"f(x, y) = \tfrac{1}{2}x^2 - \tfrac{m}{2}y^2 + \tfrac{1}{36}y^4",
    critical_points=(
        CriticalPoint((0.0, -3.0), -2.25, "minimum"),
        CriticalPoint((0.0, 3.0), -2.25, "minimum"),
        CriticalPoint((0.0, 0.0), 0.0, "saddle"),
    ),
    reference="Y. N. Dauphin et al. (2014), Identifying and attacking the saddle point problem in high-dimensional"
    " non-convex optimization, NeurIPS",
    story="Down one way, up the other: the walk slides towards the saddle, nearly stops, and leaves at a rate set by"
    " the downward curvature. Start ten times closer to y = 0: every factor of ten costs the same number of steps.",
)
