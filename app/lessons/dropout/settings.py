"""Settings of the lesson on dropout: what is dropped, at which rate, and out of what network."""

from app.settings.fields import choice, listed, random_seed, run_length, slider
from app.settings.model import Settings
from app.training.settings import rate_slider

SHOWN = {
    "network": "a thinned network at each step",
    "unit": "one unit, in training and at test time",
    "digits": "few digits, many units",
}
TRAINED = ("network", "digits")
SCALINGS = {"inverted": "÷ (1 − p) in training", "plain": "× (1 − p) at test time"}


class DropoutSettings(Settings):
    """``depth`` and ``width`` are of the network on the curve."""

    show: str = choice("network", SHOWN, label="Show", kind="view", share=4, resets=("playhead",))
    kind: str = choice("dropout", {"dropout": "units", "drop_connect": "weights"}, label="Dropped are", on=TRAINED)
    depth: int = choice(2, listed(1, 2), label="Hidden layers", on=("network",))
    width: int = choice(16, listed(8, 16), label="Units in each", on=("network",))
    scaling: str = choice("inverted", SCALINGS, label="Scaling", on=("network",), scene=False)
    rate: float = slider(0.2, 0, 0.9, label="Rate: probability of dropping", symbol="p")
    learning_rate: float = rate_slider(0.01, "", high=0.1, on=TRAINED)
    steps: int = run_length(300, 600, on=TRAINED)
    seed: int = random_seed(on=TRAINED)
