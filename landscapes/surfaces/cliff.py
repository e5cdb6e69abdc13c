# mypy: allow-untyped-defs
"""The cliff of a recurrent unit: fifty steps of one sigmoid neuron, and a wall where its fate flips.

The state x_t = w sigmoid(x_{t-1}) + b starts at 1/2. Beyond w = 4 the unit can have two stable states, and along a line
in the plane of (w, b) the start passes from one to the other: there the error is almost a vertical wall.
R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural networks", 2013.
"""

import jax
import jax.numpy as jnp

from landscapes.forward import forward
from landscapes.surface import CriticalPoint, Param, Surface


def cliff(x, *, target=0.7):
    """f(x) for x = (w, b) of shape [2]: the squared error of the unit after fifty steps."""
    w, b = x
    # With sigmoid(z) = (1 + tanh(z/2)) / 2 the loop carries the tanh, which saturates where exp would overflow.
    state = jnp.tanh(0.25 + 0.0 * w)
    for _ in range(50):
        state = jnp.tanh(w / 4 * (1 + state) + b / 2)
    return ((1 + state) / 2 - target) ** 2


def rolled(x, *, target=0.7):
    """The same as a loop, which compiles ten times faster than fifty steps in a row and also runs faster."""
    w, b = x

    def step(state, _):
        return jnp.tanh(w / 4 * (1 + state) + b / 2), None

    state, _ = jax.lax.scan(step, jnp.tanh(0.25 + 0.0 * w), length=50, unroll=5)
    return ((1 + state) / 2 - target) ** 2


SURFACE = Surface(
    name="cliff",
    title="Pascanu's cliff",
    terrain="cliff",
    fn=cliff,
    params={"target": Param(0.7, 0.2, 0.9, symbol="t", label="target of the unit")},
    domain=((3.0, 7.0), (-4.0, -1.0)),
    start=(5.5, -1.5),
    rate=0.1,
    compiled=forward(rolled),
    latex=r"E(w, b) = \big(\sigma(x_{50}) - t\big)^2,\quad x_k = w\,\sigma(x_{k-1}) + b,\; x_0 = \tfrac{1}{2}",
    # The minima form a curve, b = ln(t / (1 - t)) - w t where the unit settles; one of them stands for all.
    critical_points=(CriticalPoint((3.5, -1.6027021146734073), 0.0, "degenerate"),),
    reference="R. Pascanu, T. Mikolov, Y. Bengio (2013), On the difficulty of training recurrent neural networks, ICML",
    story="The descent runs gently down to the edge, where one step meets a gradient thousands of times larger and is"
    " thrown off the map. The curve of minima lies at the very foot of the wall. Clip the gradient's norm, and the"
    " same learning rate walks along the edge instead.",
)
