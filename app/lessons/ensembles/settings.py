"""The experiment of ensembles: where the members come from, how many there are, and what they learn."""

from typing import Literal

from pydantic import Field

from app.lessons.ensembles.member_pool import FRAMES, POOL
from app.settings.sliders import between
from app.stage import Knob
from app.training import scene
from app.training.settings import MOST_STEPS, TrainingSettings

MEMBERS = Knob(
    name="members", label="Members", symbol="K", default=10, low=1, high=POOL, integer=True, group="The ensemble"
)
NOISE = Knob(name="noise", label="Noise of the data", symbol="σ", default=0.25, low=0, high=0.6, group="The data")
WRONG = Knob(name="wrong", label="Wrong labels", symbol="q", default=0.15, low=0, high=0.5, group="The data")
RATE = scene.learning_rate(0.02, "Training", high=0.1)
KNOBS = (MEMBERS, NOISE, WRONG, RATE)


class EnsembleSettings(TrainingSettings):
    way: Literal["seeds", "bagging", "snapshots"] = "seeds"
    data: Literal["moons", "spirals"] = "moons"
    steps: int = Field(default=800, ge=FRAMES, le=MOST_STEPS)
    members: int = between(MEMBERS)
    noise: float = between(NOISE)
    wrong: float = between(WRONG)
    learning_rate: float = between(RATE)

    @property
    def last_step(self) -> int:
        """A whole number of cycles, each of as many steps."""
        return self.steps // FRAMES * FRAMES
