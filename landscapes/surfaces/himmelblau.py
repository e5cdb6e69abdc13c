# mypy: allow-untyped-defs
"""Himmelblau's function: four equally deep minima around one hill, so the start decides the end.

D. M. Himmelblau, "Applied Nonlinear Programming", 1972.
"""

from landscapes.surface import CriticalPoint, Surface


def himmelblau(x):
    """f(x) for x of shape [2]."""
    x, y = x
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


SURFACE = Surface(
    name="himmelblau",
    title="Himmelblau",
    terrain="multimodal",
    fn=himmelblau,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-0.5, -1.5),
    rate=0.01,
    latex=r"f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    critical_points=(
        CriticalPoint((3.0, 2.0), 0.0, "minimum"),
        CriticalPoint((-2.805118086952745, 3.131312518250573), 0.0, "minimum"),
        CriticalPoint((-3.779310253377747, -3.2831859912861696), 0.0, "minimum"),
        CriticalPoint((3.5844283403304917, -1.8481265269644036), 0.0, "minimum"),
        CriticalPoint((3.385154183607021, 0.0738518798377493), 13.311926270405587, "saddle"),
        CriticalPoint((0.08667750455539636, 2.884254701174776), 67.71915008752613, "saddle"),
        CriticalPoint((-3.0730257507643897, -0.08135304428796751), 104.01516291755811, "saddle"),
        CriticalPoint((-0.12796134673068005, -1.9537149802445766), 178.33723920192745, "saddle"),
        CriticalPoint((-0.2708445906673476, -0.9230385564799813), 181.6165215225827, "maximum"),
    ),
    reference="D. M. Himmelblau (1972), Applied Nonlinear Programming, McGraw-Hill",
    story="Four minima of the same depth, each with its own basin; the borders between the basins run through the"
    " saddles. Move the start a little near the hill in the middle and watch the walk end somewhere else.",
)
