# mypy: allow-untyped-defs
"""The monkey saddle: three ways down, for two legs and a tail, three ways up, and no curvature at all in the middle.

D. Hilbert, S. Cohn-Vossen, "Geometry and the Imagination" (Anschauliche Geometrie), 1932.
"""

from landscapes.surface import CriticalPoint, Surface


def monkey_saddle(x):
    """f(x) for x of shape [2]; the real part of (x + iy)^3."""
    x, y = x
    return x**3 - 3 * x * y**2


SURFACE = Surface(
    name="monkey_saddle",
    title="Monkey saddle",
    terrain="saddle",
    fn=monkey_saddle,
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(1.5, 0.001),
    rate=0.01,
    latex=r"f(x, y) = x^3 - 3xy^2",
    critical_points=(CriticalPoint((0.0, 0.0), 0.0, "degenerate"),),
    reference="D. Hilbert, S. Cohn-Vossen (1932), Anschauliche Geometrie, Springer",
    story="At the origin gradient and Hessian are both zero, so curvature cannot tell that there is a way down; there"
    " are three. The walk does not slow down exponentially as at an ordinary saddle but even more, like one over time."
    " There is no minimum: once a walk has left, it falls faster and faster.",
)
