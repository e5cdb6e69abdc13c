"""The experiment of vanishing gradients: on which way, through what weights, and with which cures."""

from typing import Annotated, Literal

from app.settings.sliders import between, knob, standing
from app.settings.validators import COMMAS, among, one_of, some_of
from app.stage import Knob
from app.training import scene
from app.training.settings import TrainingSettings
from optimizers import Hyper
from training_lab import activations

DEPTHS = (5, 10, 20)
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
CURES = tuple(DEPTH_CURES | TIME_CURES)
NUMBERS = {
    "gain": Hyper(1.0, 0.1, 4.0, symbol="g", label="Gain of the weights"),
    "radius": Hyper(0.9, 0.1, 2.0, symbol=r"\rho", label="Spectral radius"),
    "shear": Hyper(10.0, 0.0, 20.0, symbol="s", label="Shear"),
    "max_norm": Hyper(1.0, 0.01, 10.0, log=True, symbol="c", label="Clipped at length"),
    "learning_rate": scene.RATE,
}
KNOBS = {name: knob(name, number, number.default, "Weights") for name, number in NUMBERS.items()}
values = standing(KNOBS.values())


class FlowSettings(TrainingSettings):
    """``gain`` and ``depth`` are of the deep network; ``matrix``, ``radius`` and ``shear`` of the recurrent one."""

    view: Literal["depth", "time"] = "depth"
    cures: Annotated[tuple[str, ...], COMMAS, some_of("cure", CURES, 6, least=0)] = ()
    focus: Literal["plain", "cured"] | None = None
    activation: Annotated[str, one_of("activation", activations.names())] = "sigmoid"
    depth: Annotated[int, among(*DEPTHS)] = 10
    matrix: Literal["orthogonal", "non_normal"] = "orthogonal"
    gain: float = between(KNOBS["gain"])
    radius: float = between(KNOBS["radius"])
    shear: float = between(KNOBS["shear"])
    max_norm: float = between(KNOBS["max_norm"])
    learning_rate: float = between(KNOBS["learning_rate"])

    @property
    def offered(self) -> dict[str, str]:
        """The cures that there are on the way that the gradient takes, and what each does."""
        return TIME_CURES if self.view == "time" else DEPTH_CURES

    @property
    def chosen(self) -> tuple[str, ...]:
        """The cures that are tried."""
        return tuple(cure for cure in self.cures if cure in self.offered)


def knobs(e: FlowSettings) -> tuple[Knob, ...]:
    """The numbers that matter on the way that the gradient takes."""
    weights = ("radius", *(("shear",) if e.matrix == "non_normal" else ())) if e.view == "time" else ("gain",)
    clip = ("max_norm",) if "clip" in e.chosen else ()
    return tuple(KNOBS[name] for name in (*weights, *clip, "learning_rate"))
