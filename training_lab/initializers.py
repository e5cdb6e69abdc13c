"""Initial weights: where training starts, and whether a signal survives its way through the layers.

An initializer is a record that is called with the signature of jax.nn.initializers, plus its hyperparameters:

    initializers.get("kaiming_normal")(key, shape, dtype, gain=1.0)

Shapes are those of kernels, (fan_in, fan_out) or (height, width, in, out). The rules are those of torch.nn.init.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from optimizers.records import Hyper, Record, Scalar
from optimizers.registry import Registry

Shape = tuple[int, ...]


def fans(shape: Shape) -> tuple[int, int]:
    """How many inputs a unit sums over, and how many units an input reaches; a convolution's window counts."""
    window = math.prod(shape[:-2])
    return window * shape[-2], window * shape[-1]


@dataclass(frozen=True, eq=False, kw_only=True)
class Initializer(Record):
    """A distribution of initial weights.

    Attributes:
        draw: (key, shape, dtype, **hyperparameters) -> kernel.
        variance: (shape, **hyperparameters) -> variance of one weight.
        biased: whether biases are drawn like weights, as torch's defaults do; others begin at zero.
        torch: a statement that fills the tensor `w`, shaped (out, in), with a field for each hyperparameter.
    """

    draw: Callable[..., Array]
    variance: Callable[..., Any]
    biased: bool = False
    torch: str

    def __call__(self, key: Array, shape: Shape, dtype: Any = jnp.float32, **hypers: Any) -> Float[Array, "..."]:
        return self.draw(key, shape, dtype, **self.resolve(hypers))

    def with_bias(
        self, key: Array, shape: Shape, dtype: Any = jnp.float32, **hypers: Any
    ) -> tuple[Float[Array, "..."], Float[Array, " out"]]:
        """A kernel and the bias that goes with it."""
        if not self.biased:
            return self(key, shape, dtype, **hypers), jnp.zeros(shape[-1:], dtype)
        # In one go, as one more row: drawing random numbers is what takes long to compile.
        rows = math.prod(shape[:-1])
        spread = _root(3 * self.variance(shape, **hypers), dtype)
        drawn = spread * jax.random.uniform(key, (rows + 1, shape[-1]), dtype, -1, 1)
        return drawn[:rows].reshape(shape), drawn[rows]


Variance = Callable[..., Any]


def _normal(variance: Variance) -> Callable[..., Array]:
    def draw(key: Array, shape: Shape, dtype: Any, **hypers: Any) -> Array:
        return _root(variance(shape, **hypers), dtype) * jax.random.normal(key, shape, dtype)

    return draw


def _uniform(variance: Variance) -> Callable[..., Array]:
    """Uniform between plus and minus sqrt(3 variance)."""

    def draw(key: Array, shape: Shape, dtype: Any, **hypers: Any) -> Array:
        return _root(3 * variance(shape, **hypers), dtype) * jax.random.uniform(key, shape, dtype, -1, 1)

    return draw


def _root(value: Scalar, dtype: Any) -> Float[Array, ""]:
    return jnp.sqrt(jnp.asarray(value, dtype))


def of_std(shape: Shape, *, std: Scalar) -> Scalar:
    return std**2


def of_bound(shape: Shape, *, bound: Scalar) -> Scalar:
    return bound**2 / 3


def xavier(shape: Shape, *, gain: Scalar) -> Scalar:
    """2 gain^2 / (fan_in + fan_out)."""
    return 2 * gain**2 / sum(fans(shape))


def kaiming(shape: Shape, *, gain: Scalar) -> Scalar:
    """gain^2 / fan_in."""
    return gain**2 / fans(shape)[0]


def kaiming_fan_out(shape: Shape, *, gain: Scalar) -> Scalar:
    """gain^2 / fan_out."""
    return gain**2 / fans(shape)[1]


def of_torch(shape: Shape) -> float:
    """torch's nn.Linear and nn.Conv2d: kaiming_uniform with a = sqrt(5), which is U(±1/sqrt(fan_in))."""
    return 1 / (3 * fans(shape)[0])


