"""The experiment of a training lesson: what most of them ask for, and numbers of the lab's records by dotted names."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from pydantic import AfterValidator, Field

import training_lab as lab
from app.settings.model import Range, Settings, refuse

MOST_STEPS = 2_000
FRAMES = 40  # of telemetry, beside the one before the first step


class TrainingSettings(Settings):
    """``steps`` counts updates; ``seed`` is that of the weights, of the batches and of whatever else is random."""

    steps: int = Field(default=160, ge=1, le=MOST_STEPS)
    seed: int = Field(default=0, ge=0, le=9_999)

    @property
    def places(self) -> int:
        """The end of the timeline."""
        return self.steps

    @property
    def log_every(self) -> int:
        """Steps between two frames."""
        return max(1, self.steps // FRAMES)

    def picked(self, registry: Any, name: str, /, **defaults: float) -> lab.Choice:
        """A record of the lab with the numbers of this experiment: those given, else ``defaults``, else its own."""
        return lab.Choice(name, tuple(sorted(self.numbers(registry, name, **defaults).items())))

    def numbers(self, registry: Any, name: str, /, **defaults: float) -> dict[str, float]:
        """All hyperparameters of a record in this experiment."""
        own = registry.get(name).defaults | defaults
        given = {hyper: self.value(f"{name}.{hyper}") for hyper in own if hasattr(self, f"{name}__{hyper}")}
        hypers = registry.get(name).hypers
        return own | {
            hyper: round(value) if hypers[hyper].integer else value
            for hyper, value in given.items()
            if value is not None
        }


def ranges(registry: Any, names: Iterable[str]) -> dict[str, Range]:
    """The dotted numbers of some records, for ``app.settings.model.with_numbers``."""
    hypers = {f"{name}.{hyper}": number for name in names for hyper, number in registry.get(name).hypers.items()}
    return {name: Range(number.low, number.high) for name, number in hypers.items() if np.ndim(number.default) == 0}


def among(*values: int) -> AfterValidator:
    """Annotates a whole number that must be one of a few: each is a shape, and each shape is compiled by itself."""

    def check(value: int) -> int:
        if value not in values:
            raise refuse(f"must be one of {', '.join(map(str, values))}, not {value}")
        return value

    return AfterValidator(check)
