# mypy: allow-untyped-defs
"""A linear recurrence over ten steps: where the weight is below 1 gradients vanish, above 1 they explode.

The state starts at v, is multiplied by w ten times and should end at 1. Both the plain and the cliff are powers of w.
Y. Bengio, P. Simard, P. Frasconi, "Learning long-term dependencies with gradient descent is difficult", 1994.
"""

from landscapes.surface import CriticalPoint, Surface


def linear_rnn(x):
    """f(x) for x = (w, v) of shape [2]: recurrent weight and initial state."""
    return 0.5 * (x[1] * x[0] ** 10 - 1) ** 2


SURFACE = Surface(
    name="linear_rnn",
    title="Linear recurrence",
    terrain="cliff",
    fn=linear_rnn,
    domain=((0.0, 1.4), (-1.0, 3.0)),
    start=(0.6, 2.8),
    rate=0.01,
    latex=r"f(w, v) = \tfrac{1}{2}\left(v\,w^{10} - 1\right)^2",
    # The minima form a curve, v = w^-10; one of them stands for all.
    critical_points=(CriticalPoint((1.0, 1.0), 0.0, "degenerate"),),
    reference="Y. Bengio, P. Simard, P. Frasconi (1994), Learning long-term dependencies with gradient descent is"
    " difficult, IEEE Transactions on Neural Networks 5(2)",
    story="On the left the tenth power erases every trace of the weight: a plain without gradient. On the right it"
    " multiplies everything: a cliff. The minima lie on the narrow strip between them, and one step too long from its"
    " edge lands where the gradient is thousands of times larger.",
)
