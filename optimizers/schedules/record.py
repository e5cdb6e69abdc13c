"""What a schedule is: a record whose rule sets hyperparameters of an optimizer anew in every step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from optimizers.records import Record, Scalar

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
        optax: one that assigns `schedule`, a function of the step, from `learning_rate`; with `optax` and `jnp`.
        chainable: whether PyTorch lets another schedule go before it.
    """

    init: Callable[..., Any] = lambda base, **hypers: ()
    apply: Callable[..., Overrides]
    update: Callable[..., Any] = lambda state, value, **hypers: state
    torch: str | None = None
    optax: str | None = None
    chainable: bool = True


def of_step(rate: Callable[..., Any]) -> Callable[..., Overrides]:
    """`apply` of a schedule that has a closed form: rate(step, base learning rate, **hyperparameters)."""

    def apply(state: Any, step: Scalar, base: Mapping[str, Any], **hypers: Any) -> Overrides:
        return {"learning_rate": rate(step, base["learning_rate"], **hypers)}

    return apply
