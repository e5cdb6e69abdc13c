# mypy: allow-untyped-defs
"""A smooth convex function on which a tuned heavy ball never arrives.

Along x the slope is 25x below 1, x + 24 up to 2, and 25x - 24 beyond: curvatures 25, 1, 25. The learning rate 1/9 and
momentum 4/9, the best for quadratics with curvatures between 1 and 25, then cycle through three points for ever.
L. Lessard, B. Recht, A. Packard, "Analysis and design of optimization algorithms via integral quadratic constraints",
2016. The second coordinate is an independent bowl of curvature 1.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Surface


def lessard(x):
    """f(x) for x of shape [2]; continuous, and so is its gradient."""
    x, y = x
    inner = 12.5 * x**2
    middle = 0.5 * x**2 + 24 * x - 12
    outer = 12.5 * x**2 - 24 * x + 36
    return jnp.where(x < 1, inner, jnp.where(x < 2, middle, outer)) + 0.5 * y**2


SURFACE = Surface(
    name="lessard",
    title="Heavy ball's counterexample",
    terrain="bowl",
    fn=lessard,
    domain=((-4.0, 4.0), (-4.0, 4.0)),
    start=(3.3, 2.0),
    rate=0.05,
    latex=r"f(x, y) = \tfrac{1}{2}y^2 + \begin{cases} 12.5\,x^2 & x < 1 \\"
    r" 0.5\,x^2 + 24x - 12 & 1 \le x < 2 \\ 12.5\,x^2 - 24x + 36 & x \ge 2 \end{cases}",
    critical_points=(CriticalPoint((0.0, 0.0), 0.0, "minimum"),),
    reference="L. Lessard, B. Recht, A. Packard (2016), Analysis and design of optimization algorithms via integral"
    " quadratic constraints, SIAM Journal on Optimization 26(1)",
    story="Convex, smooth, one minimum. Yet the heavy ball with learning rate 1/9 and momentum 4/9, which would be the"
    " best choice on a quadratic with these curvatures, cycles for ever from x = 3.3. Gradient descent does not.",
)
