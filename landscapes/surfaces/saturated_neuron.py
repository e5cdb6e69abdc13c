# mypy: allow-untyped-defs
"""A saturated neuron: one sigmoid unit, two examples, and a squared error that hardly corrects confident mistakes.

The inputs +1 and -1 should give t and 1 - t. Where the unit is sure of itself and wrong, the squared error is flat.
X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010, on saturation.
"""

import jax.numpy as jnp

from landscapes.surface import CriticalPoint, Param, Surface


def saturated_neuron(x, *, target=0.9):
    """f(x) for x = (w, b) of shape [2]: weight and bias."""
    x, y = x
    # Sigmoids by way of tanh, which saturates where exp would overflow.
    first = 0.5 + 0.5 * jnp.tanh(0.5 * (y + x))
    second = 0.5 + 0.5 * jnp.tanh(0.5 * (y - x))
    return 0.5 * (first - target) ** 2 + 0.5 * (second - 1 + target) ** 2


SURFACE = Surface(
    name="saturated_neuron",
    title="Saturated neuron",
    terrain="plateau",
    fn=saturated_neuron,
    params={"target": Param(0.9, 0.6, 0.99, symbol="t", label="target for the input +1")},
    domain=((-8.0, 8.0), (-8.0, 8.0)),
    start=(-5.0, 2.5),
    rate=5.0,
    latex=r"f(w, b) = \tfrac{1}{2}\big(\sigma(w + b) - t\big)^2 + \tfrac{1}{2}\big(\sigma(b - w) - (1 - t)\big)^2",
    critical_points=(CriticalPoint((2.1972245773362196, 0.0), 0.0, "minimum"),),
    reference="X. Glorot, Y. Bengio (2010), Understanding the difficulty of training deep feedforward neural networks,"
    " AISTATS; the two-example set is of this project",
    story="A single unit that answers the opposite of what it should. Its weight is large, the sigmoids are saturated,"
    " and the squared error sends almost no gradient back. Start further left and the wait grows exponentially.",
)
