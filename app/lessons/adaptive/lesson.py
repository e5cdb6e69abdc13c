"""Adaptive methods: a learning rate for each dimension, what it cures, what it costs, and where Adam goes wrong."""

import numpy as np

from app.contract.lesson import Arrays, Lesson, Preset, Views
from app.lessons.adaptive import adam_counterexample, rotation_invariance, step_length, surface_runs
from app.lessons.adaptive.settings import AdaptiveSettings
from app.stage import Scene
from app.trajectories import scene
from app.trajectories.standings import by_name

VIEWS: Views[AdaptiveSettings] = Views(surface=surface_runs, rounds=adam_counterexample)


def draw(e: AdaptiveSettings) -> Scene:
    return Scene(
        lesson="adaptive",
        steps=e.steps,
        runs=VIEWS.runs(e),
        panels=VIEWS.panels(e),
        sliders=e.sliders(),
        focus=e.focused,
        selectable="focus",
        unit=VIEWS[e].UNIT,
        arrays=VIEWS[e].scene_arrays(),
    )


def _final_ratio(arrays: Arrays, run: int) -> float:
    """Rate along the ravine over the rate across it, at the end."""
    return float(arrays["effective_rate"][run, -1, 0] / arrays["effective_rate"][run, -1, 1])


def _idle(e: AdaptiveSettings, arrays: Arrays) -> tuple[bool, bool]:
    """Whether AdamW's share of y is left, and whether Adam with L2 notices how large the penalty is."""
    left = arrays["position"][0, -1, 1] / e.start[1]
    heavier = surface_runs.record(e.changed({"adam_l2.weight_decay": "1"}))["position"][1, :12, 1]
    notices = not np.allclose(heavier, arrays["position"][1, :12, 1], atol=1e-3)
    return abs(left - step_length.idle(e, "adamw")) < 1e-3, notices


SLOPE = {"surface": "=-2*x - 0.5*y", "steps": "60", "x": "-4", "y": "-4"}
PRESETS: tuple[Preset[AdaptiveSettings], ...] = (
    Preset(
        "A rate for each dimension",
        {},
        "Gradient descent has one rate, and the steep direction forbids a larger one. The others divide by the "
        "gradients they met: look at the bars, and at the ellipse growing as slim as the ravine.",
        lambda e, a: _final_ratio(a, 0) == 1 and min(_final_ratio(a, run) for run in (1, 2, 3)) > 3,
    ),
    Preset(
        "Turned by 45°",
        {"bowl.rotation": "45"},
        "The same ravine, turned. Gradient descent does not notice. An ellipse that can be slim along x or y alone no "
        "longer fits, and the advantage is gone: drag the line in the panel of angles.",
        lambda e, a: (
            abs(rotation_invariance.turning_costs(a, 0) - 1) < 0.01
            and min(rotation_invariance.turning_costs(a, run) for run in (2, 3)) > 1e3
        ),
    ),
    Preset(
        "Steps that shrink",
        {**SLOPE, "optimizers": "adagrad,rmsprop,adadelta,adam", "rmsprop.learning_rate": "0.03"},
        "A straight slope: the gradient never changes. Predict the length of AdaGrad's 49th step from the first: η/√t "
        "says a seventh. RMSprop and Adadelta forget old gradients, and their steps do not die.",
        lambda e, a: step_length.as_predicted(a, slice(0, 2)) and a["step_length"][2, -1] > a["step_length"][2, 0],
    ),
    Preset(
        "Bias corrected or not",
        {
            **SLOPE,
            "optimizers": "adam,uncorrected_adam",
            "adam.learning_rate": "0.025",
            "uncorrected_adam.learning_rate": "0.025",
        },
        "Both running means start at zero. Corrected, every step is one learning rate in each dimension; uncorrected "
        "the first is 3.2 of them and the twelfth 6.6. Drag β₂ down and see it heal.",
        lambda e, a: (
            step_length.as_predicted(a)
            and abs(a["step_length"][1, 0] / a["step_length"][0, 0] - 3.16) < 0.01
            and abs(a["step_length"][1].max() / a["step_length"][0, 0] - 6.6) < 0.05
        ),
    ),
    Preset(
        "Misled by a rare gradient",
        {"problem": "rounds", "optimizers": "adam,amsgrad", "steps": "200"},
        "One slope in 101 is large and points to −1, all others are small and point to +1; on average −1 is best. "
        "Predict who ends where. Then look at Adam's rate within one cycle.",
        lambda e, a: a["within"][0, -1].mean() > 0.98 and a["within"][1, -1].mean() < -0.94,
    ),
    Preset(
        "Decay, decoupled or not",
        {"surface": "=0.5*x^2", "optimizers": "adamw,adam_l2"},
        "No data speaks about y. AdamW shrinks it by 1 − ηλ a step. In Adam with L2 the penalty goes through the "
        "division, and y moves one learning rate a step, however large λ is: drag it.",
        lambda e, a: _idle(e, a) == (True, False),
    ),
    Preset(
        "Memory on the plateau",
        {"surface": "plateau", "optimizers": "gradient_descent,rmsprop,adam", "steps": "300", "plateau.width": "5"},
        "Divided by its own size a tiny gradient makes a step like any other, once the steep way down is forgotten. "
        "RMSprop's α = 0.99 forgets soon; predict what Adam does when you drag β₂ from 0.999 to 0.97.",
        lambda e, a: (
            [r.outcome for r in by_name(e, a).values()] == ["walking", "converged", "walking"]
            and by_name(e, surface_runs.record(e.changed({"adam.b2": "0.97"})))["adam"].outcome == "converged"
        ),
    ),
)

LESSON = Lesson(
    name="adaptive",
    title="Adaptive methods",
    part="Optimizers",
    order=3,
    question="What if every weight had a learning rate of its own?",
    Experiment=AdaptiveSettings,
    record=VIEWS.record,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=VIEWS.formula,
    theory=VIEWS.theory,
    theory_note=surface_runs.NOTE,
    code=lambda e: VIEWS[e].programs(e),
    poster=scene.poster,
    caption=VIEWS.caption,
    references=(
        "J. Duchi, E. Hazan, Y. Singer (2011), Adaptive subgradient methods, Journal of Machine Learning Research 12",
        "D. P. Kingma, J. Ba (2015), Adam: a method for stochastic optimization, ICLR, arXiv:1412.6980",
        "S. Reddi, S. Kale, S. Kumar (2018), On the convergence of Adam and beyond, ICLR, arXiv:1904.09237",
        "I. Loshchilov, F. Hutter (2019), Decoupled weight decay regularization, ICLR, arXiv:1711.05101",
    ),
)
