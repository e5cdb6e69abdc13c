"""Schedules made of half cosines: down once and up again, down and held, down and restarted, up and down."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from optimizers.records import Hyper, Scalar
from optimizers.schedules.record import Overrides, Schedule, of_step

T_MAX = Hyper(100, 1, 10_000, log=True, symbol=r"T_{\max}", label="Steps down to the minimum", integer=True)
ETA_MIN = Hyper(0.0, 0.0, 10.0, symbol=r"\eta_{\min}", label="Smallest learning rate")


def cosine_rate(step: Scalar, base: Scalar, *, T_max: Scalar, eta_min: Scalar) -> Float[Array, ""]:
    """eta_min + (base - eta_min)(1 + cos(pi step / T_max)) / 2, for any step: it has no end and rises after T_max.

    PyTorch computes the same numbers by a recursion from one step to the next.
    """
    return eta_min + (base - eta_min) * (1 + jnp.cos(jnp.pi * step / T_max)) / 2


COSINE = Schedule(
    name="cosine",
    title="Cosine annealing, rising again",
    hypers={"T_max": T_MAX, "eta_min": ETA_MIN},
    apply=of_step(cosine_rate),
    rule=r"\eta_t = <eta_min> + \tfrac12 (\eta_0 - <eta_min>) \left(1 + \cos \frac{\pi t}{<T_max>}\right)",
    summary="Follows half a cosine down to a minimum, and up again afterwards: there is no restart.",
    reference="I. Loshchilov, F. Hutter (2017), ICLR, arXiv:1608.03983",
    year=2016,
    torch="scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max={T_max}, eta_min={eta_min})",
    # optax.cosine_decay_schedule holds its last value.
    optax="""\
def schedule(step):
    return {eta_min} + (learning_rate - {eta_min}) * (1 + jnp.cos(jnp.pi * step / {T_max})) / 2""",
)


def cosine_held_rate(step: Scalar, base: Scalar, *, T_max: Scalar, eta_min: Scalar) -> Float[Array, ""]:
    """`cosine_rate` up to T_max, and eta_min from there on."""
    return cosine_rate(jnp.minimum(step, T_max), base, T_max=T_max, eta_min=eta_min)


COSINE_HELD = Schedule(
    name="cosine_held",
    title="Cosine annealing, held",
    hypers={"T_max": T_MAX, "eta_min": ETA_MIN},
    apply=of_step(cosine_held_rate),
    rule=r"\eta_t = <eta_min> + \tfrac12 (\eta_0 - <eta_min>) "
    r"\left(1 + \cos \frac{\pi \min(t, <T_max>)}{<T_max>}\right)",
    summary="Follows half a cosine down to a minimum and stays there, as optax and most training scripts do.",
    reference="I. Loshchilov, F. Hutter (2017), ICLR, arXiv:1608.03983",
    year=2016,
    optax="schedule = optax.cosine_decay_schedule(learning_rate, {T_max}, alpha={eta_min} / learning_rate)",
)


class RestartState(NamedTuple):
    since: Float[Array, ""]  # steps since the last restart
    period: Float[Array, ""]  # from it to the next


def restart_init(base: Mapping[str, Any], *, T_0: Scalar, **hypers: Any) -> RestartState:
    period = jnp.asarray(T_0, jnp.result_type(base["learning_rate"]))
    return RestartState(jnp.zeros_like(period), period)


def restart_update(state: RestartState, value: Scalar, *, T_mult: Scalar, **hypers: Any) -> RestartState:
    """Count a step; at the end of a period begin the next, T_mult times as long."""
    since = state.since + 1
    over = since >= state.period
    return RestartState(
        since=jnp.where(over, since - state.period, since),
        period=jnp.where(over, state.period * T_mult, state.period),
    )


def restart_apply(
    state: RestartState, step: Scalar, base: Mapping[str, Any], *, eta_min: Scalar, **hypers: Any
) -> Overrides:
    rate = cosine_rate(state.since, base["learning_rate"], T_max=state.period, eta_min=eta_min)
    return {"learning_rate": rate}


COSINE_WARM_RESTARTS = Schedule(
    name="cosine_warm_restarts",
    title="Cosine with warm restarts",
    hypers={
        "T_0": Hyper(50, 1, 10_000, log=True, symbol="T_0", label="Steps to the first restart", integer=True),
        "T_mult": Hyper(2, 1, 10, symbol="m", label="Factor of each period", integer=True),
        "eta_min": ETA_MIN,
    },
    init=restart_init,
    apply=restart_apply,
    update=restart_update,
    rule=r"\eta_t = <eta_min> + \tfrac12 (\eta_0 - <eta_min>) \left(1 + \cos \frac{\pi\, s_t}{T_i}\right), \qquad "
    r"s_t = t - \sum_{j \lt i} T_j, \quad T_i = <T_0> \cdot {<T_mult>}^i",
    summary="Falls along half a cosine, jumps back to the top, and falls again, each time more slowly.",
    reference="I. Loshchilov, F. Hutter (2017), ICLR, arXiv:1608.03983",
    year=2016,
    torch="scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0={T_0}, T_mult={T_mult}, "
    "eta_min={eta_min})",
    optax="""\
