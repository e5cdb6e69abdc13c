"""Schedules with a closed form that only falls, or that is a straight line."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from optimizers.records import Hyper, Scalar
from optimizers.schedules.record import Schedule, of_step

CONSTANT = Schedule(
    name="constant",
    title="Constant",
    hypers={},
    apply=lambda state, step, base, **hypers: {},
    rule=r"\eta_t = \eta_0",
    summary="Keeps the learning rate as it is.",
    reference="H. Robbins, S. Monro (1951), Annals of Mathematical Statistics 22, 400-407",
    year=1951,
    torch="scheduler = torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0)",
    optax="schedule = optax.constant_schedule(learning_rate)",
)


def step_rate(step: Scalar, base: Scalar, *, step_size: Scalar, gamma: Scalar) -> Float[Array, ""]:
    """base * gamma^floor(step / step_size)."""
    return base * gamma ** jnp.floor(step / step_size)


STEP = Schedule(
    name="step",
    title="Step decay",
    hypers={
        "step_size": Hyper(100, 1, 10_000, log=True, symbol="T", label="Steps between drops", integer=True),
        "gamma": Hyper(0.1, 0.0, 1.0, symbol=r"\gamma", label="Factor of each drop"),
    },
    apply=of_step(step_rate),
    rule=r"\eta_t = \eta_0\, <gamma>^{\lfloor t / <step_size> \rfloor}",
    summary="Multiplies the learning rate by a factor at regular intervals.",
    reference="A. Krizhevsky, I. Sutskever, G. Hinton (2012), NeurIPS",
    year=2012,
    torch="scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size={step_size}, gamma={gamma})",
    optax="schedule = optax.exponential_decay(learning_rate, {step_size}, {gamma}, staircase=True)",
)


def exponential_rate(step: Scalar, base: Scalar, *, gamma: Scalar) -> Scalar:
    """base * gamma^step."""
    return base * gamma**step


EXPONENTIAL = Schedule(
    name="exponential",
    title="Exponential decay",
    hypers={"gamma": Hyper(0.99, 0.0, 1.0, symbol=r"\gamma", label="Factor of each step")},
    apply=of_step(exponential_rate),
    rule=r"\eta_t = \eta_0\, <gamma>^t",
    summary="Multiplies the learning rate by the same factor after every step.",
    reference="Y. Bengio (2012), Practical recommendations for gradient-based training, arXiv:1206.5533",
    year=2012,
    torch="scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma={gamma})",
    optax="schedule = optax.exponential_decay(learning_rate, 1, {gamma})",
)


def multistep_rate(
    step: Scalar, base: Scalar, *, milestones: Scalar | Float[Array, " count"], gamma: Scalar
) -> Float[Array, ""]:
    """base * gamma^(how many milestones are reached)."""
    return base * gamma ** jnp.sum(step >= jnp.asarray(milestones), dtype=jnp.result_type(step))


MULTISTEP = Schedule(
    name="multistep",
    title="Decay at milestones",
    hypers={
        "milestones": Hyper((100, 200), 0, 10_000, symbol="M", label="Steps of the drops", integer=True),
        "gamma": Hyper(0.1, 0.0, 1.0, symbol=r"\gamma", label="Factor of each drop"),
    },
    apply=of_step(multistep_rate),
    rule=r"\eta_t = \eta_0\, <gamma>^{\left|\{m \in <milestones> \,:\, m \le t\}\right|}",
    summary="Multiplies the learning rate by a factor at steps that are chosen by hand; their number is compiled in.",
    reference="K. He, X. Zhang, S. Ren, J. Sun (2016), CVPR, section 3.4, arXiv:1512.03385",
    year=2015,
    torch="scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones={milestones}, gamma={gamma})",
    optax="schedule = optax.piecewise_constant_schedule(learning_rate, dict.fromkeys({milestones}, {gamma}))",
)


def linear_rate(
    step: Scalar, base: Scalar, *, start_factor: Scalar, end_factor: Scalar, total_iters: Scalar
) -> Float[Array, ""]:
    """base * (start_factor + (end_factor - start_factor) * step / total_iters), constant from total_iters on."""
    return base * (start_factor + (end_factor - start_factor) * jnp.minimum(step / total_iters, 1))


LINEAR = Schedule(
    name="linear",
    title="Straight line",
    hypers={
        "start_factor": Hyper(1.0, 1e-6, 1.0, symbol="a", label="Factor at the start"),
        "end_factor": Hyper(0.0, 0.0, 1.0, symbol="b", label="Factor at the end"),
        "total_iters": Hyper(300, 1, 10_000, log=True, symbol="T", label="Steps of the line", integer=True),
    },
    apply=of_step(linear_rate),
    rule=r"\eta_t = \eta_0 \left(<start_factor> + (<end_factor> - <start_factor>)\, "
    r"\min\left(\tfrac{t}{<total_iters>}, 1\right)\right)",
    summary="Moves the learning rate along a straight line, and leaves it where the line ends.",
    reference="A. Defazio, A. Cutkosky, H. Mehta, K. Mishchenko (2023), arXiv:2310.07831",
    year=2015,
    torch="scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor={start_factor}, "
    "end_factor={end_factor}, total_iters={total_iters})",
    optax="schedule = optax.linear_schedule(learning_rate * {start_factor}, learning_rate * {end_factor}, "
    "{total_iters})",
)


def polynomial_rate(step: Scalar, base: Scalar, *, total_iters: Scalar, power: Scalar) -> Float[Array, ""]:
    """base * (1 - step / total_iters)^power, zero from total_iters on."""
    return base * jnp.maximum(1 - step / total_iters, 0) ** power


POLYNOMIAL = Schedule(
    name="polynomial",
    title="Polynomial decay",
    hypers={
        "total_iters": Hyper(300, 1, 10_000, log=True, symbol="T", label="Steps down to zero", integer=True),
        "power": Hyper(2.0, 0.1, 10.0, log=True, symbol="p", label="Power"),
    },
    apply=of_step(polynomial_rate),
    rule=r"\eta_t = \eta_0 \left(1 - \min\left(\tfrac{t}{<total_iters>}, 1\right)\right)^{<power>}",
    summary="Falls to zero along a power of the time that is left, and stays there.",
    reference="L.-C. Chen et al. (2017), DeepLab, section 4.1.1, arXiv:1606.00915",
    year=2016,
    torch="scheduler = torch.optim.lr_scheduler.PolynomialLR(optimizer, total_iters={total_iters}, power={power})",
    optax="schedule = optax.polynomial_schedule(learning_rate, 0.0, {power}, {total_iters})",
)


def inverse_sqrt_rate(step: Scalar, base: Scalar, *, timescale: Scalar) -> Float[Array, ""]:
    """base / sqrt(1 + step / timescale)."""
    return base / jnp.sqrt(1 + step / timescale)


INVERSE_SQRT = Schedule(
    name="inverse_sqrt",
    title="Inverse square root",
    hypers={"timescale": Hyper(1.0, 1.0, 10_000.0, log=True, symbol=r"\tau", label="Steps until it begins to bend")},
    apply=of_step(inverse_sqrt_rate),
    rule=r"\eta_t = \frac{\eta_0}{\sqrt{1 + t / <timescale>}}",
    summary="Falls as one over the root of the time: as fast as stochastic gradients ask for, and without an end.",
    reference="M. Zinkevich (2003), ICML; A. Vaswani et al. (2017), NeurIPS, section 5.3, arXiv:1706.03762",
    year=2003,
    # PyTorch has no class for it.
    torch="scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: (1 + step / {timescale}) ** -0.5)",
    optax="""\
def schedule(step):
    return learning_rate / jnp.sqrt(1 + step / {timescale})""",
)
