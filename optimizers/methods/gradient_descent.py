r"""Gradient descent: walk against the gradient, in proportion to its length.

    θ ← θ - η g

A. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées",
Comptes rendus de l'Académie des sciences 25 (1847), 536-538.
"""

from typing import Any

import jax
import optax

from optimizers import ranges, theory
from optimizers.records import Optimizer, Scalar


def make(*, learning_rate: Scalar) -> optax.GradientTransformationExtraArgs:
    def init(params: optax.Params) -> optax.EmptyState:
        return optax.EmptyState()

    def update(
        gradients: optax.Updates, state: optax.EmptyState, params: optax.Params | None = None, **extra: Any
    ) -> tuple[optax.Updates, optax.EmptyState]:
        return jax.tree.map(lambda g: -learning_rate * g, gradients), state

    return optax.GradientTransformationExtraArgs(init, update)


OPTIMIZER = Optimizer(
    name="gradient_descent",
    title="Gradient descent",
    make=make,
    hypers={"learning_rate": ranges.learning_rate()},
    rule=r"\theta_{t+1} = \theta_t - <learning_rate>\, g_t",
    internals=lambda state, hypers: {"effective_rate": hypers["learning_rate"]},
    stability=lambda **_: theory.gradient_descent_limit(),
    rate=lambda curvature, *, learning_rate, **_: theory.gradient_descent_rate(curvature, learning_rate),
    summary="Steps straight downhill, the steeper the longer.",
    reference="A. Cauchy (1847), Comptes rendus de l'Académie des sciences 25, 536-538",
    year=1847,
    rate_unit="inverse_curvature",
    torch="optimizer = torch.optim.SGD(params, lr={learning_rate})",
    optax="optimizer = optax.sgd({learning_rate})",
)
