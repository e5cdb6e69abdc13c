"""The experiment of normalisation layers: a block of numbers, the training of a network, or a deep one at its start."""

from typing import Annotated, Literal

from pydantic import Field

from app.lessons.normalisation_layers import deep_signals, norm_axes, normalised_training
from app.settings.model import Settings
from app.settings.sliders import between
from app.settings.validators import COMMAS, among, some_of
from app.stage import Knob
from app.training import scene

POSITIONS = {4: "4, as in an image", 1: "1, as in an MLP"}
SIZES = (1, 2, 4, 16, 64)
MOST_STEPS = 600
BATCH = Knob(
    name="batch", label="Examples in a batch", symbol="n", default=norm_axes.EXAMPLES, low=1, high=norm_axes.EXAMPLES,
    integer=True,
)  # fmt: skip
GAMMA = Knob(name="gamma", label="Scale", symbol="γ", default=1, low=0, high=3)
BETA = Knob(name="beta", label="Shift", symbol="β", default=0, low=-2, high=2)
RATE = scene.learning_rate(0.3, "", low=1e-3)
EXAMPLES = Knob(
    name="examples",
    label="Examples in a batch",
    symbol="m",
    default=64,
    low=4,
    high=deep_signals.MOST,
    log=True,
    integer=True,
)
KNOBS = (BATCH, GAMMA, BETA, RATE, EXAMPLES)


class LayerSettings(Settings):
    """``row`` and ``column`` are of the number in the block that is looked at; ``size`` is the batch in training."""

    show: Literal["block", "training", "rates", "deep"] = "block"
    kind: Literal["batch", "layer", "group", "instance", "rms"] = "batch"
    batch: int = between(BATCH)
    positions: Annotated[int, among(*sorted(POSITIONS))] = 4
    gamma: float = between(GAMMA)
    beta: float = between(BETA)
    affine: bool = True
    row: float = Field(default=3, ge=1, le=norm_axes.EXAMPLES)
    column: float = Field(default=6, ge=1, le=4 * norm_axes.CHANNELS)
    norms: Annotated[tuple[str, ...], COMMAS, some_of("normalisation", tuple(normalised_training.KINDS), 5)] = (
        "none",
        "batch",
        "layer",
    )
    size: Annotated[int, among(*SIZES)] = 64
    learning_rate: float = Field(default=RATE.default, ge=1e-4, le=RATE.high)  # lower than a hand needs
    steps: int = Field(default=200, ge=1, le=MOST_STEPS)
    seed: int = Field(default=0, ge=0, le=9_999)
    examples: int = between(EXAMPLES)


def knobs(e: LayerSettings) -> tuple[Knob, ...]:
    """Those of the view; where all learning rates stand side by side there is nothing to drag."""
    match e.show:
        case "block":
            return (BATCH, GAMMA, BETA) if e.affine else (BATCH,)
        case "training":
            return (RATE,)
        case "deep":
            return (EXAMPLES,)
    return ()
