"""Settings of the lesson on L1, L2 and sparsity: a ball and two features, a split of real data, a network."""

from app.settings.fields import LAST, choice, handle, random_seed, run_length, slider, whole
from app.settings.model import Settings
from app.training.settings import MOST_STEPS, rate_slider

EDGE = 3.0  # of the map of two weights
CUBE = 16.0  # exponents from here on are drawn as the cube, p = ∞
SHOWN = {
    "ball": "two weights on a budget",
    "diabetes": "ten coefficients of a real regression",
    "network": "the weights of a network",
}
BALL, DIABETES, NETWORK = ("ball",), ("diabetes",), ("network",)  # views


class SparsitySettings(Settings):
    """``u`` and ``v`` are the optimum without a budget; ``steps`` and ``seed`` are of the network's training."""

    show: str = choice("ball", SHOWN, label="Show", kind="view", share=4, resets=("playhead",))
    p: float = slider(1, 0.5, CUBE, label="Exponent", symbol="p", log=True, group="The ball", on=BALL)
    correlation: float = slider(0, -0.9, 0.9, label="Correlation", symbol="ρ", group="The features", on=BALL)
    u: float = handle(2.0, -EDGE, EDGE, label="Optimum: first weight", symbol="u", on=BALL)
    v: float = handle(1.0, -EDGE, EDGE, label="Optimum: second weight", symbol="v", on=BALL)
    split: int = whole(0, 0, 99, label="Split", on=DIABETES)
    strength: float = slider(0.003, 1e-5, 0.1, label="Penalty", symbol="λ", log=True, group="L1, L2", on=NETWORK)
    learning_rate: float = rate_slider(0.1, "", low=1e-3, high=0.5, on=NETWORK)
    seed: int = random_seed(rank=LAST - 1, on=NETWORK)  # beside the choice of the view; the steps in the next row
    steps: int = run_length(600, MOST_STEPS, step=100, on=NETWORK)
