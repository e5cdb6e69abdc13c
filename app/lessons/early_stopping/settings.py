"""Settings of the lesson on early stopping: the rule's numbers and the network's data, and the bowl beside them."""

from app.settings.fields import choice, handle, random_seed, run_length, slider
from app.training.settings import MOST_STEPS, TrainingSettings, rate_slider

EDGE = 3.0  # of the bowl's map
LAST = 200  # steps of descent in the bowl
SHOWN = {"network": "a network that learns by heart", "bowl": "a bowl: descent and ridge"}
MONITORED = {"loss": "loss", "accuracy": "accuracy"}
NETWORK, BOWL = ("network",), ("bowl",)
RULE, DATA = "When to stop", "Data and steps"  # headings of sliders


class StoppingSettings(TrainingSettings):
    """From ``condition`` on the numbers are of the bowl, those before it of the network."""

    show: str = choice("network", SHOWN, label="Show", kind="view", share=6, resets=("playhead",))
    monitor: str = choice("loss", MONITORED, label="Watched", scene=False, on=NETWORK)
    steps: int = run_length(800, MOST_STEPS, low=20, step=100, on=NETWORK)
    seed: int = random_seed(on=NETWORK)
    patience: int = slider(10, 1, 100, label="Patience", log=True, integer=True, group=RULE, on=NETWORK)
    min_delta: float = slider(0, 0, 0.2, label="Least improvement", symbol="δ", group=RULE, on=NETWORK)
    wrong: float = slider(0.15, 0, 0.5, label="Wrong labels", symbol="q", group=DATA, on=NETWORK)
    noise: float = slider(0.2, 0, 0.6, label="Noise of the data", symbol="σ", group=DATA, on=NETWORK, scene=True)
    learning_rate: float = rate_slider(0.01, DATA, high=0.1, on=NETWORK)
    condition: float = slider(10, 1, 100, label="Condition number", symbol="κ", log=True, group="The bowl", on=BOWL)
    angle: float = slider(15, -90, 90, label="Steep direction", symbol="°", group="The bowl", on=BOWL)
    rate: float = slider(0.2, 0.01, 1.9, label="Learning rate", symbol="η", log=True, group="Descent", on=BOWL)
    u: float = handle(2, -EDGE, EDGE, label="Optimum: first weight", symbol="u", on=BOWL)
    v: float = handle(2, -EDGE, EDGE, label="Optimum: second weight", symbol="v", on=BOWL)

    @property
    def last_step(self) -> int:
        return self.steps if self.show == "network" else LAST
