"""Normalisation layers: over which numbers each averages, and what that does to training."""

import numpy as np

from app.contract.lesson import Lesson, Preset, Views
from app.lessons.normalisation_layers import code, deep_signals, learning_rates, norm_axes, normalised_training
from app.lessons.normalisation_layers.settings import LayerSettings
from app.stage import Scene
from training_lab.theory import BATCH_NORM_RELU_GROWTH

VIEWS: Views[LayerSettings] = Views(
    block=norm_axes, training=normalised_training, rates=learning_rates, deep=deep_signals
)


def draw(e: LayerSettings) -> Scene:
    block = e.show == "block"
    last_steps = {
        "block": len(norm_axes.STAGES) - 1,
        "training": e.steps,
        "rates": learning_rates.STEPS,
        "deep": deep_signals.DEPTH - 1,
    }
    return Scene(
        lesson="normalisation_layers",
        steps=last_steps[e.show],
        runs=VIEWS.runs(e),
        panels=VIEWS.panels(e),
        sliders=e.sliders(),
        focus=e.kind if block else None,
        selectable="kind" if block else None,
        unit={"block": "stage", "deep": "layer"}.get(e.show, "step"),
        ticks=norm_axes.STAGES if block else (),
        seconds=6,
        arrays=VIEWS.scene_arrays(e),
    )


PRESETS: tuple[Preset[LayerSettings], ...] = (
    Preset(
        "Down a column",
        {},
        "Batch normalisation: one mean and one deviation for each channel, over all examples. Step through the stages "
        "and watch the bars: in the end every channel has mean 0 and deviation 1. Will every example? Guess first.",
        lambda e, a: norm_axes.level(a["by_channel"]) and not norm_axes.level(a["by_example"]),
    ),
    Preset(
        "Along a row",
        {"kind": "layer"},
        "Layer normalisation asks nobody else: each example is its own set. Now the examples are level, and the "
        "channels keep their differences. Point at a number to see with which others it is averaged.",
        lambda e, a: norm_axes.level(a["by_example"]) and not norm_axes.level(a["by_channel"]),
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
        lambda e, a: bool((2 * normalised_training.ranges(a)[1:] < normalised_training.ranges(a)[0]).all()),
    ),
    Preset(
        "The largest rate",
        {"show": "rates"},
        "Seven learning rates, three networks, sixty steps each. How much larger may the rate be with batch "
        "normalisation? Guess a factor before you play. Layer normalisation helps less here.",
        lambda e, a: (
            learning_rates.usable(a)[1] > 3 * learning_rates.usable(a)[0]
            and learning_rates.usable(a)[2] < learning_rates.usable(a)[1]
        ),
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
        lambda e, a: abs(deep_signals.growth(a["gradient"][1]) - BATCH_NORM_RELU_GROWTH) < 0.1,
    ),
    Preset(
        "Deep, four examples",
        {"show": "deep", "examples": "4"},
        "With four examples a batch the growth is larger still. Drag the line to see it come down to π/(π − 1).",
        lambda e, a: deep_signals.growth(a["gradient"][1]) > 2 and deep_signals.growth(a["gradient"][2]) < 1.2,
    ),
)


LESSON = Lesson(
    name="normalisation_layers",
    title="Normalisation layers",
    part="Regularisation",
    order=4,
    question="Batch, layer, group, instance, RMS: over which numbers does each average, and what is it good for?",
    Experiment=LayerSettings,
    record=VIEWS.record,
    work=VIEWS.work,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=lambda e: (norm_axes.formula(e), deep_signals.formula()),
    theory=VIEWS.theory,
    theory_note=f"Block: {norm_axes.NOTE}\n\nTraining: {normalised_training.NOTE}\n\nDepth: {deep_signals.NOTE}",
    code=code.programs,
    caption=VIEWS.caption,
    poster=norm_axes.poster,
    references=(
        "S. Ioffe, C. Szegedy (2015), Batch normalization, ICML, arXiv:1502.03167",
        "J. Ba, J. Kiros, G. Hinton (2016), Layer normalization, arXiv:1607.06450",
        "Y. Wu, K. He (2018), Group normalization, ECCV, arXiv:1803.08494",
        "B. Zhang, R. Sennrich (2019), Root mean square layer normalization, NeurIPS, arXiv:1910.07467",
        "S. Santurkar, D. Tsipras, A. Ilyas, A. Madry (2018), How does batch normalization help optimization?, NeurIPS",
        "G. Yang et al. (2019), A mean field theory of batch normalization, ICLR, arXiv:1902.08129",
    ),
)
