"""What a race compares: one run of each, many seeds, a swarm of starts, or each at its best learning rate."""

from dataclasses import replace
from typing import Literal, Self

import numpy as np
from pydantic import model_validator

import optimizers
from app import figures
from app.contract.lesson import Arrays, Comparison
from app.lessons.race import learning_rate_sweep, seed_ensemble
from app.settings.controls import Choice, Control, Switch
from app.settings.errors import refuse
from app.stage import Knob, Panel, Standings
from app.trajectories import scene, standings, theory
from app.trajectories.controls import VIEW, methods, seed_of_noise, steps, surface
from app.trajectories.settings import WalkSettings

MODES = {
    "single": "one run of each",
    "seeds": "many seeds of the noise",
    "swarm": "a swarm of starts",
    "tuned": "everybody's best rate",
}


class RaceSettings(WalkSettings):
    """A walk, and how many of them."""

    mode: Literal["single", "seeds", "swarm", "tuned"] = "single"

    @model_validator(mode="after")
    def _tuned_steps_cost_one_gradient(self) -> Self:
        if self.mode == "tuned" and (costly := learning_rate_sweep.costly(self.optimizers)):
            title = optimizers.get(costly[0]).title
            raise refuse(f"{title} needs more than one gradient a step, so equal steps would not be fair", "optimizers")
        return self


def many(e: RaceSettings) -> bool:
    return e.mode in ("seeds", "swarm")


def record(e: RaceSettings) -> dict[str, np.ndarray]:
    """The race, and what ``crowd`` or ``sweep`` add to it."""
    if e.mode == "tuned":
        found = learning_rate_sweep.sweep(e)
        return theory.recording(learning_rate_sweep.tuned(e, found.chosen)) | learning_rate_sweep.arrays(found)
    return theory.recording(e) | (seed_ensemble.arrays(e) if many(e) else {})


def raced(e: RaceSettings) -> RaceSettings:
    """The experiment with the numbers that the runs have."""
    return learning_rate_sweep.tuned(e, learning_rate_sweep.sweep(e).chosen) if e.mode == "tuned" else e


def panels(e: RaceSettings) -> tuple[Panel, ...]:
    ground, relief = scene.contour(e), scene.relief(e)
    if many(e):
        # Where all walk from one place, the lines of one seed would bury the others.
        paths = ground.paths if e.mode == "swarm" else None
        return (replace(ground, paths=paths, markers=(seed_ensemble.points(e),)), relief, *seed_ensemble.panels())
    if e.mode == "tuned":
        loss = replace(scene.loss(e), figure=figures.curves(xlabel="gradient evaluation", log=True))
        return (ground, relief, loss, learning_rate_sweep.panel())
    return (ground, relief, scene.loss(e), scene.gradient_norm(e), scene.effective_rate(e))


def knobs(e: RaceSettings) -> tuple[Knob, ...]:
    """The numbers that can be dragged; a rate that is chosen by a sweep cannot."""
    return tuple(knob for knob in scene.knobs(e) if e.mode != "tuned" or not knob.name.endswith("learning_rate"))


def controls(e: RaceSettings) -> tuple[Control, ...]:
    """The native widgets of the race."""
    alike = () if e.mode == "tuned" else (Switch(name="shared", label="One learning rate for all", share=4),)
    return (
        surface(e),
        steps(),
        methods(),
        Choice(name="mode", label="Compare", options=MODES, share=4),
        VIEW,
        *alike,
        *seed_of_noise(e),
    )


def table(e: RaceSettings, arrays: Arrays) -> Standings:
    if many(e):
        return seed_ensemble.standings(e, arrays)
    return learning_rate_sweep.standings(e, arrays) if e.mode == "tuned" else standings.standings(e, arrays)


def comparisons(e: RaceSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    return theory.comparisons(learning_rate_sweep.tuned(e, arrays["chosen"]) if e.mode == "tuned" else e, arrays)


def words(e: RaceSettings) -> str:
    """What is compared, in a sentence; one run of each needs none."""
    if many(e):
        return seed_ensemble.words(e)
    return learning_rate_sweep.words(e) if e.mode == "tuned" else ""
