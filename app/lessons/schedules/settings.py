"""The experiment: one optimizer, two schedules with their numbers, on a noisy surface or on a small real problem.

Numbers of a schedule carry the name of its place, ``first.gamma`` or ``second.patience``; one that is not given follows
the schedule's default.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

import optimizers
from app import compute
from app.compute.minibatch_regression import SAMPLES
from app.lessons.schedules.breast_cancer import DOMAIN, START
from app.settings.errors import refuse
from app.settings.fields import Number, with_numbers
from app.settings.validators import COMMAS, one_of, some_of
from app.trajectories.settings import HIGHEST_NOISE, SURFACE, TrajectorySettings

PLACES = ("first", "second")
SCHEDULES = optimizers.schedules.names()
NAMES = (*SCHEDULES, *(compute.WARMUP + name for name in SCHEDULES))
METHODS = tuple(name for name in optimizers.names() if "learning_rate" in optimizers.get(name).hypers)
DROPS = 2  # of the schedule with milestones: their number is compiled in
TUMOUR_RATE = 1.0  # of plain gradient descent
NOISE = 2.0  # on every gradient of a surface


def hypers(schedule: str) -> dict[str, optimizers.Hyper]:
    """The numbers of a schedule; a list of milestones is as many numbers."""
    found: dict[str, optimizers.Hyper] = {}
    for name, hyper in compute.scheduler(schedule).hypers.items():
        if np.ndim(hyper.default) == 0:
            found[name] = hyper
            continue
        for place, value in enumerate(hyper.default, 1):
            found[f"{name}_{place}"] = optimizers.Hyper(
                value, 0, 2_000, symbol=f"{hyper.symbol}_{place}", label=f"Drop {place} at step", integer=True
            )
    return found


def _numbers() -> dict[str, Number]:
    """Every number of every schedule, for both places; names that schedules share have one range."""
    known: dict[str, Number] = {}
    for name in NAMES:
        for hyper, record in hypers(name).items():
            found = known.setdefault(hyper, Number.of(record, hyper))
            assert (found.low, found.high) == (record.low, record.high), f"schedules disagree about {hyper}"
    return {f"{place}.{name}": found for place in PLACES for name, found in known.items()}


@with_numbers(_numbers())
class ScheduleSettings(TrajectorySettings):
    usual: ClassVar[Mapping[str, float]] = {
        "bowl.condition": 20.0,
        "bowl.learning_rate": 0.08,
        "cosine_held.T_max": 300.0,
        "reduce_on_plateau.factor": 0.5,
        "inverse_sqrt.timescale": 20.0,
    }

    problem: Literal["surface", "tumours"] = "surface"
    surface: Annotated[str, SURFACE] = "bowl"
    optimizers: Annotated[tuple[str, ...], COMMAS, some_of("optimizer", METHODS, 1)] = ("gradient_descent",)
    first: Annotated[str, one_of("schedule", NAMES)] = "constant"
    second: Annotated[str, one_of("schedule", NAMES)] = "cosine_held"
    place: Literal["first", "second"] = "second"  # the one whose numbers are shown
    noise: float = Field(default=NOISE, ge=0.0, le=HIGHEST_NOISE)
    batch: int = Field(default=4, ge=1, le=SAMPLES)

    @model_validator(mode="after")
    def _counts_are_whole(self) -> Self:
        for place in PLACES:
            for name, hyper in hypers(self.schedule(place)).items():
                given = self.value(f"{place}.{name}")
                if hyper.integer and given is not None and given % 1:
                    raise refuse(f"must be a whole number, not {given:g}", f"{place}.{name}")
        return self

    @property
    def method(self) -> str:
        return str(self.optimizers[0])

    @property
    def usual_rate(self) -> float:
        return TUMOUR_RATE if self.problem == "tumours" else float(super().usual_rate)

    def schedule(self, place: str) -> str:
        """The name of the schedule in a place."""
        return str(getattr(self, place))

    def schedule_default(self, place: str, name: str) -> float:
        """The default of a schedule's number, in this lesson."""
        schedule = self.schedule(place)
        usual = self.usual.get(f"{schedule.removeprefix(compute.WARMUP)}.{name}")
        return hypers(schedule)[name].default if usual is None else usual

    def numbers(self, place: str) -> dict[str, float]:
        """All numbers of the schedule in a place, as they are shown."""
        given = {name: self.value(f"{place}.{name}") for name in hypers(self.schedule(place))}
        return {name: self.schedule_default(place, name) if value is None else value for name, value in given.items()}

    @property
    def jobs(self) -> dict[str, compute.RunSpec]:
        """The two runs."""
        return {place: compute.RunSpec(self.method, self.hypers(self.method), self._pair(place)) for place in PLACES}

    def _pair(self, place: str) -> tuple[str, dict[str, Any]]:
        numbers: dict[str, Any] = self.numbers(place)
        drops = [numbers.pop(name) for name in sorted(numbers) if name.startswith("milestones_")]
        return self.schedule(place), numbers | ({"milestones": np.array(drops)} if drops else {})

    @property
    def start(self) -> tuple[float, float]:
        x, y = super().start
        if self.problem == "surface":
            return x, y
        return (START[0] if self.x is None else self.x, START[1] if self.y is None else self.y)

    def on_the_map(self, *names: str) -> Self:
        if self.problem == "surface":
            return super().on_the_map(*names)
        for name, (low, high) in zip(names, DOMAIN, strict=True):
            given = self.value(name)
            if given is not None and not low <= given <= high:
                raise refuse(f"{given:g} lies outside the map: {low:g} to {high:g}", name)
        return self
