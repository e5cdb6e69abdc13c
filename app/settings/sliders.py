"""A number as a slider on the stage: made from a record's hyperparameter, and the field of the settings behind it."""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import Field

import landscapes
import optimizers
from app.settings.model import Settings
from app.settings.symbols import capitalised, plain
from app.stage import Knob


def knob(
    name: str, number: optimizers.Hyper | landscapes.Param, default: float, group: str, color: str | None = None
) -> Knob:
    """The slider of a number; ``name`` is that of the setting, "adam.b1" for example."""
    return Knob(
        name=name,
        label=capitalised(number.label or name.rpartition(".")[2]),
        symbol=plain(number.symbol),
        default=default,
        low=number.low,
        high=number.high,
        log=number.log,
        integer=getattr(number, "integer", False),
        group=group,
        color=color,
    )


def between(number: Knob | optimizers.Hyper) -> Any:
    """The field of the settings that a slider moves: the same default, the same range."""
    default = number.default if number.integer else float(number.default)
    return Field(default=default, ge=number.low, le=number.high)


def standing(knobs: Iterable[Knob], *others: str) -> Callable[[Settings], dict[str, float]]:
    """A lesson's ``values``: what all its sliders stand at, and other settings that are moved on the stage."""
    names = (*(knob.name for knob in knobs), *others)

    def values(e: Settings) -> dict[str, float]:
        return {name: float(e.value(name)) for name in names}

    return values
