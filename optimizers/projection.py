"""Projected methods: any optimizer, kept within a box."""

from dataclasses import replace
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import optax

from optimizers.records import Optimizer


@cache
def projected(optimizer: Optimizer, low: float, high: float) -> Optimizer:
    """That optimizer, each parameter brought back to [low, high] after every step.

    Called twice with the same box it answers with one record, so that nothing is compiled twice.
    """

    def make(**hypers: Any) -> optax.GradientTransformationExtraArgs:
        inner = optax.with_extra_args_support(optimizer.make(**hypers))

        def update(gradients: Any, state: Any, params: Any = None, **extra: Any) -> tuple[Any, Any]:
            updates, state = inner.update(gradients, state, params, **extra)
            return jax.tree.map(lambda p, u: jnp.clip(p + u, low, high) - p, params, updates), state

        return optax.GradientTransformationExtraArgs(inner.init, update)

    return replace(optimizer, title=f"{optimizer.title} in [{low:g}, {high:g}]", make=make)
