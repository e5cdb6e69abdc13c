# mypy: allow-untyped-defs
"""The Styblinski-Tang function: two basins along each axis, the deeper one on the negative side.

M. A. Styblinski, T.-S. Tang, "Experiments in nonconvex optimization", 1990.
"""

from landscapes.surface import Surface, separable


def styblinski_tang(x):
    """f(x) for x of shape [2]."""
    x, y = x
    first = x**4 - 16 * x**2 + 5 * x
    second = y**4 - 16 * y**2 + 5 * y
    return (first + second) / 2


# The function is a sum of one profile along each axis: its stationary points, their heights, and which are minima.
_PROFILE = (
    (-2.903534027771177, -39.16616570377141, True),
    (0.1567312567803401, 0.19561235905535530, False),
    (2.746802770990837, -25.029446655283945, True),
)

SURFACE = Surface(
    name="styblinski_tang",
    title="Styblinski-Tang",
    terrain="multimodal",
    fn=styblinski_tang,
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(0.4, -0.6),
    rate=0.005,
    latex=r"f(x, y) = \tfrac{1}{2}\left(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y\right)",
    critical_points=separable(_PROFILE, _PROFILE),
    reference="M. A. Styblinski, T.-S. Tang (1990), Experiments in nonconvex optimization: stochastic approximation"
    " with function smoothing and simulated annealing, Neural Networks 3(4)",
    story="Four basins of three depths, and only one is the deepest. A walk from the hill near the middle decides"
    " along each axis by itself, and on the positive side the decision is wrong. Momentum can roll out of a shallow"
    " basin, but also out of the deep one.",
)
