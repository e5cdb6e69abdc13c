"""Normalisation layers: over which numbers each averages, and what that does to training."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from app import figures
from app.controls import Choice, Control, Several, Switch, Whole
from app.lesson import Formula, Lesson, Preset, Views
from app.regularisation import block, deep, normalisation_code, normed
from app.settings import COMMAS, Settings, some_of
from app.stage import Scene
from app.training.settings import among
from training_lab.theory import BATCH_NORM_RELU_GROWTH

SHOWN = {
    "block": "who averages over what",
    "training": "training, and at test time",
    "rates": "which learning rates can be used",
    "deep": "twenty layers at the start",
}
VIEWS = Views(block=block, training=normed, rates=normed, deep=deep)
SIZES = (1, 2, 4, 16, 64)
MOST_STEPS = 600


class Experiment(Settings):
    show: Literal["block", "training", "rates", "deep"] = "block"
    kind: Literal["batch", "layer", "group", "instance", "rms"] = "batch"
    batch: int = Field(default=8, ge=1, le=block.EXAMPLES)
    positions: Annotated[int, among(1, 4)] = 4
    gamma: float = Field(default=1.0, ge=0, le=3)
    beta: float = Field(default=0.0, ge=-2, le=2)
    affine: bool = True
    row: float = Field(default=3, ge=1, le=block.EXAMPLES)  # of the number that is looked at
    column: float = Field(default=6, ge=1, le=4 * block.CHANNELS)
    norms: Annotated[tuple[str, ...], COMMAS, some_of("normalisation", tuple(normed.KINDS), 5)] = (
        "none",
        "batch",
        "layer",
    )
    size: Annotated[int, among(*SIZES)] = 64
    learning_rate: float = Field(default=0.3, ge=1e-4, le=10)
    steps: int = Field(default=200, ge=1, le=MOST_STEPS)
    seed: int = Field(default=0, ge=0, le=9_999)
    examples: int = Field(default=64, ge=4, le=deep.MOST)


def draw(e: Experiment) -> Scene:
    view, block_view = VIEWS[e], e.show == "block"
    steps = {"block": len(block.STAGES) - 1, "training": e.steps, "rates": normed.SWEPT, "deep": deep.DEPTH - 1}
    arrays = {"block": lambda: block.scene_arrays(e), "deep": deep.scene_arrays}
    return Scene(
        lesson="normalisation_layers",
        steps=steps[e.show],
        runs=view.runs(e),
        panels=view.panels(e),
        knobs=view.knobs(e),
        focus=e.kind if block_view else None,
        selectable="kind" if block_view else None,
        unit={"block": "stage", "deep": "layer"}.get(e.show, "step"),
        ticks=block.STAGES if block_view else (),
        seconds=6,
        arrays=arrays[e.show]() if e.show in arrays else {},
    )


def values(e: Experiment) -> dict[str, float]:
    names = ("batch", "gamma", "beta", "row", "column", "learning_rate", "examples")
    return {name: float(e.value(name)) for name in names}


def controls(e: Experiment) -> tuple[Control, ...]:
    affine = Switch(name="affine", label="γ and β (affine)", share=2)
    show = Choice(name="show", label="Show", options=SHOWN, resets=("playhead",), share=6 if e.show == "deep" else 4)
    if e.show == "deep":
        return (show,)
    if e.show == "block":
        places = {4: "4, as in an image", 1: "1, as in an MLP"}
        return (
            show,
            affine,
            Choice(name="kind", label="Normalisation", options=block.KINDS, share=3),
            Choice(name="positions", label="Positions", options=places, share=3),
        )
    return (
        show,
        affine,
        Several(name="norms", label="Compared", options=normed.KINDS),
        Choice(name="size", label="Batch", options={n: str(n) for n in SIZES}, share=2),
        *(
            (Whole(name="steps", label="Steps", low=1, high=MOST_STEPS, step=50, resets=("playhead",), share=2),)
            if e.show == "training"
            else ()
        ),
        Whole(name="seed", label="Seed", low=0, high=9_999, share=2),
    )


def formula(e: Experiment) -> tuple[Formula, ...]:
    return (block.formula(e), deep.formula())


PRESETS = (
    Preset(
        "Down a column",
        {},
        "Batch normalisation: one mean and one deviation for each channel, over all examples. Step through the stages "
        "and watch the bars: in the end every channel has mean 0 and deviation 1. Will every example? Guess first.",
        lambda e, a: _level(a["by_channel"]) and not _level(a["by_example"]),
    ),
    Preset(
        "Along a row",
        {"kind": "layer"},
        "Layer normalisation asks nobody else: each example is its own set. Now the examples are level, and the "
        "channels keep their differences. Point at a number to see with which others it is averaged.",
        lambda e, a: _level(a["by_example"]) and not _level(a["by_channel"]),
    ),
    Preset(
        "A batch of one",
        {"batch": "1", "positions": "1"},
        "One example, no positions: each set is one number. Predict what is left of it after subtracting its mean. "
        "Then choose layer normalisation, which does not mind.",
        lambda e, a: bool((a["cells"][-1, 0] == 0).all()),
    ),
    Preset(
        "At a rate of one",
        {"show": "training", "learning_rate": "1"},
        "Same start, same batches, a large learning rate. The band is the range of the loss along the gradient: with "
        "a normalisation the ground ahead is smoother, and the loss goes down where it jumps without.",
        lambda e, a: bool((2 * normed.ranges(a)[1:] < normed.ranges(a)[0]).all()),
    ),
    Preset(
        "The largest rate",
        {"show": "rates"},
        "Seven learning rates, three networks, sixty steps each. How much larger may the rate be with batch "
        "normalisation? Guess a factor before you play. Layer normalisation helps less here.",
        lambda e, a: normed.usable(a)[1] > 3 * normed.usable(a)[0] and normed.usable(a)[2] < normed.usable(a)[1],
    ),
    Preset(
        "Batches of one digit",
        {"show": "training", "norms": "batch,layer", "size": "1", "learning_rate": "0.03"},
        "With one digit a batch, batch normalisation hands on β, whatever the digit: nothing is learned. The variance "
        "that is remembered falls as 0.9ᵏ, and at test time the network divides by its root: see the loss explode.",
        lambda e, a: a["accuracy"][0, -1] < 0.2 < 0.5 < a["accuracy"][1, -1] and np.nanmax(a["ratio"][0]) > 1e6,
    ),
    Preset(
        "What is remembered",
        {"show": "training", "norms": "batch", "learning_rate": "0.0001", "steps": "80"},
        "The weights hardly move, so the statistics stand still. What is remembered for test time starts at mean 0 and "
        "variance 1 and goes a tenth of the way to each batch. After how many steps is it there?",
        lambda e, a: bool(np.allclose(a["variance"][0, :, 1], a["expected"][0], rtol=0.2)),
    ),
    Preset(
        "Deep, and it explodes",
        {"show": "deep"},
        "Twenty layers of ReLU with Kaiming's weights: without normalisation the gradient keeps its size. With batch "
        "normalisation it grows by nearly a half in each layer. Is that not what it was to prevent? See why below.",
        lambda e, a: abs(deep.growth(a["gradient"][1]) - BATCH_NORM_RELU_GROWTH) < 0.1,
    ),
    Preset(
        "Deep, four examples",
        {"show": "deep", "examples": "4"},
        "With four examples a batch the growth is larger still. Drag the line to see it come down to π/(π − 1).",
        lambda e, a: deep.growth(a["gradient"][1]) > 2 and deep.growth(a["gradient"][2]) < 1.2,
    ),
)


def _level(bars: np.ndarray) -> bool:
    """Whether all means are 0 and all deviations 1 after normalising."""
    mean, deviation = bars[:, block.STAGES.index("normalise")]
    return bool(np.abs(mean).max() < 1e-3 and np.abs(deviation - 1).max() < 0.01)


LESSON = Lesson(
    name="normalisation_layers",
    title="Normalisation layers",
    part="Regularisation",
    order=4,
    question="Batch, layer, group, instance, RMS: over which numbers does each average, and what is it good for?",
    Experiment=Experiment,
    record=VIEWS.record,
    work=lambda e: normed.trials(e) if e.show in ("training", "rates") else (),
    scene=draw,
    scenery=("show", "kind", "positions", "affine", "norms", "steps"),
    values=values,
    standings=VIEWS.standings,
    controls=controls,
    presets=PRESETS,
    formula=formula,
    theory=VIEWS.theory,
    theory_note=f"Block: {block.NOTE}\n\nTraining: {normed.NOTE}\n\nDepth: {deep.NOTE}",
    code=normalisation_code.programs,
    caption=VIEWS.caption,
    poster=lambda e: figures.poster(*block.picture(e)),
    references=(
        "S. Ioffe, C. Szegedy (2015), Batch normalization, ICML, arXiv:1502.03167",
        "J. Ba, J. Kiros, G. Hinton (2016), Layer normalization, arXiv:1607.06450",
        "Y. Wu, K. He (2018), Group normalization, ECCV, arXiv:1803.08494",
        "B. Zhang, R. Sennrich (2019), Root mean square layer normalization, NeurIPS, arXiv:1910.07467",
        "S. Santurkar, D. Tsipras, A. Ilyas, A. Madry (2018), How does batch normalization help optimization?, NeurIPS",
        "G. Yang et al. (2019), A mean field theory of batch normalization, ICLR, arXiv:1902.08129",
    ),
)
