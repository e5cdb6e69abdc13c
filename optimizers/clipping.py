"""Clipping: bound the gradient before the optimizer sees it.

Gradients that are no numbers are treated as in PyTorch, and nothing is repaired in silence. A NaN makes its norm NaN,
and with it all that the norm scales; an infinite component makes the norm infinite, and turns into NaN itself (0 x inf)
and all others into zero. Clipping each component brings infinities back to the edge of the interval and lets NaN pass.

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
        optax: an expression for the transformation with the same effect, likewise.
    """

    apply: Callable[..., PyTree]
    torch: str | None = None
    optax: str | None = None


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


def clip_parameter_norm(gradients: Gradients, params: Any = None, *, max_norm: Scalar) -> Gradients:
    """`clip_norm` for each array of the pytree alone."""
    return jax.tree.map(lambda g: clip_norm(g, max_norm=max_norm), gradients)


def unit_norm(array: Float[Array | np.ndarray, "..."]) -> Float[Array, "..."]:
    """Length of the weights into each unit, shaped to broadcast: over all axes but the last one.

    A vector is one unit. Kernels have JAX's layouts, (in, out) and HWIO.
    """
    axes = tuple(range(array.ndim - 1)) if array.ndim > 1 else None
    return jnp.sqrt(jnp.sum(jnp.square(array), axis=axes, keepdims=True))


def clip_adaptively(gradients: Gradients, params: Any = None, *, clipping: Scalar, eps: Scalar) -> Gradients:
    """g c max(|w|, eps) / |g| for each unit whose gradient is longer than c max(|w|, eps)."""
    if params is None:
        raise ValueError("adaptive clipping compares gradients with the parameters, and got no params")

    def clip(g: Any, w: Any) -> Float[Array, "..."]:
        length, longest = unit_norm(g), clipping * jnp.maximum(unit_norm(w), eps)
        # Not "longest < length": a NaN must not pass for a short gradient.
        return jnp.where(jnp.broadcast_to(length <= longest, g.shape), g, g * (longest / jnp.maximum(length, 1e-6)))

    return jax.tree.map(clip, gradients, params)


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
    # optax.clip_by_global_norm lacks the 1e-6 of PyTorch.
    optax="optax.stateless(lambda g, _: g * jnp.minimum(1, {max_norm} / (jnp.linalg.norm(g) + 1e-6)))",
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
    optax="optax.clip({clip_value})",
)

PARAMETER_NORM = Clipping(
    name="parameter_norm",
    title="Clip each array's norm",
    hypers=NORM.hypers,
    apply=clip_parameter_norm,
    rule=r"g^{(k)} \leftarrow \min\left(1, \frac{<max_norm>}{\lVert g^{(k)} \rVert + 10^{-6}}\right) g^{(k)}",
    summary="Shortens the gradient of each layer's array by itself, so that one steep layer does not slow the others.",
    reference="R. Pascanu, T. Mikolov, Y. Bengio (2013), ICML, arXiv:1211.5063",
    year=2012,
    torch="for param in params:\n    torch.nn.utils.clip_grad_norm_(param, max_norm={max_norm})",
)

ADAPTIVE = Clipping(
    name="adaptive",
    title="Adaptive clipping",
    hypers={
        "clipping": Hyper(0.01, 1e-4, 10.0, log=True, symbol="c", label="Largest ratio to the weights"),
        "eps": Hyper(1e-3, 1e-12, 1.0, log=True, symbol=r"\varepsilon", label="Least length of the weights"),
    },
    apply=clip_adaptively,
    rule=r"g_i \leftarrow \min\left(1, \frac{<clipping> \max(\lVert w_i \rVert, <eps>)}{\lVert g_i \rVert}\right) g_i"
    r"\quad \text{for each unit } i",
    summary="Bounds the gradient of each unit by a share of the unit's weights.",
    reference="A. Brock, S. De, S. Smith, K. Simonyan (2021), ICML, arXiv:2102.06171",
    year=2021,
)

_REGISTRY: Registry[Clipping] = Registry("clipping rule", [NORM, VALUE, PARAMETER_NORM, ADAPTIVE])
names = _REGISTRY.names
get = _REGISTRY.get
