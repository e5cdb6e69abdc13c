r"""Schedule-free SGD: averaging that is built into the walk, and stands in for a decaying learning rate.

    y = (1 - β) z + β x        (the gradient is taken here)
    z ← z - η ∇f(y)
    x ← x + (z - x) / t        (the answer: the mean of all z)

At β = 0 this is averaged SGD. The transformation walks y, so that any training loop hands it the right gradient, and
`answer` is x. No time horizon is set in advance, and at every moment x is as good as a schedule ending then.

A. Defazio et al., "The road less scheduled", NeurIPS 2024, arXiv:2405.15682.
"""

from optax import contrib

from optimizers import ranges
from optimizers.from_optax import from_optax
from optimizers.records import Hyper

OPTIMIZER = from_optax(
    "schedule_free",
    contrib.schedule_free_sgd,
    {
        "learning_rate": ranges.learning_rate(0.01),
        # optax recovers x by a division by it.
        "b1": Hyper(0.9, 0.01, 1.0, symbol=r"\beta", label="Share of the average"),
    },
    title="Schedule-free SGD",
    rule=r"""\begin{aligned}
y_t &= (1 - <b1>)\, z_t + <b1>\, x_t \\
z_{t+1} &= z_t - <learning_rate>\, \nabla f(y_t) \\
x_{t+1} &= x_t + \tfrac{1}{t+1} (z_{t+1} - x_t)
\end{aligned}""",
    internals=lambda state, hypers: {"effective_rate": hypers["learning_rate"], "z": state.z},
    answer=contrib.schedule_free_eval_params,
    summary="Takes its gradients between the walk and its average, and so needs no schedule that would have to end.",
    reference="A. Defazio et al. (2024), NeurIPS, arXiv:2405.15682",
    year=2024,
    parent="averaged_sgd",
    second_parent="momentum",
    rate_unit="inverse_curvature",
    optax="optimizer = optax.contrib.schedule_free_sgd({learning_rate}, b1={b1})",
    optax_answer="optax.contrib.schedule_free_eval_params(state, x)",
)
