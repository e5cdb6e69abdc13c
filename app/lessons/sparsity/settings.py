"""The experiment of L1, L2 and sparsity: a ball and two features, a split of real data, a network in training."""

from typing import Literal

from pydantic import Field

from app.lessons.sparsity.lp_ball import EDGE, ROUND
from app.settings.model import Settings
from app.settings.sliders import between
from app.stage import Knob
from app.training import scene
from app.training.settings import MOST_STEPS

EXPONENT = Knob(name="p", label="Exponent", symbol="p", default=1, low=0.5, high=ROUND, log=True, group="The ball")
CORRELATION = Knob(
    name="correlation", label="Correlation", symbol="ρ", default=0, low=-0.9, high=0.9, group="The features"
)
STRENGTH = Knob(
    name="strength", label="Penalty", symbol="λ", default=0.003, low=1e-5, high=0.1, log=True, group="L1, L2"
)
RATE = scene.learning_rate(0.1, "", low=1e-3, high=0.5)
KNOBS: dict[str, tuple[Knob, ...]] = {
    "ball": (EXPONENT, CORRELATION),
    "diabetes": (),
    "network": (STRENGTH, RATE),
}


class SparsitySettings(Settings):
    """``u`` and ``v`` are the optimum without a budget; ``steps`` and ``seed`` are of the network's training."""

    show: Literal["ball", "diabetes", "network"] = "ball"
    p: float = between(EXPONENT)
    correlation: float = between(CORRELATION)
    u: float = Field(default=2.0, ge=-EDGE, le=EDGE)
    v: float = Field(default=1.0, ge=-EDGE, le=EDGE)
    split: int = Field(default=0, ge=0, le=99)
    strength: float = between(STRENGTH)
    learning_rate: float = between(RATE)
    steps: int = Field(default=600, ge=1, le=MOST_STEPS)
    seed: int = Field(default=0, ge=0, le=9_999)
