"""The contract with the stage, for settings that nobody has thought of: other ones at each commit."""

import random
from typing import Any

import pytest

from app import jobs
from app.contract.check import check
from app.lessons import payloads, registry
from app.settings.controls import BaseControl, Choice, Several, Slide, Switch, Whole
from app.settings.fields import Declared, Number, Widget
from app.settings.model import Settings
from tests import sample

TRIES = 6
CHANGED = 4  # settings at once


def drawn(dice: random.Random, declared: Declared) -> str | None:
    """A value within what a setting declares."""
    if isinstance(declared, Number):
        low, high = declared.reach or (declared.low, declared.high)
        value = dice.uniform(low, high)
        return str(round(value)) if declared.integer else f"{value:.4g}"
    return _chosen(dice, declared.control) if isinstance(declared, Widget) else None


def _chosen(dice: random.Random, control: BaseControl) -> str | None:
    match control:
        case Choice():
            return str(dice.choice(list(control.options)))
        case Several():
            names = list(control.options)
            return ",".join(dice.sample(names, min(2, len(names))))
        case Whole() | Slide():
            return f"{dice.uniform(control.low, control.high):.0f}"
        case Switch():
            return dice.choice(["true", "false"])
    return None


def settings(dice: random.Random, model: type[Settings]) -> Settings:
    names = list(model.declared())
    query = {name: drawn(dice, model.declared()[name]) for name in dice.sample(names, min(CHANGED, len(names)))}
    return model.parse_lenient({name: value for name, value in query.items() if value is not None})[0]


@pytest.mark.parametrize("name", registry.lessons())
def test_the_contract_holds(name: str) -> None:
    """Of the recording too, where nothing has to be trained for it first."""
    lesson: Any = registry.get(name)
    dice = random.Random(f"{name} {sample.moving()}")
    for _ in range(TRIES):
        e = settings(dice, lesson.Experiment)
        check(lesson, e, payloads.recording(lesson, e).arrays if jobs.known(lesson.work(e)) else None)
