"""Settings of the lesson on schedules: one optimizer and two schedules, on a noisy surface or a small real problem.

Numbers of a schedule carry the name of its place, ``first.gamma`` or ``second.patience``; one that is not given follows
the schedule's default.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import model_validator

import optimizers
from app import compute
from app.compute.minibatch_regression import SAMPLES
from app.lessons.schedules.breast_cancer import DOMAIN, START
from app.settings.controls import Control, Fold
from app.settings.errors import setting_error
from app.settings.fields import (
    Declared,
    Number,
    When,
    choice,
    field,
    random_seed,
    run_length,
    slider,
    with_numbers,
)
from app.settings.validators import one_of
from app.stage import Slider
from app.stage.theme import run_style
from app.trajectories import TrajectorySettings
from app.trajectories.settings import LAST_SEED, MOST_STEPS, gradient_noise, one_method, surface_choice

PLACES = ("first", "second")
STYLES = {"first": run_style(0), "second": (run_style(4)[0], (9, 4))}
PROBLEMS = {"surface": "a noisy surface", "tumours": "64 tumours, in mini-batches"}
SCHEDULES = optimizers.schedules.names()
NAMES = (*SCHEDULES, *(compute.WARMUP + name for name in SCHEDULES))
KINDS = {name: compute.scheduler(name).title for name in NAMES}
METHODS = tuple(name for name in optimizers.names() if "learning_rate" in optimizers.get(name).hypers)
BREAST_CANCER_RATE = 1.0  # of plain gradient descent
# Ends of sliders whose mathematical range is so wide that a hand could not hit what matters; the box takes the rest.
REACH = {"patience": 100, "cooldown": 100, "min_lr": 0.1, "eta_min": 0.1, "threshold": 0.5}


@cache
def hypers(schedule: str) -> dict[str, Number]:
    """The numbers of a schedule; a list of milestones is as many numbers."""
    found: dict[str, Number] = {}
    for name, hyper in compute.scheduler(schedule).hypers.items():
        if np.ndim(hyper.default) == 0:
            found[name] = Number.of(hyper, name, reach=(hyper.low, REACH.get(name, hyper.high)))
            continue
        for place, value in enumerate(hyper.default, 1):
            found[f"{name}_{place}"] = Number(
                default=value, low=0, high=2_000, symbol=f"{hyper.symbol}_{place}", label=f"Drop {place} at step",
                integer=True,
            )  # fmt: skip
    return found


def _numbers() -> dict[str, Number]:
    """Every number of every schedule, for both places; names that schedules share have one range."""
    known: dict[str, Number] = {}
    for name in NAMES:
        for hyper, number in hypers(name).items():
            found = known.setdefault(hyper, number)
            assert (found.low, found.high) == (number.low, number.high), f"schedules disagree about {hyper}"
    return {
        f"{place}.{name}": replace(found, default=None, on=_of_place(place, name))
        for place in PLACES
        for name, found in known.items()
    }


def _of_place(place: str, name: str) -> When:
    return lambda e: e.place == place and name in hypers(e.schedule(place))


def _schedule(place: str, default: str) -> Any:
    resets = (f"{place}.*", "playhead")
    return choice(default, KINDS, label=f"{place.title()} schedule", kind="schedule", share=3, resets=resets)


@with_numbers(_numbers())
class ScheduleSettings(TrajectorySettings):
    """``place`` is the schedule whose numbers are shown; ``batch`` that of the mini-batches of patients."""

    view_setting: ClassVar[str] = "problem"
    usual: ClassVar[Mapping[str, float]] = {
        "bowl.condition": 20.0,
        "bowl.learning_rate": 0.08,
        "cosine_held.T_max": 300.0,
        "reduce_on_plateau.factor": 0.5,
        "inverse_sqrt.timescale": 20.0,
    }

    first: str = _schedule("first", "constant")
    second: str = _schedule("second", "cosine_held")
    place: str = field(
        Declared(label="Schedule whose numbers are shown", scene=True), "second", one_of("place", PLACES)
    )
    optimizers: tuple[str, ...] = one_method("gradient_descent", METHODS, resets=("*.learning_rate",))
    steps: int = run_length(300, MOST_STEPS, step=100)
    problem: str = choice(
        "surface", PROBLEMS, label="On", kind="problem", share=4, resets=("x", "y", "playhead", "*.learning_rate")
    )
    surface: str = surface_choice("bowl", share=6)
    noise: float = gradient_noise(2.0)
    batch: int = slider(
        4, 1, SAMPLES, label="Batch size", symbol="B", integer=True, group="Noise", rank=1, on=("tumours",)
    )
    seed: int = random_seed(LAST_SEED, label="Seed of the noise", share=6)

    def controls(self) -> tuple[Control, ...]:
        more = ("surface", "seed", "height", "ceiling", "edge") if self.on_surface else ("seed",)
        chosen = self.widgets("first", "second", "optimizers", "steps", "problem")
        return (*chosen, Fold(label="More", controls=self.widgets(*more)))

    def sliders(self) -> tuple[Slider, ...]:
        """First the numbers of the schedule that is looked at, as that schedule calls them.

        Those of the optimizer have no colour: they belong to both runs.
        """
        others = (replace(each, color=None) for each in super().sliders() if each.name.partition(".")[0] not in PLACES)
        title, (color, _), numbers = self.titles[self.place], STYLES[self.place], hypers(self.schedule(self.place))
        own = {f"{self.place}.{name}": number for name, number in numbers.items()}
        return (
            *(each.slider(name, self.fallback(name), group=title, color=color) for name, each in own.items()),
            *others,
        )

    def fallback(self, name: str) -> float:
        place, _, number = name.partition(".")
        return self.schedule_default(place, number) if place in PLACES else super().fallback(name)

    def values(self) -> dict[str, float]:
        own = {f"{self.place}.{name}": value for name, value in self.numbers(self.place).items()}
        return super().values() | own

    @property
    def on_surface(self) -> bool:
        return self.problem == "surface"

    @property
    def titles(self) -> dict[str, str]:
        """What the schedules are called, numbered where both are of one kind."""
        titles = [KINDS[self.schedule(place)] for place in PLACES]
        if titles[0] == titles[1]:
            titles = [f"{title} ({number})" for number, title in enumerate(titles, 1)]
        return dict(zip(PLACES, titles, strict=True))

    @model_validator(mode="after")
    def _counts_are_whole(self) -> Self:
        for place in PLACES:
            for name, hyper in hypers(self.schedule(place)).items():
                given = self.value(f"{place}.{name}")
                if hyper.integer and given is not None and given % 1:
                    raise setting_error(f"must be a whole number, not {given:g}", f"{place}.{name}")
        return self

    @property
    def method(self) -> str:
        return self.optimizers[0]

    @property
    def usual_rate(self) -> float:
        return super().usual_rate if self.on_surface else BREAST_CANCER_RATE

    def schedule(self, place: str) -> str:
        """The name of the schedule in a place."""
        return {"first": self.first, "second": self.second}[place]

    def schedule_default(self, place: str, name: str) -> float:
        """The default of a schedule's number, in this lesson."""
        schedule = self.schedule(place)
        own = hypers(schedule)[name].default
        assert own is not None
        return self.usual.get(f"{schedule.removeprefix(compute.WARMUP)}.{name}", own)

    def numbers(self, place: str) -> dict[str, float]:
        """All numbers of the schedule in a place, as they are shown."""
        given = {name: self.value(f"{place}.{name}") for name in hypers(self.schedule(place))}
        return {name: self.schedule_default(place, name) if value is None else value for name, value in given.items()}

    @property
    def specs(self) -> dict[str, compute.RunSpec]:
        """The two runs."""
        numbers = self.hypers(self.method)
        return {place: compute.RunSpec(self.method, numbers, self.scheduled(place)) for place in PLACES}

    def scheduled(self, place: str) -> tuple[str, dict[str, Any]]:
        """The schedule in a place with its numbers; Any, because milestones are an array of numbers."""
        numbers: dict[str, Any] = self.numbers(place)
        drops = [numbers.pop(name) for name in sorted(numbers) if name.startswith("milestones_")]
        return self.schedule(place), numbers | ({"milestones": np.array(drops)} if drops else {})

    @property
    def start(self) -> tuple[float, float]:
        if self.on_surface:
            return super().start
        return (START[0] if self.x is None else self.x, START[1] if self.y is None else self.y)

    def on_the_map(self, *names: str) -> Self:
        if self.on_surface:
            return super().on_the_map(*names)
        for name, (low, high) in zip(names, DOMAIN, strict=True):
            given = self.value(name)
            if given is not None and not low <= given <= high:
                raise setting_error(f"{given:g} lies outside the map: {low:g} to {high:g}", name)
        return self
