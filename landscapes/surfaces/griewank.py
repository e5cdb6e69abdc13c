# mypy: allow-untyped-defs
"""Griewank's function: a huge, almost flat bowl under a field of equal waves.

A. O. Griewank, "Generalized descent for global optimization", 1981.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Surface


def griewank(x):
    """f(x) for x of shape [2]."""
    x, y = x
    bowl = (x**2 + y**2) / 4000
    return 1 + bowl - jnp.cos(x) * jnp.cos(y / 2**0.5)


SURFACE = Surface(
    name="griewank",
    title="Griewank",
    terrain="multimodal",
    fn=griewank,
    domain=((-8.0, 8.0), (-8.0, 8.0)),
    start=(-6.0, 3.2),
    rate=0.2,
    latex=r"f(x, y) = 1 + \frac{x^2 + y^2}{4000} - \cos x\,\cos\frac{y}{\sqrt{2}}",
    critical_points=(
        CriticalPoint((0.0, 0.0), 0.0, "minimum"),
        CriticalPoint((-3.1400226338955397, -4.438444480920714), 0.007396040334115117, "minimum"),
        CriticalPoint((-3.1400226338955397, 4.438444480920714), 0.007396040334115117, "minimum"),
        CriticalPoint((3.1400226338955397, 4.438444480920714), 0.007396040334115117, "minimum"),
        CriticalPoint((3.1400226338955397, -4.438444480920714), 0.007396040334115117, "minimum"),
        CriticalPoint((-1.5723679104393218, -2.2225533025787545), 1.001851785452283, "saddle"),
        CriticalPoint((-1.5723679104393218, 2.2225533025787545), 1.001851785452283, "saddle"),
        CriticalPoint((1.5723679104393218, 2.2225533025787545), 1.001851785452283, "saddle"),
        CriticalPoint((1.5723679104393218, -2.2225533025787545), 1.001851785452283, "saddle"),
        CriticalPoint((-3.1431642363549055, 0.0), 2.0024686354182357, "maximum"),
        CriticalPoint((3.1431642363549055, 0.0), 2.0024686354182357, "maximum"),
        CriticalPoint((0.0, 4.447330275764382), 2.004939741946562, "maximum"),
        CriticalPoint((0.0, -4.447330275764382), 2.004939741946562, "maximum"),
    ),
    reference="A. O. Griewank (1981), Generalized descent for global optimization, Journal of Optimization Theory and"
    " Applications 34(1)",
    story="Every hollow looks like every other; the nearest neighbours of the best one are worse by less than a"
    " hundredth. No local method can see the bowl underneath, and for many purposes it does not matter.",
)
