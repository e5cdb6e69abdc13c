"""Vanishing and exploding gradients: a product of many factors, through depth and through time."""

import numpy as np

from app.contract.lesson import Arrays, Lesson, Preset, Views
from app.lessons.vanishing import bptt, gradient_flow, jacobians
from app.lessons.vanishing.settings import FlowSettings
from app.stage import Scene
from app.training import code, scene

VIEWS: Views[FlowSettings] = Views(depth=jacobians, time=bptt)


def draw(e: FlowSettings) -> Scene:
    runs = VIEWS.runs(e)
    return Scene(
        lesson="vanishing",
        steps=e.steps,
        runs=runs,
        panels=(*VIEWS.panels(e), scene.loss("Loss in training")),
        sliders=e.sliders(),
        focus=runs[gradient_flow.focused(e)].name,
        selectable="focus",
    )


def _left(e: FlowSettings, arrays: Arrays) -> list[float]:
    """The share of the gradient's length that survives in each run."""
    shares: list[float] = VIEWS[e].left(e, arrays)
    return shares


PRESETS: tuple[Preset[FlowSettings], ...] = (
    Preset(
        "Ten sigmoids",
        {},
        "The bars are the product of Jacobians, one more factor in each: it shrinks by the same ratio again and "
        "again, a straight line on this axis. The first layers receive next to nothing, and training does not help.",
        lambda e, a: _left(e, a)[0] < 1e-5 and bool(a["loss"][0, -1] > 0.95 * a["loss"][0, 0]),
    ),
    Preset(
        "ReLU, good weights",
        {"cures": "init,relu"},
        "A slope of one for half of the units, and weights with twice the variance to make up for the other half. The "
        "second run's bars neither shrink nor grow much. Guess how its loss fares, then play.",
        lambda e, a: _left(e, a)[1] > 0.1 and bool(a["loss"][1, -1] < 0.5 * a["loss"][0, -1]),
    ),
    Preset(
        "Skips",
        {"cures": "residual"},
        "Still sigmoids, but each layer now adds to what it is given. Every factor is the identity plus something "
        "small: the product cannot die, whatever the slopes.",
        lambda e, a: _left(e, a)[1] > 0.5,
    ),
    Preset(
        "Normalised: explodes",
        {"activation": "relu", "cures": "norm"},
        "Batch normalisation keeps every signal at unit variance, and at the start the gradient grows on its way back: "
        "each layer multiplies its square by up to 1.47. Training tames it within a few steps.",
        lambda e, a: _left(e, a)[1] > 3 > _left(e, a)[0],
    ),
    Preset(
        "Clipped",
        {"activation": "relu", "gain": "3", "cures": "clip"},
        "Weights twice as large as they should be: the product grows by the same factor in each layer, and the first "
        "step throws the plain network out of the world. Clipping does not shrink the product. It shortens the step.",
        lambda e, a: bool(a["length"][0] < e.steps and a["length"][1] == e.steps + 1),
    ),
    Preset(
        "Back in time",
        {"view": "time", "activation": "tanh", "radius": "0.5"},
        "Which sign came first, fifty inputs ago? With a spectral radius of one half the last state depends on the "
        "first by less than 10⁻¹⁴. Drag the radius towards 1 and let go.",
        lambda e, a: bool(a["reach"][0, 0, -1] < 1e-14),
    ),
    Preset(
        "On the line",
        {"view": "time", "activation": "linear"},
        "A linear network whose matrix is 0.9 times a rotation: the norm is 0.9 to the power of the lag, exactly. The "
        "dotted line is hidden behind the measured one until training moves it.",
        lambda e, a: bool(np.allclose(a["reach"][0, 0], a["bound"][0], rtol=1e-3)),
    ),
    Preset(
        "Non-normal",
        {"view": "time", "activation": "linear", "matrix": "non_normal", "radius": "0.5"},
        "All eigenvalues are one half, and yet one step multiplies by ten: the matrix is not normal. The product first "
        "explodes and then vanishes. Eigenvalues tell the end of the story only.",
        lambda e, a: bool(a["reach"][0, 0, 0] > 10 and a["reach"][0, 0, -1] < 1e-8),
    ),
    Preset(
        "Gates",
        {"view": "time", "activation": "tanh", "radius": "0.5", "cures": "gates"},
        "An LSTM's memory is multiplied by a gate, not by a matrix, and before training its gradient reaches further "
        "back than the plain cell's. Still, gates that begin half open halve it at every step: that is why practice "
        "starts forget gates with a bias of one.",
        lambda e, a: bool(a["reach"][1, 0, -1] > 1e3 * a["reach"][0, 0, -1]),
    ),
)

LESSON = Lesson(
    name="vanishing",
    title="Vanishing and exploding gradients",
    part="Terrain",
    order=3,
    question="A gradient is a product of many factors: what keeps it from dying or exploding on its way back?",
    Experiment=FlowSettings,
    record=VIEWS.record,
    work=VIEWS.work,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=VIEWS.formula,
    theory=VIEWS.theory,
    theory_note=gradient_flow.NOTE,
    code=lambda e: code.programs(VIEWS[e].trials(e)[gradient_flow.focused(e)]),
    caption=VIEWS.caption,
    poster=jacobians.poster,
    references=(
        "Y. Bengio, P. Simard, P. Frasconi (1994), Learning long-term dependencies with gradient descent is difficult, "
        "IEEE Transactions on Neural Networks 5",
        "R. Pascanu, T. Mikolov, Y. Bengio (2013), On the difficulty of training recurrent neural networks, ICML",
        "K. He, X. Zhang, S. Ren, J. Sun (2016), Deep residual learning for image recognition, CVPR",
        "G. Yang et al. (2019), A mean field theory of batch normalization, ICLR, arXiv:1902.08129",
    ),
)
