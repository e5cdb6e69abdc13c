"""A rolling ball: one learning rate and one momentum for all, a rate that may drop, and what a step is made of."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

import optimizers
from app import compute, figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.settings.sliders import knob
from app.settings.validators import COMMAS, some_of
from app.stage import Arrows, CurvesPanel, Knob, Marker
from app.stage.theme import PALETTE
from app.trajectories import scene, theory
from app.trajectories.record import finished
from app.trajectories.settings import MOST_STEPS, RATE, SURFACE, TrajectorySettings
from app.trajectories.standings import verdicts

# Methods whose walk on a quadratic has a closed form: gradient descent and all forms of momentum.
FAMILY = tuple(name for name in optimizers.names() if optimizers.get(name).rate is not None)
MOMENTUM = optimizers.Hyper(0.6, 0.0, 1.0, symbol=r"\mu", label="Momentum")
DROP = optimizers.Hyper(1.0, 0.01, 1.0, log=True, symbol="f", label="Factor of the rate")

MARKERS: tuple[Marker, ...] = (
    Arrows(array="carried", label="carried on", width=3.0),
    Arrows(array="pull", label="−η × gradient", color=PALETTE[4], width=3.0),
)


class BallSettings(TrajectorySettings):
    """A walk in which all share the learning rate and the momentum."""

    usual: ClassVar[Mapping[str, float]] = {"bowl.condition": 20.0, "bowl.learning_rate": 0.06}

    surface: Annotated[str, SURFACE] = "bowl"
    optimizers: Annotated[tuple[str, ...], COMMAS, some_of("form of momentum", FAMILY, len(FAMILY))] = (
        "gradient_descent",
        "momentum",
        "nesterov",
    )
    shared: Literal[True] = True
    momentum: float = Field(default=MOMENTUM.default, ge=MOMENTUM.low, le=MOMENTUM.high)
    drop: float = Field(default=DROP.default, ge=DROP.low, le=DROP.high)
    drop_at: int = Field(default=10, ge=1, le=MOST_STEPS)
    steps: int = Field(default=80, ge=1, le=MOST_STEPS)

    @property
    def focused(self) -> str:
        """The method whose arrows and map are shown: the heavy ball until another one is chosen."""
        if self.focus not in self.optimizers and "momentum" in self.optimizers:
            return "momentum"
        return str(super().focused)

    def hypers(self, optimizer: str) -> dict[str, float]:
        """The hyperparameters of one form."""
        known: dict[str, float] = super().hypers(optimizer)
        return known | ({"momentum": self.momentum} if "momentum" in known else {})

    @property
    def jobs(self) -> dict[str, compute.RunSpec]:
        """The runs. Their learning rate drops once, at a step of its own."""
        drop = "multistep", {"milestones": np.array([float(self.drop_at)]), "gamma": self.drop}
        return {name: compute.RunSpec(name, self.hypers(name), drop) for name in self.optimizers}

    def late(self) -> "BallSettings":
        """The same with the learning rate that the end of the run has."""
        falls = self.drop if self.drop_at < self.steps else 1.0
        return self.model_copy(update={"learning_rate": self.common_rate * falls})


def record(e: BallSettings) -> dict[str, np.ndarray]:
    """Run every form of the experiment.

    Returns:
        what ``finished`` and ``verdicts`` return, and: predicted [runs, steps + 1]; energy [runs, steps]; step_length
        [runs, steps]; carried, pull [1, steps + 1, 4], the two parts of the focused run's next step, head to tail.
    """
    jobs, extras = list(e.jobs.values()), ("gradient", "update", "learning_rate")
    walks = compute.run_optimizers(
        jobs, e.surface, e.params, e.start, e.steps, noise=e.noise, seed=e.seed, extras=extras
    )
    arrays = finished(e, walks)
    arrays |= verdicts(e, arrays)
    arrays["predicted"] = theory.overlay(e.late(), arrays)
    gradient, update = arrays.pop("gradient"), arrays.pop("update")
    rate = arrays.pop("learning_rate")[..., None]
    with np.errstate(over="ignore", invalid="ignore"):
        arrays["energy"] = energy(arrays["loss"], gradient, update, rate)
        arrays["step_length"] = np.linalg.norm(update, axis=-1)
    run = e.optimizers.index(e.focused)
    return arrays | _parts(arrays["position"][run], -rate[run] * gradient[run], update[run])


def energy(loss: np.ndarray, gradient: np.ndarray, update: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Height half way through each step plus the energy of the motion, [runs, steps].

    With d the step, it is L + g.d / 2 + |d|² / (2 η). A heavy ball without friction keeps it exactly on any quadratic;
    gradient descent, which has no motion of its own, has d = -η g, and it is the loss.
    """
    height = loss[:, :-1] + 0.5 * (gradient * update).sum(-1)
    return (height + 0.5 * (update**2).sum(-1) / rate[..., 0]).astype(np.float32)


