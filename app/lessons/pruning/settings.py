"""Settings of the lesson on pruning: how many weights are left, and when and in how many rounds the others go."""

from app.settings.fields import Declared, field, random_seed, run_length, slider
from app.settings.validators import one_of
from app.training.settings import MOST_STEPS, TrainingSettings, rate_slider

WAYS = {"dense": "Not pruned", "shot": "Smallest, at once", "gradual": "Smallest, gradually", "random": "Any, at once"}


class PruningSettings(TrainingSettings):
    """``when`` is a share of the steps; ``focus`` is the way whose network is shown."""

    steps: int = run_length(400, MOST_STEPS, low=20, step=100, share=3)
    seed: int = random_seed(share=3)
    kept: float = slider(0.1, 0.01, 1, label="Weights left", symbol="r", log=True, group="Pruning")
    when: float = slider(0.5, 0, 0.9, label="First cut after", symbol="t", group="Pruning")
    rounds: int = slider(10, 1, 20, label="Gradual rounds", symbol="n", integer=True, group="Pruning")
    learning_rate: float = rate_slider(0.005, "Training", high=0.1)
    focus: str = field(Declared(label="In focus", scene=True), "shot", one_of("way to prune", tuple(WAYS)))
