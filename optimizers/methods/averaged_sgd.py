r"""Averaged SGD: walk as gradient descent does, and hand out the mean of where it has been.

    θ ← θ - η g
    θ̄ ← θ̄ + (θ - θ̄) / max(1, t - t₀ - 1)

Noise moves θ about in a ball that a constant learning rate keeps open; the mean of the visits lies near its centre. The
transformation walks θ, and `answer` is the mean, as in torch.optim.ASGD, of which this is the case λ = 0 (no decay of
weights or rate); PyTorch starts averaging after t₀ = 10⁶ steps.

B. T. Polyak, A. B. Juditsky, "Acceleration of stochastic approximation by averaging", SIAM Journal on Control and
Optimization 30(4) (1992), 838-855; D. Ruppert, Cornell University, technical report 781 (1988).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Int

from optimizers import ranges, theory
from optimizers.records import Hyper, Optimizer, Scalar


class AveragedState(NamedTuple):
    step: Int[Array, ""]  # updates made so far
    average: optax.Params


def make(*, learning_rate: Scalar, t0: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> AveragedState:
        return AveragedState(jnp.zeros((), jnp.int32), average=params)

    def update(
        gradients: optax.Updates, state: AveragedState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, AveragedState]:
        step = state.step + 1
        updates = jax.tree.map(lambda g: -learning_rate * g, gradients)

        def visit(mean: Any, p: Any, u: Any) -> Any:
            return mean + (p + u - mean) / jnp.maximum(1, step.astype(mean.dtype) - t0 - 1)

        return updates, AveragedState(step, jax.tree.map(visit, state.average, params, updates))

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: AveragedState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    return {"effective_rate": hypers["learning_rate"], "average": state.average}


OPTIMIZER = Optimizer(
    name="averaged_sgd",
    title="Averaged SGD",
    make=make,
    hypers={
        "learning_rate": ranges.learning_rate(0.01),
        "t0": Hyper(100, 0, 10_000, symbol="t_0", label="Steps before averaging", integer=True),
    },
    rule=r"""\begin{aligned}
\theta_{t+1} &= \theta_t - <learning_rate>\, g_t \\
\bar\theta_{t+1} &= \bar\theta_t + \frac{\theta_{t+1} - \bar\theta_t}{\max(1,\; t - <t0>)}
\end{aligned}""",
    internals=internals,
    stability=lambda **_: theory.gradient_descent_limit(),
    answer=lambda state, params: state.average,
    summary="Hands out the mean of the places visited, in which the noise of the single steps cancels.",
    reference="B. Polyak, A. Juditsky (1992), SIAM Journal on Control and Optimization 30(4), 838-855",
    year=1992,
    parent="gradient_descent",
    rate_unit="inverse_curvature",
    torch="optimizer = torch.optim.ASGD(params, lr={learning_rate}, lambd=0.0, t0={t0})",
    torch_answer='optimizer.state[x]["ax"]',
)
