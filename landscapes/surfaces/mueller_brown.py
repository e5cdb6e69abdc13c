# mypy: allow-untyped-defs
"""The Müller-Brown potential: three valleys joined by two mountain passes.

Chemists use it to test searches for saddle points, which are the transition states of a reaction.
K. Müller, L. D. Brown, "Location of saddle points and minimum energy paths by a constrained simplex optimization
procedure", 1979.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Surface


def mueller_brown(x):
    """f(x) for x of shape [2]; the sum of four Gaussian-like terms."""
    x, y = x
    return (
        -200 * jnp.exp(-((x - 1) ** 2) - 10 * y**2)
        - 100 * jnp.exp(-(x**2) - 10 * (y - 0.5) ** 2)
        - 170 * jnp.exp(-6.5 * (x + 0.5) ** 2 + 11 * (x + 0.5) * (y - 1.5) - 6.5 * (y - 1.5) ** 2)
        + 15 * jnp.exp(0.7 * (x + 1) ** 2 + 0.6 * (x + 1) * (y - 1) + 0.7 * (y - 1) ** 2)
    )


SURFACE = Surface(
    name="mueller_brown",
    title="Müller-Brown",
    terrain="saddle",
    fn=mueller_brown,
    domain=((-1.6, 1.2), (-0.4, 2.1)),
    start=(-0.75, 0.58),
    rate=0.0002,
    latex=r"f(x, y) = -200\,e^{-(x-1)^2 - 10y^2} - 100\,e^{-x^2 - 10(y-0.5)^2}"
    r" - 170\,e^{-6.5(x+0.5)^2 + 11(x+0.5)(y-1.5) - 6.5(y-1.5)^2}"
    r" + 15\,e^{0.7(x+1)^2 + 0.6(x+1)(y-1) + 0.7(y-1)^2}",
    critical_points=(
        CriticalPoint((-0.5582236346330243, 1.4417258418046686), -146.699517209954, "minimum"),
        CriticalPoint((0.6234994049308765, 0.028037758528685668), -108.16672411685235, "minimum"),
        CriticalPoint((-0.05001082299820606, 0.4666941048719721), -80.76781812965903, "minimum"),
        CriticalPoint((0.212486582000662, 0.2929883251073678), -72.24894011232522, "saddle"),
        CriticalPoint((-0.8220015587327321, 0.6243128028148713), -40.6648435086574, "saddle"),
    ),
    reference="K. Müller, L. D. Brown (1979), Location of saddle points and minimum energy paths by a constrained"
    " simplex optimization procedure, Theoretica Chimica Acta 53",
    story="Three valleys and two passes, as in the energy of a molecule that can rearrange itself. Start on a pass and"
    " nudge the start to either side: the walk ends in different valleys.",
)
