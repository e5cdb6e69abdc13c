"""Clipping: bound the gradient before the optimizer sees it.

R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PyTree

from optimizers.records import Hyper, Record, Scalar
from optimizers.registry import Registry

Gradients: TypeAlias = PyTree[Float[Array | np.ndarray, "..."]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Clipping(Record):
    """A rule that bounds gradients.

    Attributes:
        apply: (gradients, params, **hyperparameters) -> clipped gradients, for any pytree of arrays. Only rules that
            compare gradients with the parameters need `params`; the others do without.
        torch: the statement with the same effect on `params`, with a field for each hyperparameter.
    """

    apply: Callable[..., PyTree]
    torch: str


def global_norm(gradients: Gradients) -> Float[Array, ""]:
    """Euclidean length of all the numbers in a pytree taken as one vector."""
    squares = [jnp.sum(jnp.square(gradient)) for gradient in jax.tree.leaves(gradients)]
    return jnp.sqrt(jnp.sum(jnp.stack(squares)))


def clip_norm(gradients: Gradients, params: Any = None, *, max_norm: Scalar) -> Gradients:
    """g min(1, c / (|g| + 1e-6)): keeps the direction of the gradient."""
    factor = jnp.minimum(1, max_norm / (global_norm(gradients) + 1e-6))
    return jax.tree.map(lambda g: factor * g, gradients)


def clip_value(gradients: Gradients, params: Any = None, *, clip_value: Scalar) -> Gradients:
    """max(-c, min(c, g)) in each dimension: may turn the gradient."""
    return jax.tree.map(lambda g: jnp.clip(g, -clip_value, clip_value), gradients)


NORM = Clipping(
    name="norm",
    title="Clip the norm",
    hypers={"max_norm": Hyper(1.0, 1e-3, 1e3, log=True, symbol="c", label="Largest norm")},
    apply=clip_norm,
    rule=r"g \leftarrow \min\left(1, \frac{<max_norm>}{\lVert g \rVert + 10^{-6}}\right) g",
    summary="Shortens a gradient that is too long and keeps its direction.",
    reference="R. Pascanu, T. Mikolov, Y. Bengio (2013), ICML, arXiv:1211.5063",
    year=2012,
    torch="torch.nn.utils.clip_grad_norm_(params, max_norm={max_norm})",
)

VALUE = Clipping(
    name="value",
    title="Clip each component",
    hypers={"clip_value": Hyper(1.0, 1e-3, 1e3, log=True, symbol="c", label="Largest component")},
    apply=clip_value,
    rule=r"g_i \leftarrow \max(-<clip_value>, \min(<clip_value>, g_i))",
    summary="Cuts every component to an interval, which can turn the direction.",
    reference="T. Mikolov (2012), Statistical language models based on neural networks, PhD thesis, Brno",
    year=2012,
    torch="torch.nn.utils.clip_grad_value_(params, clip_value={clip_value})",
)

_REGISTRY: Registry[Clipping] = Registry("clipping rule", [NORM, VALUE])
names = _REGISTRY.names
get = _REGISTRY.get
