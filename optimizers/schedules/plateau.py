"""Reduce on plateau: the schedule that looks at the loss."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from optimizers.records import Hyper, Scalar
from optimizers.schedules.record import Schedule


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
    chainable=False,
)
