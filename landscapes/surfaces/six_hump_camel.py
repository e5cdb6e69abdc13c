# mypy: allow-untyped-defs
"""The six-hump camel: six minima in three pairs, for the function is the same at (x, y) and (-x, -y).

L. C. W. Dixon, G. P. Szegö, "The global optimization problem: an introduction", 1978.
"""

from landscapes.surface import CriticalPoint, Surface


def six_hump_camel(x):
    """f(x) for x of shape [2]."""
    x, y = x
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2


SURFACE = Surface(
    name="six_hump_camel",
    title="Six-hump camel",
    terrain="multimodal",
    fn=six_hump_camel,
    domain=((-2.0, 2.0), (-1.2, 1.2)),
    start=(1.2, 0.1),
    rate=0.01,
    latex=r"f(x, y) = \left(4 - 2.1\,x^2 + \tfrac{1}{3}x^4\right)x^2 + xy + (4y^2 - 4)\,y^2",
    critical_points=(
        CriticalPoint((-0.08984201310031806, 0.7126564030207396), -1.0316284534898774, "minimum"),
        CriticalPoint((0.08984201310031806, -0.7126564030207396), -1.0316284534898774, "minimum"),
        CriticalPoint((-1.7036067149699807, 0.7960835686726251), -0.21546382438371725, "minimum"),
        CriticalPoint((1.7036067149699807, -0.7960835686726251), -0.21546382438371725, "minimum"),
        CriticalPoint((0.0, 0.0), 0.0, "saddle"),
        CriticalPoint((-1.1092053368047863, 0.7682680925095399), 0.5437186009781855, "saddle"),
        CriticalPoint((1.1092053368047863, -0.7682680925095399), 0.5437186009781855, "saddle"),
        CriticalPoint((-1.6071047529201974, -0.5686514548841314), 2.1042503103112584, "minimum"),
        CriticalPoint((1.6071047529201974, 0.5686514548841314), 2.1042503103112584, "minimum"),
        CriticalPoint((-1.6380679841897787, -0.2286740690443941), 2.2293571975307143, "saddle"),
        CriticalPoint((1.6380679841897787, 0.22867406904439408), 2.2293571975307143, "saddle"),
        CriticalPoint((-1.2960702671671092, -0.6050843880386585), 2.22947081802986, "saddle"),
        CriticalPoint((1.2960702671671092, 0.6050843880386585), 2.22947081802986, "saddle"),
        CriticalPoint((-1.2302298765166524, -0.16233458445899493), 2.496295351023577, "maximum"),
        CriticalPoint((1.2302298765166524, 0.16233458445899493), 2.496295351023577, "maximum"),
    ),
    reference="L. C. W. Dixon, G. P. Szegö (1978), The global optimization problem: an introduction, in Towards Global"
    " Optimisation 2, North-Holland",
    story="Six minima of three depths, two of them the deepest. Every basin is only a short step from the next one, so"
    " small changes of the start, the learning rate or the momentum change the end.",
)
