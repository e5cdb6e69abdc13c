"""The native widgets that walking lessons share."""

from dataclasses import replace

import landscapes
import optimizers
from app.settings import control_factories
from app.settings.controls import Choice, Fold, Several, Slide, Whole
from app.trajectories.settings import MOST_RUNS, MOST_STEPS, WalkSettings

# A start and a learning rate mean nothing on another surface; the optimizers' other numbers stay.
MOVED = ("x", "y", "playhead", "learning_rate", "*.learning_rate")


def surface(e: WalkSettings, *resets: str) -> Choice:
    """Any surface of the registry, or a formula."""
    options = {name: f"{landscapes.get(name).title} – {landscapes.get(name).terrain}" for name in landscapes.names()}
    label = "Surface, or type a formula"
    return Choice(name="surface", label=label, options=options, resets=(*MOVED, *resets), share=4, typed="=")


def methods() -> Several:
    """Any optimizers of the registry."""
    label = f"Optimizers (up to {MOST_RUNS})"
    return Several(name="optimizers", label=label, options=control_factories.titles(optimizers))


def steps(step: int = 50) -> Whole:
    """How long the walks are."""
    return control_factories.steps(MOST_STEPS, step=step)


def seed_of_noise(e: WalkSettings, label: str = "Seed") -> tuple[Whole, ...]:
    """Where there is any noise, its seed."""
    return (replace(control_factories.seed(), label=label),) if e.noise else ()


VIEW = Fold(
    label="View",
    controls=(
        Choice(name="height", label="Heights", options={"log": "logarithmic", "linear": "linear"}),
        Slide(name="ceiling", label="Cut the terrain off at this share of its height", low=0.02, high=1.0, step=0.02),
        Slide(name="edge", label="Edge of the square, in edges of the usual one", low=0.05, high=4.0, step=0.05),
    ),
)
