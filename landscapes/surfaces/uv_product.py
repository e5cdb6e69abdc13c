# mypy: allow-untyped-defs
"""Two weights in a row: the squared error of the deepest linear network that can be drawn.

The output uv should be 1, so the minima form a hyperbola. All are equally low but not equally sharp: the curvature
across the valley is u^2 + v^2, least at (1, 1). The rescaling u -> au, v -> v/a moves along the valley.
A. M. Saxe, J. L. McClelland, S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
networks", 2014; A. Lewkowycz et al., "The large learning rate phase of deep learning: the catapult mechanism", 2020.
"""

from landscapes.surface import CriticalPoint, Surface


def uv_product(x):
    """f(x) for x = (u, v) of shape [2]."""
    return (x[0] * x[1] - 1) ** 2 / 2


SURFACE = Surface(
    name="uv_product",
    title="Two weights in a row",
    terrain="ravine",
    fn=uv_product,
    domain=((-3.0, 3.0), (-3.0, 3.0)),
    start=(2.4, -2.0),
    rate=0.05,
    latex=r"f(u, v) = \tfrac{1}{2}(uv - 1)^2",
    # The minima form two curves, uv = 1; their flattest points stand for them.
    critical_points=(
        CriticalPoint((1.0, 1.0), 0.0, "degenerate"),
        CriticalPoint((-1.0, -1.0), 0.0, "degenerate"),
        CriticalPoint((0.0, 0.0), 0.5, "saddle"),
    ),
    reference="A. M. Saxe, J. L. McClelland, S. Ganguli (2014), Exact solutions to the nonlinear dynamics of learning"
    " in deep linear neural networks, ICLR; A. Lewkowycz et al. (2020), The large learning rate phase of deep"
    " learning: the catapult mechanism, arXiv:2003.02218",
    story="The smallest deep network: two weights whose product should be 1. Every point of the curve uv = 1 is a"
    " minimum, sharp at its ends and flattest at (1, 1), and the origin is a saddle. A learning rate too large for the"
    " sharp end throws the walk towards the flat part instead of letting it settle.",
)