def _parts(position: np.ndarray, pull: np.ndarray, update: np.ndarray) -> dict[str, np.ndarray]:
    """Arrows of what is carried on from the step before, and from its tip of what the gradient adds."""
    carried, last = update - pull, np.full((1, 4), np.nan, np.float32)
    first = np.concatenate([position[:-1], carried], axis=-1)
    second = np.concatenate([position[:-1] + carried, pull], axis=-1)
    return {"carried": np.concatenate([first, last])[None], "pull": np.concatenate([second, last])[None]}


def knobs(e: BallSettings) -> tuple[Knob, ...]:
    """Learning rate and momentum of all, the drop, the terrain."""
    factor = knob("drop", DROP, DROP.default, "A change of rate")
    step = Knob(
        name="drop_at", label="At step", symbol="T", default=10, low=1, high=100, integer=True, group="A change of rate"
    )
    return (
        knob("learning_rate", RATE, e.usual_rate, "All of them"),
        knob("momentum", MOMENTUM, MOMENTUM.default, "All of them"),
        *scene.ground_knobs(e),
        factor,
        step,
    )


def values(e: BallSettings) -> dict[str, float]:
    """Where every knob and the handle stand."""
    return scene.values(e) | {"momentum": e.momentum, "drop": e.drop, "drop_at": e.drop_at}


def panels() -> tuple[CurvesPanel, ...]:
    """What the motion does to energy and steps."""
    axes = figures.curves(log=True)
    return (
        CurvesPanel(id="energy", title="Energy: height and motion", figure=axes, curves="energy", log=True, floor=1e-9),
        CurvesPanel(id="length", title="Length of a step", figure=axes, curves="step_length", log=True, floor=1e-9),
    )


def comparisons(e: BallSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Stability and factor per step, and what a heavy ball without friction does with its energy."""
    rows = theory.comparisons(e.late(), arrays)
    if e.momentum < 1 or "momentum" not in e.optimizers or e.drop < 1:
        return rows
    kept = arrays["energy"][e.optimizers.index("momentum")]
    if not kept[0] > 0:
        return rows
    drift = float(np.nanmax(np.abs(kept / kept[0] - 1)))
    return (Comparison("Momentum: change of its energy without friction", "0 on a quadratic", f"{drift:.1e}"), *rows)


NOTES = {
    "momentum": "The form of PyTorch and of most libraries: the learning rate multiplies the whole velocity.",
    "slides_momentum": "The form of the lecture, $\\gamma$ for $\\mu$: the learning rate is inside. While $\\eta$ is "
    "constant both are one walk. When it changes they part: here the gradients of the past keep the rate they came "
    "with. (The slide titled *momentum* takes its gradient at $\\theta - \\gamma v$: that is Nesterov's method.)",
}


def formulas(e: BallSettings) -> tuple[Formula, ...]:
    """The chosen forms; where momentum is, the lecture's form stands beside it."""
    shown = [name for name in e.optimizers if "momentum" in optimizers.get(name).hypers] or ["momentum"]
    if "momentum" in shown and "slides_momentum" not in shown:
        shown.insert(shown.index("momentum") + 1, "slides_momentum")
    return tuple(_formula(e, optimizers.get(name)) for name in shown)


def _formula(e: BallSettings, method: optimizers.Optimizer) -> Formula:
    note = NOTES.get(method.name, method.summary)
    return Formula(method.title, method.formula(), method.formula(e.hypers(method.name)), note)
