"""Regularizers: what large weights cost, as a term of the loss or as a step of their own.

    penalty = regularizers.get("l1").penalty(params, strength=1e-3)
    params = regularizers.get("l1").proximal(params, learning_rate, strength=1e-3)

Both act on the kernels of any pytree of parameters, never on biases or the parameters of normalisation layers. The
penalty joins the loss, and its (sub)gradient goes through the optimizer. The proximal step comes after the optimizer's:
argmin_u |u - w|^2 / 2 + learning_rate * penalty(u). Only it makes weights exactly zero.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float, PyTree

from optimizers.records import Hyper, Record, Scalar
from optimizers.registry import Registry
from training_lab.kernels import filter_axes, filter_norms, kernels_of, map_kernels


@dataclass(frozen=True, eq=False, kw_only=True)
class Regularizer(Record):
    """A rule that keeps weights small.

    Attributes:
        cost: (kernel, **hyperparameters) -> scalar; None for a constraint, which costs nothing while it is kept.
        step: (kernel, step size, **hyperparameters) -> kernel, the proximal step; None where it has no closed form.
    """

    cost: Callable[..., Array] | None = None
    step: Callable[..., Array] | None = None

    def penalty(self, params: PyTree, **hypers: Any) -> Float[Array, ""]:
        """The sum over all kernels; ValueError for a constraint, which has none."""
        if self.cost is None:
            raise ValueError(f"{self.name} is a constraint and has no penalty form")
        values = self.resolve(hypers)
        return jnp.sum(jnp.stack([self.cost(kernel, **values) for kernel in kernels_of(params)]))

    def proximal(self, params: PyTree, size: Scalar, **hypers: Any) -> PyTree:
        """All kernels after a proximal step of a size, usually the learning rate; ValueError where it has no form."""
        if self.step is None:
            raise ValueError(f"{self.name} has no proximal form")
        step, values = self.step, self.resolve(hypers)
        return map_kernels(lambda kernel: step(kernel, size, **values), params)


def soft_threshold(w: Float[Array, "..."], threshold: Scalar) -> Float[Array, "..."]:
    """w moved towards zero by the threshold; exactly zero where it would cross."""
    return jnp.sign(w) * jnp.maximum(jnp.abs(w) - threshold, 0)


def lp_cost(w: Array, *, strength: Scalar, p: Scalar) -> Array:
    # Above zero, since a root has no gradient at zero.
    size = jnp.maximum(jnp.abs(w), jnp.finfo(w.dtype).eps)
    return strength * jnp.sum(size**p)


def elastic_step(w: Array, size: Scalar, *, strength: Scalar, ratio: Scalar) -> Array:
    return soft_threshold(w, size * strength * ratio) / (1 + size * strength * (1 - ratio))


def group_weights(w: Array) -> Array:
    """sqrt(fan_in) for each unit, so that layers of all widths are treated alike."""
    fan_in = 1
    for axis in filter_axes(w):
        fan_in *= w.shape[axis]
    return jnp.sqrt(jnp.asarray(fan_in, w.dtype))


def group_step(w: Array, size: Scalar, *, strength: Scalar) -> Array:
    norms = filter_norms(w)
    left = jnp.maximum(norms - size * strength * group_weights(w), 0)
    return w * (left / jnp.where(norms > 0, norms, 1))


def project(w: Array, size: Scalar, *, max_norm: Scalar) -> Array:
    norms = filter_norms(w)
    return w * jnp.minimum(1, max_norm / jnp.maximum(norms, jnp.finfo(w.dtype).tiny))


STRENGTH = Hyper(1e-3, 0.0, 100.0, symbol=r"\lambda", label="Strength")

L1 = Regularizer(
    name="l1",
    title="L1 (lasso)",
    hypers={"strength": STRENGTH},
    cost=lambda w, *, strength: strength * jnp.sum(jnp.abs(w)),
    step=lambda w, size, *, strength: soft_threshold(w, size * strength),
    rule=r"<strength> \sum_i |w_i|",
    summary="Pulls with the same force everywhere, so small weights end at zero.",
    reference="R. Tibshirani (1996), Regression shrinkage and selection via the lasso, JRSS B 58",
    year=1996,
)
L2 = Regularizer(
    name="l2",
    title="L2 (ridge)",
    hypers={"strength": STRENGTH},
    cost=lambda w, *, strength: strength / 2 * jnp.sum(jnp.square(w)),
    step=lambda w, size, *, strength: w / (1 + size * strength),
    rule=r"\frac{<strength>}2 \sum_i w_i^2",
    summary="Pulls in proportion to the weight: all shrink, none vanishes.",
    reference="A. E. Hoerl, R. W. Kennard (1970), Ridge regression, Technometrics 12",
    year=1970,
)
ELASTIC_NET = Regularizer(
    name="elastic_net",
    title="Elastic net",
    hypers={"strength": STRENGTH, "ratio": Hyper(0.5, 0.0, 1.0, symbol=r"\alpha", label="Share of L1")},
    cost=lambda w, *, strength, ratio: (
        strength * (ratio * jnp.sum(jnp.abs(w)) + (1 - ratio) / 2 * jnp.sum(jnp.square(w)))
    ),
    step=elastic_step,
    rule=r"<strength> \sum_i <ratio>\, |w_i| + \frac{1 - <ratio>}2 w_i^2",
    summary="L1 for zeros and L2 for company: of several weights that do the same, all stay.",
    reference="H. Zou, T. Hastie (2005), Regularization and variable selection via the elastic net, JRSS B 67",
    year=2005,
)
LP = Regularizer(
    name="lp",
    title="Lp",
    hypers={"strength": STRENGTH, "p": Hyper(1.5, 0.25, 16.0, symbol="p", label="Exponent")},
    cost=lp_cost,
    rule=r"<strength> \sum_i |w_i|^{<p>}",
    summary="Any exponent: below one the ball has spikes on the axes, far above it is a cube.",
    reference="I. Frank, J. Friedman (1993), A statistical view of chemometrics tools, Technometrics 35",
    year=1993,
)
GROUP_LASSO = Regularizer(
    name="group_lasso",
    title="Group lasso",
    hypers={"strength": STRENGTH},
    cost=lambda w, *, strength: strength * group_weights(w) * jnp.sum(filter_norms(w)),
    step=group_step,
    rule=r"<strength> \sum_u \sqrt{n_u}\, \lVert w_u \rVert_2",
    summary="Switches off whole units: all the weights into one vanish together.",
    reference="M. Yuan, Y. Lin (2006), Model selection and estimation in regression with grouped variables, JRSS B 68",
    year=2006,
)
MAX_NORM = Regularizer(
    name="max_norm",
    title="Max-norm",
    hypers={"max_norm": Hyper(3.0, 1e-3, 1e3, log=True, symbol="c", label="Largest norm")},
    step=project,
    rule=r"\lVert w_u \rVert_2 \le <max_norm>",
    summary="Cuts the weights into each unit to a length, after every step.",
    reference="N. Srebro, J. Rennie, T. Jaakkola (2005), NeurIPS; N. Srivastava et al. (2014), JMLR 15",
    year=2005,
)

_REGISTRY: Registry[Regularizer] = Registry("regularizer", [L1, L2, ELASTIC_NET, LP, GROUP_LASSO, MAX_NORM])
names = _REGISTRY.names
get = _REGISTRY.get
