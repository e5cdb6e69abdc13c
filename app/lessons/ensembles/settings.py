"""Settings of the lesson on ensembles: where the members come from, how many there are, and what they learn."""

from app.settings.fields import choice, random_seed, run_length, slider
from app.training.settings import MOST_STEPS, TrainingSettings, rate_slider

POOL = 10  # networks, of which the first are the ensemble
CYCLE = 4  # frames of telemetry in a cycle of the learning rate
FRAMES = POOL * CYCLE
WAYS = {"seeds": "ten seeds", "bagging": "bagging", "snapshots": "snapshots of one run"}
DATA = {"moons": "Moons", "spirals": "Spirals"}


class EnsembleSettings(TrainingSettings):
    """Where the members come from (``way``), and the run that they are trained by."""

    way: str = choice("seeds", WAYS, label="Members from", kind="way", share=3, resets=("playhead",))
    data: str = choice("moons", DATA, label="Data", kind="data set", share=3, resets=("playhead",))
    steps: int = run_length(800, MOST_STEPS, low=FRAMES, step=FRAMES, share=3)
    seed: int = random_seed(share=3)
    members: int = slider(10, 1, POOL, label="Members", symbol="K", integer=True, group="The ensemble")
    noise: float = slider(0.25, 0, 0.6, label="Noise of the data", symbol="σ", group="The data", scene=True)
    wrong: float = slider(0.15, 0, 0.5, label="Wrong labels", symbol="q", group="The data")
    learning_rate: float = rate_slider(0.02, "Training", high=0.1)

    @property
    def last_step(self) -> int:
        """A whole number of cycles, each of as many steps."""
        return self.steps // FRAMES * FRAMES
