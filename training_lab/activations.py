"""Activations: what a unit makes of its sum.

    activations.get("leaky_relu")(x, negative_slope=0.1)

Each record carries torch's gain (torch.nn.init.calculate_gain), by which an initializer makes up for what the
activation takes away, and its steepest slope, by which a unit counts as saturated.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from optimizers.records import Hyper, Record, Scalar
from optimizers.registry import Registry

# tanh counts as saturated beyond ±0.97, where its slope is this fraction of the steepest; the others by analogy.
SATURATED_SLOPE = 1 - 0.97**2


@dataclass(frozen=True, eq=False, kw_only=True)
class Activation(Record):
    """A function of one number.

    Attributes:
        fn: (x, **hyperparameters) -> y, element by element.
        gain: what torch.nn.init.calculate_gain says, or 1 where torch knows none.
        steepest: the largest slope.
        torch: an expression for the same function of `x`, with a field for each hyperparameter.
    """

    fn: Callable[..., Array]
    gain: float
    steepest: float
    torch: str

    def __call__(self, x: Float[Array, "..."], **hypers: Any) -> Float[Array, "..."]:
        return self.fn(x, **self.resolve(hypers))

    def slope(self, x: Float[Array, "..."], **hypers: Any) -> Float[Array, "..."]:
        """The derivative, element by element."""
        return jax.jvp(lambda x: self(x, **hypers), (x,), (jnp.ones_like(x),))[1]

    def saturated(self, x: Float[Array, "..."], **hypers: Any) -> Bool[Array, "..."]:
        """Where the slope has fallen below 6% of the steepest: |tanh| > 0.97, or a ReLU that is off."""
        return jnp.abs(self.slope(x, **hypers)) < SATURATED_SLOPE * self.steepest


def leaky_relu(x: Array, *, negative_slope: Scalar) -> Array:
    return jnp.where(x >= 0, x, negative_slope * x)


def elu(x: Array, *, alpha: Scalar) -> Array:
    # The inner choice keeps the exponential, and with it the gradient, finite where it is not used.
    return jnp.where(x > 0, x, alpha * jnp.expm1(jnp.where(x > 0, 0, x)))


def gelu(x: Array) -> Array:
    return jax.nn.gelu(x, approximate=False)


LINEAR = Activation(
    name="linear",
    title="Linear",
    hypers={},
    fn=lambda x: x,
    gain=1.0,
    steepest=1.0,
    rule="y = x",
    summary="No activation at all: many layers are worth one.",
    reference="A. Saxe, J. McClelland, S. Ganguli (2014), ICLR, arXiv:1312.6120",
    year=1957,
    torch="x * 1",
)
SIGMOID = Activation(
    name="sigmoid",
    title="Sigmoid",
    hypers={},
    fn=jax.nn.sigmoid,
    gain=1.0,
    steepest=0.25,
    rule=r"y = 1 / (1 + e^{-x})",
    summary="Squashes to (0, 1); its slope is never above a quarter.",
    reference="D. Rumelhart, G. Hinton, R. Williams (1986), Nature 323, 533-536",
    year=1986,
    torch="torch.sigmoid(x)",
)
TANH = Activation(
    name="tanh",
    title="tanh",
    hypers={},
    fn=jnp.tanh,
    gain=5 / 3,
    steepest=1.0,
    rule=r"y = \tanh x",
    summary="A sigmoid centred on zero.",
    reference="Y. LeCun, L. Bottou, G. Orr, K.-R. Müller (1998), Efficient BackProp",
    year=1998,
    torch="torch.tanh(x)",
)
RELU = Activation(
    name="relu",
    title="ReLU",
    hypers={},
    fn=jax.nn.relu,
    gain=math.sqrt(2),
    steepest=1.0,
    rule=r"y = \max(0, x)",
    summary="Passes what is positive, unchanged, and lets nothing else through.",
    reference="V. Nair, G. Hinton (2010), Rectified linear units improve restricted Boltzmann machines, ICML",
    year=2010,
    torch="torch.relu(x)",
)
LEAKY_RELU = Activation(
    name="leaky_relu",
    title="Leaky ReLU",
    hypers={"negative_slope": Hyper(0.01, 0.0, 1.0, symbol=r"\alpha", label="Negative slope")},
    fn=leaky_relu,
    gain=math.sqrt(2 / (1 + 0.01**2)),
    steepest=1.0,
    rule=r"y = \max(<negative_slope>\, x, x)",
    summary="A ReLU that cannot die.",
    reference="A. Maas, A. Hannun, A. Ng (2013), Rectifier nonlinearities improve neural network acoustic models, ICML",
    year=2013,
    torch="torch.nn.functional.leaky_relu(x, {negative_slope})",
)
ELU = Activation(
    name="elu",
    title="ELU",
    hypers={"alpha": Hyper(1.0, 0.0, 10.0, symbol=r"\alpha", label="Depth of the floor")},
    fn=elu,
    gain=1.0,
    steepest=1.0,
    rule=r"y = \begin{cases} x & x > 0 \\ <alpha>\,(e^x - 1) & x \le 0 \end{cases}",
    summary="A ReLU with a soft floor below zero, so that means come out near zero.",
    reference="D.-A. Clevert, T. Unterthiner, S. Hochreiter (2016), ICLR, arXiv:1511.07289",
    year=2015,
    torch="torch.nn.functional.elu(x, {alpha})",
)
GELU = Activation(
    name="gelu",
    title="GELU",
    hypers={},
    fn=gelu,
    gain=1.0,
    steepest=1.1289,
    rule=r"y = x\, \Phi(x)",
    summary="A smooth ReLU: passes a number with the probability that a normal variable is smaller.",
    reference="D. Hendrycks, K. Gimpel (2016), arXiv:1606.08415",
    year=2016,
    torch="torch.nn.functional.gelu(x)",
)
SILU = Activation(
    name="silu",
    title="SiLU (Swish)",
    hypers={},
    fn=jax.nn.silu,
    gain=1.0,
    steepest=1.0998,
    rule=r"y = x / (1 + e^{-x})",
    summary="A smooth ReLU gated by its own sigmoid.",
    reference="S. Elfwing, E. Uchibe, K. Doya (2018), Neural Networks 107, arXiv:1702.03118",
    year=2017,
    torch="torch.nn.functional.silu(x)",
)
SOFTPLUS = Activation(
    name="softplus",
    title="Softplus",
    hypers={},
    fn=jax.nn.softplus,
    gain=1.0,
    steepest=1.0,
    rule=r"y = \log(1 + e^x)",
    summary="A smooth ReLU that is positive everywhere.",
    reference="C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau, R. Garcia (2001), NeurIPS",
    year=2001,
    torch="torch.nn.functional.softplus(x)",
)

_REGISTRY: Registry[Activation] = Registry(
    "activation", [LINEAR, SIGMOID, TANH, RELU, LEAKY_RELU, ELU, GELU, SILU, SOFTPLUS]
)
names = _REGISTRY.names
get = _REGISTRY.get
