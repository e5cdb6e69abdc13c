"""Initialisation: what a network's first weights make of signals, of gradients, and of its training."""

from dataclasses import replace
from typing import Annotated, Any

import numpy as np
from pydantic import Field

import optimizers
from app import compute
from app.controls import Choice, Control, Several, Whole
from app.knobs import knob
from app.lesson import Arrays, Lesson, Preset
from app.settings import COMMAS, one_of, some_of, with_numbers
from app.stage import Scene
from app.training import beginnings, code, depths, scene, style, symmetry
from app.training.beginnings import most_kinds, trials
from app.training.record import frames
from app.training.settings import MOST_STEPS, TrainingSettings, among, ranges
from training_lab import activations, initializers

DEPTHS, WIDTHS = (3, 10, 30), (16, 64)
SHOWN = {"signals": "signals", "units": "equal units"}
KNOBS = {"gain": (0, 3), "std": (0, 2), "bound": (0, 2), "value": (-1, 1)}  # as far as a hand needs to reach
NAMES = tuple(name for name in initializers.names() if name != "non_normal")  # that one is for recurrent weights


class _Initialisation(TrainingSettings):
    depth: Annotated[int, among(*DEPTHS)] = 10
    width: Annotated[int, among(*WIDTHS)] = 64
    activation: Annotated[str, one_of("activation", activations.names())] = "relu"
    initializers: Annotated[tuple[str, ...], COMMAS, some_of("initializer", NAMES, 6)] = style.ORDER[:4]
    focus: Annotated[str | None, one_of("initializer", NAMES)] = None
    learning_rate: Annotated[float, Field(ge=scene.RATE.low, le=scene.RATE.high)] = 0.1
    show: Annotated[str, one_of("view", tuple(SHOWN))] = "signals"

    @property
    def focused(self) -> str:
        """The initializer whose histograms and units are shown."""
        return self.focus if self.focus in self.initializers else self.initializers[0]


Experiment: Any = with_numbers(_Initialisation, ranges(initializers, NAMES))


def record(e: Any) -> dict[str, np.ndarray]:
    runs = compute.trained(*trials(e))
    focus = e.initializers.index(e.focused)
    arrays = depths.arrays(e, runs, focus) | symmetry.arrays(runs, focus)
    return arrays | {"accuracy": frames(runs, "validation_accuracy")}


def draw(e: Any) -> Scene:
    label = initializers.get(e.focused).title
    gradient = depths.gradient_panel(place="side")
    if e.show == "units":
        upper: tuple[Any, ...] = (symmetry.panel(e.depth, label), gradient, symmetry.gradient_panel(place="side"))
    else:
        upper = (depths.signal_panel(place="main"), gradient, depths.shares_panel(label, place="side"))
    group = f"{label}, and the optimizer"
    own = initializers.get(e.focused).hypers.items()
    return Scene(
        lesson="initialisation",
        steps=e.steps,
        runs=tuple(map(style.initializer, e.initializers)),
        panels=(
            *upper,
            *depths.histogram_panels(e.depth, style.initializer(e.focused)),
            scene.loss("Loss in training"),
        ),
        knobs=(
            *(knob(f"{e.focused}.{name}", _reachable(name, hyper), hyper.default, group) for name, hyper in own),
            scene.learning_rate(0.1, group),
        ),
        focus=e.focused,
        selectable="focus",
        arrays=depths.scene_arrays(),
    )


def _reachable(name: str, hyper: optimizers.Hyper) -> optimizers.Hyper:
    low, high = KNOBS[name]
    return replace(hyper, low=low, high=high)


def values(e: Any) -> dict[str, float]:
    own = e.numbers(initializers, e.focused)
    return {f"{e.focused}.{name}": value for name, value in own.items()} | {"learning_rate": e.learning_rate}


def controls(e: Any) -> tuple[Control, ...]:
    return (
        Several(
            name="initializers",
            label="Initialisers (up to 6)",
            options={name: initializers.get(name).title for name in NAMES},
        ),
        Choice(
            name="activation",
            label="Activation",
            options={name: activations.get(name).title for name in activations.names()},
            share=2,
        ),
        Choice(name="depth", label="Hidden layers", options={n: str(n) for n in DEPTHS}, share=2),
        Choice(name="width", label="Units in each", options={n: str(n) for n in WIDTHS}, share=2),
        Choice(name="show", label="Show", options=SHOWN, share=2),
        Whole(name="steps", label="Steps", low=1, high=MOST_STEPS, step=40, resets=("playhead",), share=2),
        Whole(name="seed", label="Seed", low=0, high=9_999, share=2),
    )


def _last(arrays: Arrays, e: Any, name: str, what: str = "loss") -> float:
    return float(arrays[what][e.initializers.index(name), -1])


PRESETS = (
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
    Experiment=Experiment,
    record=record,
    work=trials,
    scene=draw,
    scenery=("depth", "width", "activation", "initializers", "focus", "steps", "show"),
    values=values,
    standings=beginnings.standings,
    controls=controls,
    presets=PRESETS,
    formula=beginnings.formula,
    theory=beginnings.theory,
    theory_note=beginnings.NOTE,
    code=lambda e: code.programs(trials(e)[e.initializers.index(e.focused)]),
    caption=beginnings.caption,
    poster=beginnings.poster,
    references=(
        "X. Glorot, Y. Bengio (2010), Understanding the difficulty of training deep feedforward networks, AISTATS",
        "K. He, X. Zhang, S. Ren, J. Sun (2015), Delving deep into rectifiers, ICCV, arXiv:1502.01852",
        "B. Poole et al. (2016), Exponential expressivity in deep neural networks through transient chaos, NeurIPS, "
        "arXiv:1606.05340",
    ),
)