def of_torch_recurrent(shape: Shape) -> float:
    """torch's nn.RNN, nn.GRU and nn.LSTM: U(±1/sqrt(units)) for everything."""
    return 1 / (3 * shape[-1])


def draw_truncated(key: Array, shape: Shape, dtype: Any, *, std: Scalar) -> Float[Array, "..."]:
    """A normal distribution without what lies beyond two standard deviations."""
    return jnp.asarray(std, dtype) * jax.random.truncated_normal(key, -2, 2, shape, dtype)


# The variance that is left of a standard normal cut at two standard deviations: 1 - 4 φ(2) / (2 Φ(2) - 1).
TRUNCATED = 1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2))


def draw_orthogonal(key: Array, shape: Shape, dtype: Any, *, gain: Scalar) -> Float[Array, "..."]:
    """gain x a matrix (inputs, out) with orthonormal columns, or rows where it is wide; uniform among all of them."""
    rows, columns = math.prod(shape[:-1]), shape[-1]
    tall = jax.random.normal(key, (max(rows, columns), min(rows, columns)), dtype)
    q, r = jnp.linalg.qr(tall)
    q = q * jnp.sign(jnp.diag(r))[None]
    return jnp.asarray(gain, dtype) * (q if rows >= columns else q.T).reshape(shape)


def draw_non_normal(key: Array, shape: Shape, dtype: Any, *, radius: Scalar, shear: Scalar) -> Float[Array, "n n"]:
    """Blocks [[radius, shear], [0, radius]] in a random orthonormal basis: small eigenvalues, large norm."""
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ValueError(f"a non-normal matrix is square; {shape} is not")
    off_diagonal = jnp.where(jnp.arange(shape[0] - 1) % 2 == 0, jnp.asarray(shear, dtype), 0)
    blocks = jnp.asarray(radius, dtype) * jnp.eye(shape[0], dtype=dtype) + jnp.diag(off_diagonal, 1)
    basis = draw_orthogonal(key, shape, dtype, gain=1.0)
    return basis @ blocks @ basis.T


GAIN = Hyper(1.0, 0.0, 100.0, symbol="g", label="Gain")
RELU_GAIN = Hyper(math.sqrt(2), 0.0, 100.0, symbol="g", label="Gain")
STD = Hyper(1.0, 0.0, 100.0, symbol=r"\sigma", label="Standard deviation")

GLOROT = "X. Glorot, Y. Bengio (2010), Understanding the difficulty of training deep feedforward networks, AISTATS"
HE = "K. He, X. Zhang, S. Ren, J. Sun (2015), Delving deep into rectifiers, ICCV, arXiv:1502.01852"
SAXE = "A. Saxe, J. McClelland, S. Ganguli (2014), Exact solutions to the nonlinear dynamics, ICLR, arXiv:1312.6120"
LECUN = "Y. LeCun, L. Bottou, G. Orr, K.-R. Müller (1998), Efficient BackProp, Neural Networks: Tricks of the Trade"
PYTORCH = "PyTorch, torch.nn"

