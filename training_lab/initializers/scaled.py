"""Distributions scaled by the number of inputs, of outputs, or of both."""

import math

from optimizers.records import Hyper, Scalar
from training_lab.initializers.rules import PYTORCH, Initializer, Shape, fans, normally, uniformly

GAIN = Hyper(1.0, 0.0, 100.0, symbol="g", label="Gain")
RELU_GAIN = Hyper(math.sqrt(2), 0.0, 100.0, symbol="g", label="Gain")
GLOROT = "X. Glorot, Y. Bengio (2010), Understanding the difficulty of training deep feedforward networks, AISTATS"
HE = "K. He, X. Zhang, S. Ren, J. Sun (2015), Delving deep into rectifiers, ICCV, arXiv:1502.01852"


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


XAVIER_UNIFORM = Initializer(
    name="xavier_uniform",
    title="Xavier uniform",
    hypers={"gain": GAIN},
    draw=uniformly(xavier),
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
    draw=normally(xavier),
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
    draw=uniformly(kaiming),
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
    draw=normally(kaiming),
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
    draw=uniformly(kaiming_fan_out),
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
    draw=normally(kaiming_fan_out),
    variance=kaiming_fan_out,
    rule=r"W \sim \mathcal N\left(0, \frac{<gain>^2}{n_{\text{out}}}\right)",
    summary="The fan-out form, normally distributed.",
    reference=HE,
    year=2015,
    torch='torch.nn.init.kaiming_normal_(w, mode="fan_out").mul_({gain} / 2**0.5)',
)
TORCH = Initializer(
    name="torch_default",
    title="PyTorch's default",
    hypers={},
    draw=uniformly(of_torch),
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
    draw=uniformly(of_torch_recurrent),
    variance=of_torch_recurrent,
    biased=True,
    rule=r"W, b \sim \mathcal U(-a, a), \quad a = 1 / \sqrt{n_{\text{units}}}",
    summary="What nn.RNN, nn.GRU and nn.LSTM do unasked.",
    reference=PYTORCH,
    year=2017,
    torch="torch.nn.init.uniform_(w, -(w.shape[0] ** -0.5), w.shape[0] ** -0.5)",
)
INITIALIZERS = (
    XAVIER_UNIFORM,
    XAVIER_NORMAL,
    KAIMING_UNIFORM,
    KAIMING_NORMAL,
    KAIMING_UNIFORM_FAN_OUT,
    KAIMING_NORMAL_FAN_OUT,
    TORCH,
    TORCH_RECURRENT,
)
