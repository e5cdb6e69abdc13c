# mypy: allow-untyped-defs
"""A quadratic bowl: the one surface on which everything about gradient descent is known in closed form.

Its curvatures are 1 and the condition number; a rotation turns the axes of the ellipses away from those of x and y.
B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Param, Surface


def bowl(x, *, condition=10.0, rotation=0.0):
    """f(x) for x of shape [2]; the rotation is in degrees."""
    x, y = x
    # Zero times a coordinate makes an array of the angle, where it is a Python number.
    angle = 0.017453292519943295 * rotation + 0.0 * x
    u = jnp.cos(angle) * x + jnp.sin(angle) * y
    v = jnp.cos(angle) * y - jnp.sin(angle) * x
    return 0.5 * (u**2 + condition * v**2)


SURFACE = Surface(
    name="bowl",
    title="Quadratic bowl",
    terrain="bowl",
    fn=bowl,
    params={
        "condition": Param(10.0, 1.0, 1000.0, log=True, symbol=r"\kappa", label="condition number"),
        "rotation": Param(0.0, -90.0, 90.0, symbol=r"\varphi", label="rotation in degrees"),
    },
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-4.5, 1.5),
    rate=0.1,
    latex=r"f(x, y) = \tfrac{1}{2}\left(u^2 + \kappa v^2\right),\quad"
    r" u = x\cos\varphi + y\sin\varphi,\; v = y\cos\varphi - x\sin\varphi",
    critical_points=(CriticalPoint((0.0, 0.0), 0.0, "minimum"),),
    reference="B. T. Polyak (1964), Some methods of speeding up the convergence of iteration methods, USSR"
    " Computational Mathematics and Mathematical Physics 4(5)",
    story="Every smooth minimum looks like this from close up, so what happens here happens everywhere near the end."
    " Raise the condition number: the steep direction forbids large steps and the flat one needs them. Rotate it and"
    " see which methods notice that the axes no longer match the ellipses.",
)
