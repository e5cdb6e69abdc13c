"""Early stopping: when to stop, which weights to keep, and what kind of penalty that is."""

import numpy as np

from app.contract.lesson import Arrays, Lesson, Preset, Views
from app.lessons.early_stopping import code, early_stopping_vs_ridge, overfitting_network
from app.lessons.early_stopping.settings import StoppingSettings
from app.stage import Scene

VIEWS: Views[StoppingSettings] = Views(network=overfitting_network, bowl=early_stopping_vs_ridge)


def draw(e: StoppingSettings) -> Scene:
    return Scene(
        lesson="early_stopping",
        steps=e.last_step,
        runs=VIEWS.runs(e),
        panels=VIEWS.panels(e),
        sliders=e.sliders(),
        seconds=6,
        arrays=VIEWS.scene_arrays(e),
    )


def _test(a: Arrays, place: int) -> float:
    return float(a["losses"][2, place])


PRESETS: tuple[Preset[StoppingSettings], ...] = (
    Preset(
        "By heart",
        {},
        "Eighty points, some with a wrong label. Before you play, guess where to stop: the training loss falls to the "
        "end. Watch the boundary grow islands around single points once the validation loss has turned.",
        lambda e, a: bool(
            a["losses"][0, -1] < 0.5 * a["losses"][0, a["stop"][0]] and _test(a, -1) > 2 * _test(a, a["stop"][0])
        ),
    ),
    Preset(
        "No patience",
        {"patience": "1"},
        "Patience 1 believes the first validation that is no better, and stops at the first bump. Drag the patience "
        "up: how much does it take until the rule looks past the bumps?",
        lambda e, a: bool(a["stop"][1] < 10 and _test(a, a["stop"][0]) > 1.3 * a["losses"][2].min()),
    ),
    Preset(
        "Patience costs only steps",
        {"patience": "40"},
        "Four times the patience of the first preset. Predict what changes: the stop comes later, but the weights that "
        "come back are the very same.",
        lambda e, a: bool(a["at"][a["stop"][0]] == 224 and a["at"][a["stop"][1]] == 544),
    ),
    Preset(
        "Nothing to stop for",
        {"noise": "0.1", "wrong": "0"},
        "Clean points and right labels: there is nothing wrong to learn by heart. What will the rule do? The two "
        "losses fall together, and early stopping has next to nothing to give.",
        lambda e, a: bool(abs(_test(a, -1) - _test(a, a["stop"][0])) < 0.05),
    ),
    Preset(
        "The path of ridge",
        {"show": "bowl"},
        "No network, only a bowl. The dotted link joins descent after k steps with ridge at λ = 1/(kη): both take the "
        "steep direction first. Descent is ahead by a fifth of the way at most.",
        lambda e, a: bool(
            early_stopping_vs_ridge.off_the_path(*a["path"].astype(float)) < 0.12
            and 0.15 < np.ptp(a["flat"], axis=0).max() < 0.25
        ),
    ),
    Preset(
        "A round bowl",
        {"show": "bowl", "condition": "1"},
        "With equal curvature everywhere both paths are the straight line to the optimum. Which one is ahead? Turn the "
        "condition number up and watch both bend the same way.",
        lambda e, a: bool(np.allclose(a["steep"], a["flat"], atol=1e-4)),
    ),
    Preset(
        "Steps too long to be a penalty",
        {"show": "bowl", "rate": "1.8"},
        "η = 1.8, nearly the largest rate that is stable. Along the steep direction descent leaps to and fro across "
        "the optimum: it reaches more than all of it, and no ridge penalty does that.",
        lambda e, a: bool(a["steep"][0].max() > 1.5 and a["steep"][1].max() <= 1),
    ),
)

LESSON = Lesson(
    name="early_stopping",
    title="Early stopping",
    part="Regularisation",
    order=7,
    question="The training loss still falls: how does one know when to stop, and what does stopping do to the weights?",
    Experiment=StoppingSettings,
    record=VIEWS.record,
    work=VIEWS.work,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=VIEWS.formula,
    theory=VIEWS.theory,
    theory_note=f"Network: {overfitting_network.NOTE}\n\nBowl: {early_stopping_vs_ridge.NOTE}",
    code=code.programs,
    caption=VIEWS.caption,
    poster=early_stopping_vs_ridge.poster,
    references=(
        "L. Prechelt (1998), Early stopping – but when?, Neural Networks: Tricks of the Trade",
        "Y. Yao, L. Rosasco, A. Caponnetto (2007), On early stopping in gradient descent learning, Constructive "
        "Approximation 26",
        "A. Ali, J. Z. Kolter, R. J. Tibshirani (2019), A continuous-time view of early stopping for least squares, "
        "AISTATS, arXiv:1810.10082",
    ),
)
