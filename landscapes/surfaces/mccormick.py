# mypy: allow-untyped-defs
"""McCormick's function: a slanted valley with a wave along it.

G. P. McCormick, "Computability of global solutions to factorable nonconvex programs: part I", 1976.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Surface


def mccormick(x):
    """f(x) for x of shape [2]."""
    x, y = x
    return jnp.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1


SURFACE = Surface(
    name="mccormick",
    title="McCormick",
    terrain="multimodal",
    fn=mccormick,
    domain=((-1.5, 4.0), (-3.0, 4.0)),
    start=(0.8, 3.5),
    rate=0.05,
    latex=r"f(x, y) = \sin(x + y) + (x - y)^2 - 1.5x + 2.5y + 1",
    critical_points=(
        CriticalPoint((-0.5471975511965977, -1.5471975511965979), -1.9132229549810367, "minimum"),
        CriticalPoint((2.5943951023931957, 1.5943951023931957), 1.2283696986087569, "minimum"),
        CriticalPoint((1.5471975511965976, 0.5471975511965976), 1.9132229549810362, "saddle"),
    ),
    reference="G. P. McCormick (1976), Computability of global solutions to factorable nonconvex programs: part I,"
    " Mathematical Programming 10",
    story="Along the valley a sine wave, across it a parabola. The valley has two hollows in the picture, and the wave"
    " between them is low: which one a walk ends in depends on how fast it enters.",
)