starts, period = [0], {T_0}
while starts[-1] < 100_000:
    starts.append(starts[-1] + period)
    period *= {T_mult}
starts = jnp.array(starts)

def schedule(step):
    place = jnp.searchsorted(starts, step, side="right") - 1
    since, period = step - starts[place], starts[place + 1] - starts[place]
    return {eta_min} + (learning_rate - {eta_min}) * (1 + jnp.cos(jnp.pi * since / period)) / 2""",
)

CYCLED = ("momentum", "b1")  # what one_cycle moves along with the learning rate, the first that the optimizer has


def one_cycle_apply(
    state: Any,
    step: Scalar,
    base: Mapping[str, Any],
    *,
    total_steps: Scalar,
    pct_start: Scalar,
    div_factor: Scalar,
    final_div_factor: Scalar,
    base_momentum: Scalar,
    max_momentum: Scalar,
) -> Overrides:
    """Up to the base learning rate within the share pct_start of the steps, then down; momentum moves against it.

    The peak is reached at step pct_start * total_steps - 1, as in PyTorch, which raises an error after the last step;
    here the last values stay.
    """
    turn, end = pct_start * total_steps - 1, total_steps - 1
    rising = step <= turn
    up = step / jnp.where(turn > 0, turn, 1)
    down = jnp.minimum((step - turn) / jnp.where(end > turn, end - turn, 1), 1)

    def cycle(low_before: Scalar, peak: Scalar, low_after: Scalar) -> Float[Array, ""]:
        return jnp.where(rising, half_cosine(low_before, peak, up), half_cosine(peak, low_after, down))

    peak = base["learning_rate"]
    first = peak / div_factor
    rates = {"learning_rate": cycle(first, peak, first / final_div_factor)}
    momentum = cycle(max_momentum, base_momentum, max_momentum)
    return rates | dict.fromkeys([name for name in CYCLED if name in base][:1], momentum)


def half_cosine(start: Scalar, end: Scalar, share: Scalar) -> Float[Array, ""]:
    """From start to end as share goes from 0 to 1."""
    return end + (start - end) / 2 * (1 + jnp.cos(jnp.pi * share))


ONE_CYCLE = Schedule(
    name="one_cycle",
    title="One cycle",
    hypers={
        "total_steps": Hyper(300, 2, 10_000, log=True, symbol="T", label="Steps of the cycle", integer=True),
        "pct_start": Hyper(0.3, 0.0, 1.0, symbol="p", label="Share of the steps that rise"),
        "div_factor": Hyper(25.0, 1.0, 1e4, log=True, symbol="d", label="Peak over first rate"),
        "final_div_factor": Hyper(1e4, 1.0, 1e8, log=True, symbol="D", label="First over last rate"),
        "base_momentum": Hyper(0.85, 0.0, 1.0, symbol=r"\mu_{\min}", label="Momentum at the peak"),
        "max_momentum": Hyper(0.95, 0.0, 1.0, symbol=r"\mu_{\max}", label="Momentum at both ends"),
    },
    apply=one_cycle_apply,
    rule=r"""\begin{aligned}
\eta_t &: \tfrac{\eta_0}{<div_factor>} \nearrow \eta_0 \searrow \tfrac{\eta_0}{<div_factor> \cdot <final_div_factor>}
\qquad \mu_t : <max_momentum> \searrow <base_momentum> \nearrow <max_momentum> \\
& \text{along half cosines; the turn is at } t = <pct_start> \cdot <total_steps> - 1,
\text{ the end at } t = <total_steps> - 1
\end{aligned}""",
    summary="Raises the learning rate to its peak and lowers it far below its start, while momentum does the opposite.",
    reference="L. Smith, N. Topin (2018), Super-convergence, arXiv:1708.07120",
    year=2017,
    torch="scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=optimizer.param_groups[0]['lr'], "
    "total_steps={total_steps}, pct_start={pct_start}, div_factor={div_factor}, final_div_factor={final_div_factor}, "
    "base_momentum={base_momentum}, max_momentum={max_momentum})",
    chainable=False,
)
