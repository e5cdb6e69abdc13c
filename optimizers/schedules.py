"""Schedules: hyperparameters that change from step to step.

A schedule sees the step and, for those that react, the loss; it answers with the hyperparameters to use in this step.
The rules and names are those of torch.optim.lr_scheduler, stepped once after every step of the optimizer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from optimizers.records import Hyper, Record, Scalar
from optimizers.registry import Registry

Overrides = dict[str, Any]


@dataclass(frozen=True, eq=False, kw_only=True)
class Schedule(Record):
    """A rule that sets hyperparameters of an optimizer anew in every step.

    Attributes:
        init: (base, **hyperparameters) -> what the schedule remembers; `base` is the optimizer's own setting.
        apply: (state, step, base, **hyperparameters) -> those of the optimizer's hyperparameters that change in this
            step, "learning_rate" and perhaps others; `step` counts from 0, as a float.
        update: (state, value, **hyperparameters) -> state, after a step whose loss was `value`.
        torch: a statement that assigns `scheduler`, from `optimizer`, with a field for each hyperparameter.
    """

    init: Callable[..., Any] = lambda base, **hypers: ()
    apply: Callable[..., Overrides]
    update: Callable[..., Any] = lambda state, value, **hypers: state
    torch: str | None = None


def of_step(rate: Callable[..., Any]) -> Callable[..., Overrides]:
    """`apply` of a schedule that has a closed form: rate(step, base learning rate, **hyperparameters)."""

    def apply(state: Any, step: Scalar, base: Mapping[str, Any], **hypers: Any) -> Overrides:
        return {"learning_rate": rate(step, base["learning_rate"], **hypers)}

    return apply


CONSTANT = Schedule(
    name="constant",
    title="Constant",
    hypers={},
    apply=lambda state, step, base, **hypers: {},
    rule=r"\eta_t = \eta_0",
    summary="Keeps the learning rate as it is.",
    reference="H. Robbins, S. Monro (1951), Annals of Mathematical Statistics 22, 400-407",
    year=1951,
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
)


def cosine_rate(step: Scalar, base: Scalar, *, T_max: Scalar, eta_min: Scalar) -> Float[Array, ""]:
    """eta_min + (base - eta_min)(1 + cos(pi step / T_max)) / 2, for any step: it has no end and rises after T_max.

    PyTorch computes the same numbers by a recursion from one step to the next.
    """
    return eta_min + (base - eta_min) * (1 + jnp.cos(jnp.pi * step / T_max)) / 2


COSINE = Schedule(
    name="cosine",
    title="Cosine annealing",
    hypers={
        "T_max": Hyper(100, 1, 10_000, log=True, symbol=r"T_{\max}", label="Steps down to the minimum", integer=True),
        "eta_min": Hyper(0.0, 0.0, 10.0, symbol=r"\eta_{\min}", label="Smallest learning rate"),
    },
    apply=of_step(cosine_rate),
    rule=r"\eta_t = <eta_min> + \tfrac12 (\eta_0 - <eta_min>) \left(1 + \cos \frac{\pi t}{<T_max>}\right)",
    summary="Follows half a cosine down to a minimum, and up again afterwards: there is no restart.",
    reference="I. Loshchilov, F. Hutter (2017), ICLR, arXiv:1608.03983",
    year=2016,
    torch="scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max={T_max}, eta_min={eta_min})",
)


class PlateauState(NamedTuple):
    learning_rate: Float[Array, ""]
    best: Float[Array, ""]  # smallest loss so far
    bad: Float[Array, ""]  # steps in a row without an improvement
    cooling: Float[Array, ""]  # steps for which bad ones are still forgiven


def plateau_init(base: Mapping[str, Any], **hypers: Any) -> PlateauState:
    learning_rate = jnp.asarray(base["learning_rate"])
    zero = jnp.zeros_like(learning_rate)
    return PlateauState(learning_rate, best=jnp.full_like(learning_rate, jnp.inf), bad=zero, cooling=zero)


def plateau_update(
    state: PlateauState,
    value: Scalar,
    *,
    factor: Scalar,
    patience: Scalar,
    threshold: Scalar,
    cooldown: Scalar,
    min_lr: Scalar,
    eps: Scalar,
) -> PlateauState:
    """Count the steps that bring no improvement, and cut the learning rate once there are more than `patience`.

    Better means less than best * (1 - threshold). While cooling down bad steps are not counted. A cut that would
    change the learning rate by eps or less is not made.
    """
    better = value < state.best * (1 - threshold)
    forgiven = better | (state.cooling > 0)
    bad = jnp.where(forgiven, 0, state.bad + 1)
    cooling = jnp.maximum(state.cooling - 1, 0)

    tired = bad > patience
    reduced = jnp.maximum(state.learning_rate * factor, min_lr)
    cut = tired & (state.learning_rate - reduced > eps)
    return PlateauState(
        learning_rate=jnp.where(cut, reduced, state.learning_rate),
        best=jnp.where(better, value, state.best),
        bad=jnp.where(tired, 0, bad),
        cooling=jnp.where(tired, cooldown, cooling),
    )


REDUCE_ON_PLATEAU = Schedule(
    name="reduce_on_plateau",
    title="Reduce on plateau",
    hypers={
        "factor": Hyper(0.1, 0.0, 0.99, symbol="f", label="Factor of each cut"),
        "patience": Hyper(10, 0, 10_000, symbol="P", label="Bad steps allowed in a row", integer=True),
        "threshold": Hyper(1e-4, 0.0, 1.0, symbol=r"\tau", label="Relative improvement that counts"),
        "cooldown": Hyper(0, 0, 10_000, symbol="C", label="Steps forgiven after a cut", integer=True),
        "min_lr": Hyper(0.0, 0.0, 10.0, symbol=r"\eta_{\min}", label="Smallest learning rate"),
        "eps": Hyper(1e-8, 0.0, 1.0, symbol=r"\varepsilon", label="Smallest change made"),
    },
    init=plateau_init,
    apply=lambda state, step, base, **hypers: {"learning_rate": state.learning_rate},
    update=plateau_update,
    rule=r"\eta_{t+1} = \begin{cases} \max(<factor>\, \eta_t, <min_lr>) & "
    r"\text{after more than } <patience> \text{ steps in a row with } L_t \ge (1 - <threshold>)\, L_{\text{best}} \\"
    r" \eta_t & \text{otherwise} \end{cases}",
    summary="Cuts the learning rate when the loss has stopped improving.",
    reference="PyTorch, torch.optim.lr_scheduler.ReduceLROnPlateau; the practice is older than any paper on it",
    year=2012,
    torch="scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor={factor}, patience={patience}, "
    "threshold={threshold}, cooldown={cooldown}, min_lr={min_lr}, eps={eps})",
)

_REGISTRY: Registry[Schedule] = Registry("schedule", [CONSTANT, STEP, EXPONENTIAL, COSINE, REDUCE_ON_PLATEAU])
names = _REGISTRY.names
get = _REGISTRY.get