ZEROS = Initializer(
    name="zeros",
    title="All zeros",
    hypers={},
    draw=lambda key, shape, dtype: jnp.zeros(shape, dtype),
    variance=lambda shape: 0.0,
    rule=r"W = 0",
    summary="Every hidden unit is the same and stays the same: no gradient tells them apart.",
    reference=LECUN,
    year=1998,
    torch="torch.nn.init.zeros_(w)",
)
CONSTANT = Initializer(
    name="constant",
    title="Constant",
    hypers={"value": Hyper(0.1, -100.0, 100.0, symbol="c", label="Value")},
    draw=lambda key, shape, dtype, *, value: jnp.full(shape, value, dtype),
    variance=lambda shape, *, value: 0.0,
    rule=r"W = <value>",
    summary="The units of a layer stay copies of one another.",
    reference=LECUN,
    year=1998,
    torch="torch.nn.init.constant_(w, {value})",
)
NORMAL = Initializer(
    name="normal",
    title="Normal",
    hypers={"std": STD},
    draw=_normal(of_std),
    variance=of_std,
    rule=r"W \sim \mathcal N(0, <std>^2)",
    summary="A fixed spread, whatever the width: right for one width only.",
    reference=LECUN,
    year=1998,
    torch="torch.nn.init.normal_(w, std={std})",
)
UNIFORM = Initializer(
    name="uniform",
    title="Uniform",
    hypers={"bound": Hyper(1.0, 0.0, 100.0, symbol="a", label="Bound")},
    draw=_uniform(of_bound),
    variance=of_bound,
    rule=r"W \sim \mathcal U(-<bound>, <bound>)",
    summary="A fixed interval, whatever the width.",
    reference=LECUN,
    year=1998,
    torch="torch.nn.init.uniform_(w, -{bound}, {bound})",
)
TRUNCATED_NORMAL = Initializer(
    name="truncated_normal",
    title="Truncated normal",
    hypers={"std": STD},
    draw=draw_truncated,
    variance=lambda shape, *, std: TRUNCATED * std**2,
    rule=r"W \sim \mathcal N(0, <std>^2) \text{ given } |W| \le 2 \cdot <std>",
    summary="A normal distribution without its tails.",
    reference=PYTORCH,
    year=2019,
    torch="torch.nn.init.trunc_normal_(w, std={std}, a=-2 * {std}, b=2 * {std})",
)
XAVIER_UNIFORM = Initializer(
    name="xavier_uniform",
    title="Xavier uniform",
    hypers={"gain": GAIN},
    draw=_uniform(xavier),
    variance=xavier,
    rule=r"W \sim \mathcal U(-a, a), \quad a = <gain> \sqrt{6 / (n_{\text{in}} + n_{\text{out}})}",
    summary="Keeps the variance of signals and of gradients, as far as both can be had, for units that are linear.",
    reference=GLOROT,
    year=2010,
    torch="torch.nn.init.xavier_uniform_(w, gain={gain})",
)
XAVIER_NORMAL = Initializer(
    name="xavier_normal",
    title="Xavier normal",
    hypers={"gain": GAIN},
    draw=_normal(xavier),
    variance=xavier,
    rule=r"W \sim \mathcal N\left(0, \frac{2 \cdot <gain>^2}{n_{\text{in}} + n_{\text{out}}}\right)",
    summary="Xavier's variance, normally distributed.",
    reference=GLOROT,
    year=2010,
    torch="torch.nn.init.xavier_normal_(w, gain={gain})",
)
KAIMING_UNIFORM = Initializer(
    name="kaiming_uniform",
    title="Kaiming uniform",
    hypers={"gain": RELU_GAIN},
    draw=_uniform(kaiming),
    variance=kaiming,
    rule=r"W \sim \mathcal U(-a, a), \quad a = <gain> \sqrt{3 / n_{\text{in}}}",
    summary="Doubles the variance, because ReLU throws half of the signal away.",
    reference=HE,
    year=2015,
    torch="torch.nn.init.kaiming_uniform_(w).mul_({gain} / 2**0.5)",
)
KAIMING_NORMAL = Initializer(
    name="kaiming_normal",
    title="Kaiming normal",
    hypers={"gain": RELU_GAIN},
    draw=_normal(kaiming),
    variance=kaiming,
    rule=r"W \sim \mathcal N\left(0, \frac{<gain>^2}{n_{\text{in}}}\right)",
    summary="Kaiming's variance, normally distributed.",
    reference=HE,
    year=2015,
    torch="torch.nn.init.kaiming_normal_(w).mul_({gain} / 2**0.5)",
)
KAIMING_UNIFORM_FAN_OUT = Initializer(
    name="kaiming_uniform_fan_out",
    title="Kaiming uniform, fan-out",
    hypers={"gain": RELU_GAIN},
    draw=_uniform(kaiming_fan_out),
    variance=kaiming_fan_out,
    rule=r"W \sim \mathcal U(-a, a), \quad a = <gain> \sqrt{3 / n_{\text{out}}}",
    summary="Keeps the variance of the gradients on their way back, instead of that of the signals.",
    reference=HE,
    year=2015,
    torch='torch.nn.init.kaiming_uniform_(w, mode="fan_out").mul_({gain} / 2**0.5)',
)
KAIMING_NORMAL_FAN_OUT = Initializer(
    name="kaiming_normal_fan_out",
    title="Kaiming normal, fan-out",
    hypers={"gain": RELU_GAIN},
    draw=_normal(kaiming_fan_out),
    variance=kaiming_fan_out,
    rule=r"W \sim \mathcal N\left(0, \frac{<gain>^2}{n_{\text{out}}}\right)",
    summary="The fan-out form, normally distributed.",
    reference=HE,
    year=2015,
    torch='torch.nn.init.kaiming_normal_(w, mode="fan_out").mul_({gain} / 2**0.5)',
)
ORTHOGONAL = Initializer(
    name="orthogonal",
    title="Orthogonal",
    hypers={"gain": GAIN},
    draw=draw_orthogonal,
    variance=lambda shape, *, gain: gain**2 / max(math.prod(shape[:-1]), shape[-1]),
    rule=r"W = <gain>\, Q, \quad Q^\top Q = I",
    summary="Turns signals and never stretches them: exact where units are linear.",
    reference=SAXE,
    year=2014,
    torch="torch.nn.init.orthogonal_(w, gain={gain})",
)
TORCH = Initializer(
    name="torch_default",
    title="PyTorch's default",
    hypers={},
    draw=_uniform(of_torch),
    variance=of_torch,
    biased=True,
    rule=r"W, b \sim \mathcal U(-a, a), \quad a = 1 / \sqrt{n_{\text{in}}}",
    summary="What nn.Linear and nn.Conv2d do unasked: a sixth of the variance that ReLU would need.",
    reference=PYTORCH,
    year=2017,
    torch="torch.nn.init.kaiming_uniform_(w, a=5 ** 0.5)",
)
TORCH_RECURRENT = Initializer(
    name="torch_recurrent",
    title="PyTorch's default of recurrent cells",
    hypers={},
    draw=_uniform(of_torch_recurrent),
    variance=of_torch_recurrent,
    biased=True,
    rule=r"W, b \sim \mathcal U(-a, a), \quad a = 1 / \sqrt{n_{\text{units}}}",
    summary="What nn.RNN, nn.GRU and nn.LSTM do unasked.",
    reference=PYTORCH,
    year=2017,
    torch="torch.nn.init.uniform_(w, -(w.shape[0] ** -0.5), w.shape[0] ** -0.5)",
)
NON_NORMAL = Initializer(
    name="non_normal",
    title="Non-normal",
    hypers={
        "radius": Hyper(0.5, 0.0, 10.0, symbol=r"\rho", label="Spectral radius"),
        "shear": Hyper(10.0, 0.0, 100.0, symbol="s", label="Shear"),
    },
    draw=draw_non_normal,
    variance=lambda shape, *, radius, shear: (shape[0] * radius**2 + shape[0] // 2 * shear**2) / math.prod(shape),
    rule=r"W = Q \begin{pmatrix} <radius> & <shear> \\ 0 & <radius> \end{pmatrix} Q^\top \text{, block by block}",
    summary="Eigenvalues that promise decay and a norm that promises an explosion: for recurrent weights, both come.",
    reference="R. Pascanu, T. Mikolov, Y. Bengio (2013), On the difficulty of training recurrent neural networks, ICML",
    year=2013,
    torch="w.copy_(w.new_tensor([[{radius}, {shear}], [0, {radius}]]))",
)

_REGISTRY: Registry[Initializer] = Registry(
    "initializer",
    [
        ZEROS,
        CONSTANT,
        NORMAL,
        UNIFORM,
        TRUNCATED_NORMAL,
        XAVIER_UNIFORM,
        XAVIER_NORMAL,
        KAIMING_UNIFORM,
        KAIMING_NORMAL,
        KAIMING_UNIFORM_FAN_OUT,
        KAIMING_NORMAL_FAN_OUT,
        ORTHOGONAL,
        TORCH,
        TORCH_RECURRENT,
        NON_NORMAL,
    ],
)
names = _REGISTRY.names
get = _REGISTRY.get
