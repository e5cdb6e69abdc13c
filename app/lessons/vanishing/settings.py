"""Settings of the lesson on vanishing gradients: the way that they travel, the weights, and the cures."""

from dataclasses import replace
from typing import ClassVar

from app.settings.controls import Control, Several
from app.settings.fields import Declared, choice, field, listed, run_length, several, slider, titles
from app.settings.validators import one_of
from app.training.settings import MOST_STEPS, TrainingSettings, rate_slider
from training_lab import activations

WAYS = {"depth": "through depth (MLP)", "time": "through time (RNN)"}
DEPTH_CURES = {
    "init": "initialisation: Kaiming, the activation's gain",
    "relu": "ReLU",
    "residual": "skip connections",
    "norm": "batch normalisation",
    "clip": "clipping",
}
TIME_CURES = {
    "init": "initialisation: orthogonal, radius 1",
    "relu": "ReLU",
    "gates": "gates (LSTM)",
    "clip": "clipping",
}
MATRICES = {"orthogonal": "orthogonal", "non_normal": "non-normal"}
DEPTH, TIME = ("depth",), ("time",)


def _sheared(e: "FlowSettings") -> bool:
    return e.view == "time" and e.matrix == "non_normal"


def _clipped(e: "FlowSettings") -> bool:
    return "clip" in e.chosen


class FlowSettings(TrainingSettings):
    """``gain`` and ``depth`` are of the deep network; ``matrix``, ``radius`` and ``shear`` of the recurrent one."""

    view_setting: ClassVar[str] = "view"

    view: str = choice(
        "depth", WAYS, label="The gradient travels", kind="view", share=4, resets=("cures", "playhead")
    )  # fmt: skip
    matrix: str = choice("orthogonal", MATRICES, label="Recurrent matrix", kind="matrix", on=TIME)
    depth: int = choice(10, listed(5, 10, 20), label="Hidden layers", on=DEPTH)
    cures: tuple[str, ...] = several(
        (), DEPTH_CURES | TIME_CURES, label="Cures, compared with the plain network", kind="cure", most=6, least=0
    )  # fmt: skip
    activation: str = choice("sigmoid", titles(activations), label="Activation", kind="activation")
    steps: int = run_length(160, MOST_STEPS, step=40)
    focus: str | None = field(Declared(label="In focus", scene=True), None, one_of("run", ("plain", "cured")))
    gain: float = slider(1.0, 0.1, 4.0, label="Gain of the weights", symbol="g", group="Weights", on=DEPTH)
    radius: float = slider(0.9, 0.1, 2.0, label="Spectral radius", symbol="ρ", group="Weights", on=TIME)
    shear: float = slider(10.0, 0.0, 20.0, label="Shear", symbol="s", group="Weights", on=_sheared)
    max_norm: float = slider(
        1.0, 0.01, 10.0, label="Clipped at length", symbol="c", log=True, group="Weights", on=_clipped
    )  # fmt: skip
    learning_rate: float = rate_slider(0.1, "Weights")

    @property
    def offered(self) -> dict[str, str]:
        """The cures that there are on the way that the gradient takes, and what each does."""
        return TIME_CURES if self.view == "time" else DEPTH_CURES

    @property
    def chosen(self) -> tuple[str, ...]:
        """The cures that are tried."""
        return tuple(cure for cure in self.cures if cure in self.offered)

    def controls(self) -> tuple[Control, ...]:
        """Of the cures only those that there are on this way."""
        return tuple(replace(c, options=self.offered) if isinstance(c, Several) else c for c in super().controls())
