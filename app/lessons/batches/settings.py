"""The experiment: which regression, batches of which size drawn how, at which learning rate, over how many steps."""

from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from app.compute import minibatch_regression
from app.compute.minibatch_regression import DOMAIN, SAMPLES, Sampling, Task
from app.settings.model import Settings
from app.settings.validators import one_of

RATES: dict[Task, float] = {"linear": 0.1, "logistic": 0.5}
START = (-1.0, 2.0)
MOST_STEPS = 2_000


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

    task: Task = "linear"
    batch: int = Field(default=8, ge=1, le=SAMPLES)
    sampling: Sampling = "without"
    learning_rate: float | None = Field(default=None, ge=1e-3, le=4.0)
    timescale: float = Field(default=20.0, ge=1.0, le=1_000.0)
    noise: float = Field(default=1.0, ge=0.0, le=3.0)  # of the targets of the line
    spread: float = Field(default=2.0, ge=1.2, le=4.0)  # of the two clouds
    clock: Literal["steps", "evaluations"] = "steps"
    steps: int = Field(default=300, ge=1, le=MOST_STEPS)
    x: float = Field(default=START[0], ge=DOMAIN[0][0], le=DOMAIN[0][1])
    y: float = Field(default=START[1], ge=DOMAIN[1][0], le=DOMAIN[1][1])
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    focus: Annotated[str, one_of("run", NAMES)] = "mini"

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
