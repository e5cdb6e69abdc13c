r"""AdaGrad: each dimension gets its own learning rate, smaller the more gradient it has seen.

    s ← s + g²
    θ ← θ - η g / (√s + ε)

The sum never forgets: under a constant gradient the t-th step is η / √t.

J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning and stochastic optimization",
Journal of Machine Learning Research 12 (2011), 2121-2159.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from optimizers import ranges, theory
from optimizers.records import Optimizer, Scalar


class AdagradState(NamedTuple):
    accumulator: optax.Updates  # sum of the squared gradients so far


def make(*, learning_rate: Scalar, eps: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> AdagradState:
        return AdagradState(accumulator=optax.tree.zeros_like(params))

    def update(
        gradients: optax.Updates, state: AdagradState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, AdagradState]:
        accumulator = jax.tree.map(lambda s, g: s + g * g, state.accumulator, gradients)
        updates = jax.tree.map(lambda s, g: -learning_rate * g / (jnp.sqrt(s) + eps), accumulator, gradients)
        return updates, AdagradState(accumulator)

    return optax.GradientTransformationExtraArgs(init, update)


def internals(state: AdagradState, hypers: Mapping[str, Any]) -> dict[str, Any]:
    rate = jax.tree.map(lambda s: hypers["learning_rate"] / (jnp.sqrt(s) + hypers["eps"]), state.accumulator)
    return {"effective_rate": rate, "accumulator": state.accumulator}


OPTIMIZER = Optimizer(
    name="adagrad",
    title="AdaGrad",
    make=make,
    hypers={
        "learning_rate": ranges.learning_rate(0.01),
        "eps": ranges.epsilon(1e-10),
    },
    rule=r"""\begin{aligned}
s_t &= s_{t-1} + g_t^2 \\
\theta_{t+1} &= \theta_t - \frac{<learning_rate>}{\sqrt{s_t} + <eps>}\, g_t
\end{aligned}""",
    internals=internals,
    stability=lambda **_: theory.gradient_descent_limit(),
    summary="Divides each dimension's step by the root of the sum of all its squared gradients.",
    reference="J. Duchi, E. Hazan, Y. Singer (2011), Journal of Machine Learning Research 12, 2121-2159",
    year=2011,
    parent="gradient_descent",
    rate_unit="length",
    torch="optimizer = torch.optim.Adagrad(params, lr={learning_rate}, eps={eps})",
    # optax.adagrad starts its sum at 0.1 and adds eps inside the root, so the rule is written out.
    optax="""\
def init(params):
    return jax.tree.map(jnp.zeros_like, params)

def update(gradients, sums, params=None):
    sums = jax.tree.map(lambda s, g: s + g * g, sums, gradients)
    return jax.tree.map(lambda s, g: g / (jnp.sqrt(s) + {eps}), sums, gradients), sums

optimizer = optax.chain(
    optax.GradientTransformation(init, update),
    optax.scale_by_learning_rate({learning_rate}),
)""",
)
