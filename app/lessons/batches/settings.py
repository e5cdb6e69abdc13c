"""Settings of the lesson on batches: which regression, batches of which size drawn how, at which learning rate."""

from dataclasses import replace
from typing import ClassVar, NamedTuple

from app.compute import minibatch_regression
from app.compute.minibatch_regression import DOMAIN, SAMPLES, Sampling, Task
from app.settings.controls import Control
from app.settings.fields import Declared, choice, field, handle, random_seed, run_length, slider
from app.settings.model import Settings
from app.settings.validators import one_of

RATES: dict[Task, float] = {"linear": 0.1, "logistic": 0.5}
START = (-1.0, 2.0)
MOST_STEPS = 2_000
TASKS = {"linear": "linear: a line through 64 points", "logistic": "logistic: two clouds of 32"}
SAMPLINGS = {
    "without": "anew for each step, no sample twice",
    "with": "anew for each step, with replacement",
    "epochs": "every sample once an epoch, shuffled",
}
CLOCKS = {"steps": "steps: all runs step together", "evaluations": "gradient evaluations: equal work"}
MOVED = ("x", "y", "learning_rate", "playhead")  # what means nothing on another loss


class Kind(NamedTuple):
    """One of the runs that are compared."""

    name: str
    label: str
    decays: bool = False


RUNS = (
    Kind("whole", "Whole set"),
    Kind("single", "One sample"),
    Kind("mini", "Mini-batch"),
    Kind("decayed", "Mini-batch, decaying", decays=True),
)
NAMES = tuple(run.name for run in RUNS)


class RegressionSettings(Settings):
    """``steps`` is the length of the timeline, counted in what the clock counts."""

    view_setting: ClassVar[str] = "task"

    task: Task = choice("linear", TASKS, label="Regression", kind="task", share=6, resets=MOVED)
    sampling: Sampling = choice(
        "without", SAMPLINGS, label="Mini-batches are drawn", kind="sampling", share=6, scene=False
    )
    clock: str = choice("steps", CLOCKS, label="The clock counts", kind="clock", share=6, resets=("playhead",))
    batch: int = slider(8, 1, SAMPLES, label="Batch size", symbol="B", log=True, integer=True, group="Steps")
    learning_rate: float | None = slider(None, 1e-3, 4, label="Learning rate", symbol="η", log=True, group="Steps")
    timescale: float = slider(20, 1, 1_000, label="Steps until decay", symbol="τ", log=True, group="Steps")
    noise: float = slider(1, 0, 3, label="Noise of the targets", symbol="σ", group="Data", scene=True, on=("linear",))
    spread: float = slider(
        2, 1.2, 4, label="Width of the clouds", symbol="σ", group="Data", scene=True, on=("logistic",)
    )
    x: float = handle(START[0], *DOMAIN[0], label="Start, first weight")
    y: float = handle(START[1], *DOMAIN[1], label="Start, second weight")
    steps: int = run_length(300, MOST_STEPS, step=64, share=4)
    seed: int = random_seed(2**31 - 1)
    focus: str = field(Declared(label="Run whose gradients are shown"), "mini", one_of("run", NAMES))

    def controls(self) -> tuple[Control, ...]:
        *chosen, steps, seed = super().controls()
        return (*chosen, steps if self.clock == "steps" else replace(steps, label="Evaluations"), seed)

    def fallback(self, name: str) -> float:
        return RATES[self.task] if name == "learning_rate" else super().fallback(name)

    @property
    def last_step(self) -> int:
        return self.steps

    @property
    def rate(self) -> float:
        return RATES[self.task] if self.learning_rate is None else self.learning_rate

    @property
    def scatter(self) -> float:
        """How much the samples disagree, in the unit of the task."""
        return self.noise if self.task == "linear" else self.spread

    @property
    def data(self) -> minibatch_regression.Regression:
        return minibatch_regression.regression(self.task, self.scatter)

    def size(self, run: Kind) -> int:
        """Samples in a step of that run."""
        return {"whole": SAMPLES, "single": 1}.get(run.name, self.batch)

    def timescales(self) -> tuple[float, ...]:
        """Steps after which the rate of each run begins to bend."""
        return tuple(self.timescale if run.decays else float("inf") for run in RUNS)
