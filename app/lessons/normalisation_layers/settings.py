"""Settings of the lesson on normalisation layers: a block of numbers, a network's training, a deep one at its start."""

from app.settings.fields import choice, handle, listed, random_seed, run_length, several, slider, switch
from app.settings.model import Settings
from app.training.settings import rate_slider

EXAMPLES, CHANNELS = 8, 6  # of the block
DEEP_EXAMPLES = 128  # at most, in a batch of the deep network
SHOWN = {
    "block": "who averages over what",
    "training": "training, and at test time",
    "rates": "which learning rates can be used",
    "deep": "twenty layers at the start",
}
BLOCK, TRAINING, TRAINED = ("block",), ("training",), ("training", "rates")  # views
KINDS = {"batch": "Batch", "layer": "Layer", "group": "Group", "instance": "Instance", "rms": "RMS"}
COMPARED = {"none": "Without", "batch": "Batch", "layer": "Layer", "group": "Group", "rms": "RMS"}
POSITIONS = {4: "4, as in an image", 1: "1, as in an MLP"}


def _scaled(e: "LayerSettings") -> bool:
    return e.show == "block" and e.affine


class LayerSettings(Settings):
    """``row`` and ``column`` are of the number in the block that is looked at; ``size`` is the batch in training."""

    show: str = choice("block", SHOWN, label="Show", kind="view", share=4, resets=("playhead",))
    affine: bool = switch(True, label="γ and β (affine)", scene=True, on=BLOCK + TRAINED)
    kind: str = choice("batch", KINDS, label="Normalisation", kind="normalisation", share=3, on=BLOCK)
    positions: int = choice(4, POSITIONS, label="Positions", share=3, on=BLOCK)
    norms: tuple[str, ...] = several(
        ("none", "batch", "layer"), COMPARED, label="Compared", kind="normalisation", most=5, on=TRAINED
    )  # fmt: skip
    size: int = choice(64, listed(1, 2, 4, 16, 64), label="Batch", scene=False, on=TRAINED)
    steps: int = run_length(200, 600, on=TRAINING)
    seed: int = random_seed(on=TRAINED)
    batch: int = slider(EXAMPLES, 1, EXAMPLES, label="Examples in a batch", symbol="n", integer=True, on=BLOCK)
    gamma: float = slider(1, 0, 3, label="Scale", symbol="γ", on=_scaled)
    beta: float = slider(0, -2, 2, label="Shift", symbol="β", on=_scaled)
    row: float = handle(3, 1, EXAMPLES, label="Example that is looked at", on=BLOCK)
    column: float = handle(6, 1, 4 * CHANNELS, label="Channel and position that are looked at", on=BLOCK)
    learning_rate: float = rate_slider(0.3, "", reach=(1e-3, 10.0), on=TRAINING)
    examples: int = slider(
        64, 4, DEEP_EXAMPLES, label="Examples in a batch", symbol="m", log=True, integer=True, on=("deep",)
    )  # fmt: skip
