# mypy: allow-untyped-defs
"""The Goldstein-Price function: values from 3 to a million in a picture four units wide.

A. A. Goldstein, J. F. Price, "On descent from local minima", 1971.
"""

from landscapes.surface import CriticalPoint, Surface


def goldstein_price(x):
    """f(x) for x of shape [2]."""
    x, y = x
    first = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    second = 30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)
    return first * second


SURFACE = Surface(
    name="goldstein_price",
    title="Goldstein-Price",
    terrain="multimodal",
    fn=goldstein_price,
    domain=((-2.0, 2.0), (-3.0, 1.0)),
    start=(-0.4, 0.5),
    rate=0.00001,
    latex=r"\begin{aligned} f(x, y) ={}& \left(1 + (x + y + 1)^2 (19 - 14x + 3x^2 - 14y + 6xy + 3y^2)\right) \\"
    r" &\cdot \left(30 + (2x - 3y)^2 (18 - 32x + 12x^2 + 48y - 36xy + 27y^2)\right) \end{aligned}",
    critical_points=(
        CriticalPoint((0.0, -1.0), 3.0, "minimum"),
        CriticalPoint((-0.6, -0.4), 30.0, "minimum"),
        CriticalPoint((-0.4, -0.6), 35.0, "saddle"),
        CriticalPoint((1.8, 0.2), 84.0, "minimum"),
        CriticalPoint((1.2, -0.2), 99.0, "saddle"),
        CriticalPoint((1.2, 0.8), 840.0, "minimum"),
        CriticalPoint((1.4, 0.6), 980.0, "saddle"),
        CriticalPoint((0.6, 0.4), 990.0, "saddle"),
        CriticalPoint((0.8, 0.2), 1155.0, "maximum"),
    ),
    reference="A. A. Goldstein, J. F. Price (1971), On descent from local minima, Mathematics of Computation 25(115)",
    story="Four minima on valleys that cross, and walls so high that one learning rate cannot fit both: a rate that is"
    " stable on the walls crawls in the valleys. Methods that divide by the size of the gradient are in their element.",
)
