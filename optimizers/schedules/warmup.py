"""Linear warm-up in front of any other schedule: a function from schedules to schedules."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from optimizers.records import Hyper, Scalar
from optimizers.schedules.record import Overrides, Schedule

HYPERS = {
    "warmup_steps": Hyper(20, 1, 10_000, log=True, symbol="W", label="Steps of the warm-up", integer=True),
    "warmup_factor": Hyper(0.01, 1e-6, 1.0, log=True, symbol="w", label="Factor at the first step"),
}


class WarmupState(NamedTuple):
    step: Float[Array, ""]
    inner: Any


@cache
def with_warmup(schedule: Schedule) -> Schedule:
    """That schedule, begun after a straight line from warmup_factor times the learning rate up to it.

    The schedule counts its steps, and reduce-on-plateau looks at losses, from the end of the warm-up on, as in
    PyTorch's SequentialLR. Called twice with one record it answers with one record: nothing is compiled twice.
    """

    def init(base: Mapping[str, Any], *, warmup_steps: Scalar, warmup_factor: Scalar, **hypers: Any) -> WarmupState:
        zero = jnp.zeros((), jnp.result_type(base["learning_rate"]))
        return WarmupState(zero, schedule.init(base, **hypers))

    def apply(
        state: WarmupState,
        step: Scalar,
        base: Mapping[str, Any],
        *,
        warmup_steps: Scalar,
        warmup_factor: Scalar,
        **hypers: Any,
    ) -> Overrides:
        after = {"learning_rate": base["learning_rate"]}
        after |= schedule.apply(state.inner, jnp.maximum(step - warmup_steps, 0), base, **hypers)
        share = warmup_factor + (1 - warmup_factor) * step / warmup_steps
        before = {**base, "learning_rate": base["learning_rate"] * share}
        return {name: jnp.where(step < warmup_steps, before[name], after[name]) for name in after}

    def update(
        state: WarmupState, value: Scalar, *, warmup_steps: Scalar, warmup_factor: Scalar, **hypers: Any
    ) -> WarmupState:
        inner = schedule.update(state.inner, value, **hypers)
        warm = state.step >= warmup_steps
        inner = jax.tree.map(lambda new, old: jnp.where(warm, new, old), inner, state.inner)
        return WarmupState(state.step + 1, inner)

    return Schedule(
        name=f"warmup+{schedule.name}",
        title=f"{schedule.title} after a warm-up",
        hypers={**HYPERS, **schedule.hypers},
        init=init,
        apply=apply,
        update=update,
        rule=RULE.replace("RULE", schedule.rule),
        summary=f"Begins with a straight line from almost nothing. {schedule.summary}",
        reference=f"P. Goyal et al. (2017), section 2.2, arXiv:1706.02677; {schedule.reference}",
        year=max(2017, schedule.year),
        torch=_torch(schedule),
        optax=None if schedule.optax is None else f"{schedule.optax}\n{OPTAX}",
    )


OPTAX = """\
warmup = optax.linear_schedule({warmup_factor} * learning_rate, learning_rate, {warmup_steps})
schedule = optax.join_schedules([warmup, schedule], [{warmup_steps}])"""


RULE = r"""\begin{gathered}
\eta_t = \eta_0 \left(<warmup_factor> + (1 - <warmup_factor>)\, \tfrac{t}{<warmup_steps>}\right)
\quad \text{for } t \lt <warmup_steps>, \text{ and from there on, counted from zero:} \\
RULE
\end{gathered}"""


def _torch(schedule: Schedule) -> str | None:
    if schedule.torch is None or not schedule.chainable:
        return None
    return f"""\
warmup = torch.optim.lr_scheduler.LinearLR(
    optimizer, start_factor={{warmup_factor}}, total_iters={{warmup_steps}}
)
{schedule.torch}
scheduler = torch.optim.lr_scheduler.SequentialLR(
    optimizer, [warmup, scheduler], milestones=[{{warmup_steps}}]
)"""
