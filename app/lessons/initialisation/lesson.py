"""Initialisation: what a network's first weights make of signals, of gradients, and of its training."""

import numpy as np

from app.contract.lesson import Arrays, Lesson, Preset
from app.lessons.initialisation import explanations, symmetry
from app.lessons.initialisation.explanations import most_kinds
from app.lessons.initialisation.settings import InitialisationSettings
from app.stage import Panel, Scene
from app.training import code, layer_statistics, scene, style
from training_lab import initializers


def _signal_panels(e: InitialisationSettings) -> tuple[Panel, ...]:
    label = initializers.get(e.focused).title
    return (
        layer_statistics.signal_panel(place="main"),
        layer_statistics.gradient_panel(),
        layer_statistics.shares_panel(label, place="side"),
    )


UPPER = {"signals": _signal_panels, "units": symmetry.panels}  # what is drawn above the histograms


def draw(e: InitialisationSettings) -> Scene:
    return Scene(
        lesson="initialisation",
        steps=e.steps,
        runs=tuple(map(style.initializer, e.initializers)),
        panels=(
            *UPPER[e.show](e),
            *layer_statistics.histogram_panels(e.depth, style.initializer(e.focused)),
            scene.loss("Loss in training"),
        ),
        sliders=e.sliders(),
        focus=e.focused,
        selectable="focus",
        arrays=layer_statistics.scene_arrays(),
    )


def _last(arrays: Arrays, e: InitialisationSettings, name: str, what: str = "loss") -> float:
    return float(arrays[what][e.initializers.index(name), -1])


PRESETS: tuple[Preset[InitialisationSettings], ...] = (
    Preset(
        "Four ways to begin",
        {},
        "Ten layers of ReLU. Before you press play, guess from the signal who learns first. Kaiming's weights keep it "
        "as it is, Xavier's and orthogonal ones halve it in each layer, and PyTorch's default leaves gradients so "
        "small that after 160 steps the loss is where it began.",
        lambda e, a: (
            2 * _last(a, e, "kaiming_normal") < min(_last(a, e, "xavier_normal"), _last(a, e, "orthogonal"))
            and abs(_last(a, e, "torch_default") - np.log(10)) < 0.01
        ),
    ),
    Preset(
        "All zeros",
        {"initializers": "zeros", "show": "units"},
        "Every unit is a copy of its neighbours. With zeros no gradient reaches a hidden weight, exactly none, for as "
        "long as one trains: only the biases of the output learn how frequent each digit is.",
        lambda e, a: not a["hidden_gradient"].any() and most_kinds(a, 0) == 1,
    ),
    Preset(
        "All the same, but not zero",
        {"initializers": "constant", "show": "units", "constant.value": "0.02"},
        "Now the gradients are there, and they are the same for all units of a layer. They move together for ever: "
        "sixty-four units are worth one. Equal colours, equal weights.",
        lambda e, a: bool(np.nanmax(a["hidden_gradient"]) > 0) and most_kinds(a, 0) == 1,
    ),
    Preset(
        "Too wide a normal",
        {"initializers": "normal,xavier_normal,torch_default", "activation": "tanh"},
        "A standard deviation of 1, sixty-four inputs: the sums have a spread of eight, and tanh is flat there. Look "
        "at the histogram: nearly everything sits at −1 and 1, saturated. Drag the standard deviation down to 0.125.",
        lambda e, a: bool(a["shares"][0, 0].mean() > 0.7),
    ),
    Preset(
        "Thirty layers",
        {"initializers": "kaiming_normal,xavier_normal,torch_default", "depth": "30"},
        "With PyTorch's default each layer keeps a sixth of the gradient: ⅙ to the thirtieth is 10⁻²³. Its signal "
        "looks alive, but what arrives at the last layer is the biases, the same for every digit. A factor that looks "
        "harmless in one layer is fatal in thirty.",
        lambda e, a: bool(a["gradient"][2, 0, 0] < 1e-18 * a["gradient"][2, 0, -1]),
    ),
    Preset(
        "A gain a little too large",
        {"initializers": "kaiming_normal", "depth": "30", "kaiming_normal.gain": "1.8"},
        "Instead of √2 the gain is 1.8: each layer multiplies the signal by 1.6, thirty of them by a million. Drag "
        "the gain towards 1.41 and see how narrow the way between dying and exploding is.",
        lambda e, a: bool(a["signal"][0, 0, -1] > 1e4 * a["signal"][0, 0, 0]),
    ),
)

LESSON = Lesson(
    name="initialisation",
    title="Initialisation",
    part="Networks",
    order=1,
    question="Which first weights let signals and gradients through all layers, and which make training impossible?",
    Experiment=InitialisationSettings,
    record=explanations.record,
    work=explanations.trials,
    scene=draw,
    standings=explanations.standings,
    presets=PRESETS,
    formula=explanations.formula,
    theory=explanations.comparisons,
    theory_note=explanations.NOTE,
    code=lambda e: code.programs(explanations.trials(e)[e.initializers.index(e.focused)]),
    caption=explanations.caption,
    poster=explanations.poster,
    references=(
        "X. Glorot, Y. Bengio (2010), Understanding the difficulty of training deep feedforward networks, AISTATS",
        "K. He, X. Zhang, S. Ren, J. Sun (2015), Delving deep into rectifiers, ICCV, arXiv:1502.01852",
        "B. Poole et al. (2016), Exponential expressivity in deep neural networks through transient chaos, NeurIPS, "
        "arXiv:1606.05340",
    ),
)
