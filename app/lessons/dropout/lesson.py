"""Dropout and DropConnect: training a random part of the network at each step, and what is gained by it."""

import numpy as np

from app.contract.lesson import Arrays, Lesson, Preset, Views
from app.lessons.dropout import coadaptation, code, dropout_network, dropout_unit, explanations
from app.lessons.dropout.settings import DropoutSettings
from app.stage import Scene

VIEWS: Views[DropoutSettings] = Views(network=dropout_network, unit=dropout_unit, digits=coadaptation)


def draw(e: DropoutSettings) -> Scene:
    alone = e.show == "unit"
    return Scene(
        lesson="dropout",
        steps=dropout_unit.DRAWS - 1 if alone else e.steps,
        runs=VIEWS.runs(e),
        panels=VIEWS.panels(e),
        sliders=e.sliders(),
        unit="draw" if alone else "step",
        seconds=12 if e.show == "network" else 6,
        arrays=dropout_unit.scene_arrays() if alone else {},
    )


PRESETS: tuple[Preset[DropoutSettings], ...] = (
    Preset(
        "A fifth is off",
        {},
        "Hollow units are off for this step, and all their connections with them. Guess before you play: how many of "
        "the 301 masks drawn here will come twice? Beside it the twin without, which follows the noise more closely.",
        lambda e, a: a["different"][0, -1] == 301 and _gap(a)[0] < _gap(a)[1],
    ),
    Preset(
        "All 256 networks",
        {"depth": "1", "width": "8", "rate": "0.5"},
        "Eight units, each on or off: 256 networks share these weights. Will 301 draws have met all of them? Predict "
        "first. The dotted line knows: 177. With one layer the band, too, has a closed form.",
        lambda e, a: a["different"][0, -1] < 200 and np.allclose(a["spread"][0, -1], a["exact"][0, -1], rtol=0.2),
    ),
    Preset(
        "Far from the data",
        {"rate": "0.5"},
        "Two hundred thinned networks, one answer each: where there are data they agree, to the left and right of them "
        "they fan out. That spread is called Monte-Carlo uncertainty. Play: it is there long before the curve fits.",
        lambda e, a: bool(a["spread"][0, -1, [0, -1]].min() > 2 * a["spread"][0, -1, 20:41].mean()),
    ),
    Preset(
        "Weights instead of units",
        {"kind": "drop_connect"},
        "DropConnect: no unit is ever off, but each hears only some of those before it. 272 weights make 2²⁷² "
        "networks, more than there are atoms. None is ever seen twice.",
        lambda e, a: a["different"][0, -1] == 301 and len(a["off"]) == 272,
    ),
    Preset(
        "Scaled wrongly",
        {"show": "unit"},
        "A fifth of the pixels is missing. The slides scale by p at test time: the unit has learned to hear 0.8 of its "
        "inputs and is given 0.2 of them, four times too little. Where do both agree? Guess a rate, and drag the line.",
        lambda e, a: abs(a["ratio"][2, -1] - 4) < 0.1 and np.abs(a["ratio"][:2, -1] - 1).max() < 0.02,
    ),
    Preset(
        "Where the slides are right",
        {"show": "unit", "rate": "0.5"},
        "At p = ½ dropping and keeping are equally likely, and p and 1 − p are the same number. That is why nobody "
        "noticed: one half was the usual rate.",
        lambda e, a: bool(np.abs(a["ratio"][:, -1] - 1).max() < 0.02),
    ),
    Preset(
        "Wrong labels",
        {"show": "digits", "rate": "0.5", "steps": "600"},
        "Four hundred digits, every fifth label wrong. Without dropout the network learns them all by heart. With it "
        "the labels are harder to learn by heart than the digits. Then half of the units are taken away: guess who "
        "minds more.",
        lambda e, a: (
            a["accuracy"][0, -1] > a["accuracy"][1, -1] + 0.02
            and 2 * _gap(a)[0] > _gap(a)[1] > _gap(a)[0]
            and a["removed"][0, 5] > a["removed"][1, 5] + 0.15
            and a["alike"][0, -1] < a["alike"][1, -1]
        ),
    ),
    Preset(
        "Too much",
        {"show": "digits", "rate": "0.8", "steps": "600"},
        "Four of five units are off in every step. To be heard at all, units must say the same as others: look at the "
        "matrix. Their correlation, which dropout is said to lower, rises again; the accuracy does not mind yet.",
        lambda e, a: a["accuracy"][0, -1] > a["accuracy"][1, -1] and a["alike"][0, -1] > a["alike"][1, -1] - 0.01,
    ),
)


def _gap(arrays: Arrays) -> np.ndarray:
    gap: np.ndarray = arrays["validation_loss"][:, -1] - arrays["loss"][:, -1]
    return gap


LESSON = Lesson(
    name="dropout",
    title="Dropout and DropConnect",
    part="Regularisation",
    order=3,
    question="Why does a network generalise better when half of it is missing at each step?",
    Experiment=DropoutSettings,
    record=VIEWS.record,
    work=VIEWS.work,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=explanations.formula,
    theory=VIEWS.theory,
    theory_note=f"Network: {dropout_network.NOTE}\n\nUnit: {dropout_unit.NOTE}\n\nDigits: {coadaptation.NOTE}",
    code=code.programs,
    caption=VIEWS.caption,
    poster=dropout_network.poster,
    references=(
        "N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov (2014), Dropout: a simple way to "
        "prevent neural networks from overfitting, JMLR 15",
        "L. Wan, M. Zeiler, S. Zhang, Y. LeCun, R. Fergus (2013), Regularization of neural networks using DropConnect, "
        "ICML",
        "Y. Gal, Z. Ghahramani (2016), Dropout as a Bayesian approximation, ICML, arXiv:1506.02142",
        "S. Wager, S. Wang, P. Liang (2013), Dropout training as adaptive regularization, NeurIPS, arXiv:1307.1493",
    ),
)
