# mypy: allow-untyped-defs
"""The three-hump camel: one deep valley between two shallow ones.

M. Jamil, X.-S. Yang, "A literature survey of benchmark functions for global optimisation problems", 2013.
"""

from landscapes.surface import CriticalPoint, Surface


def three_hump_camel(x):
    """f(x) for x of shape [2]."""
    x, y = x
    return 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2


SURFACE = Surface(
    name="three_hump_camel",
    title="Three-hump camel",
    terrain="multimodal",
    fn=three_hump_camel,
    domain=((-2.5, 2.5), (-2.5, 2.5)),
    start=(-2.0, -2.0),
    rate=0.02,
    latex=r"f(x, y) = 2x^2 - 1.05\,x^4 + \tfrac{1}{6}x^6 + xy + y^2",
    critical_points=(
        CriticalPoint((0.0, 0.0), 0.0, "minimum"),
        CriticalPoint((-1.747552345830289, 0.8737761729151445), 0.29863844223685965, "minimum"),
        CriticalPoint((1.747552345830289, -0.8737761729151445), 0.29863844223685965, "minimum"),
        CriticalPoint((-1.0705422918236598, 0.5352711459118299), 0.8773615577631402, "saddle"),
        CriticalPoint((1.0705422918236598, -0.5352711459118299), 0.8773615577631402, "saddle"),
    ),
    reference="M. Jamil, X.-S. Yang (2013), A literature survey of benchmark functions for global optimisation"
    " problems, International Journal of Mathematical Modelling and Numerical Optimisation 4(2)",
    story="The two outer valleys are shallow: gradient descent stays in the one it reaches first. With momentum the"
    " walk can roll over the saddle into the middle one. How much is needed, and how much is too much?",
)
