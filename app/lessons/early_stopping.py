"""Early stopping: when to stop, which weights to keep, and what kind of penalty that is."""

from typing import Literal

import numpy as np
from pydantic import Field

from app import figures
from app.controls import Choice, Control, Whole
from app.lesson import Arrays, Formula, Lesson, Preset, Views
from app.regularisation import shrinking, stopping, stopping_code
from app.stage import Scene
from app.training.settings import TrainingSettings
from training_lab import theory

SHOWN = {"network": "a network that learns by heart", "bowl": "a bowl: descent and ridge"}
VIEWS = Views(network=stopping, bowl=shrinking)


class Experiment(TrainingSettings):
    show: Literal["network", "bowl"] = "network"
    monitor: Literal["loss", "accuracy"] = "loss"
    steps: int = Field(default=800, ge=20, le=stopping.MOST_STEPS)  # of training
    patience: int = Field(default=10, ge=1, le=100)
    min_delta: float = Field(default=0.0, ge=0.0, le=0.2)
    noise: float = Field(default=0.2, ge=0.0, le=0.6)
    wrong: float = Field(default=0.15, ge=0.0, le=0.5)
    learning_rate: float = Field(default=0.01, ge=1e-4, le=0.1)
    condition: float = Field(default=10.0, ge=1.0, le=100.0)
    angle: float = Field(default=15.0, ge=-90.0, le=90.0)
    rate: float = Field(default=0.2, ge=0.01, le=1.9)
    u: float = Field(default=2.0, ge=-shrinking.EDGE, le=shrinking.EDGE)
    v: float = Field(default=2.0, ge=-shrinking.EDGE, le=shrinking.EDGE)

    @property
    def places(self) -> int:
        return self.steps if self.show == "network" else shrinking.LAST


def draw(e: Experiment) -> Scene:
    network = e.show == "network"
    return Scene(
        lesson="early_stopping",
        steps=e.places,
        runs=VIEWS[e].runs(),
        panels=stopping.panels(e) if network else shrinking.panels(),
        knobs=VIEWS[e].KNOBS,
        seconds=6,
        arrays={} if network else shrinking.scene_arrays(),
    )


def values(e: Experiment) -> dict[str, float]:
    names = (knob.name for view in VIEWS.modules.values() for knob in view.KNOBS)
    return {name: float(e.value(name)) for name in (*names, "u", "v")}


def controls(e: Experiment) -> tuple[Control, ...]:
    own = (
        Choice(name="monitor", label="Watched", options={"loss": "loss", "accuracy": "accuracy"}, share=2),
        Whole(name="steps", label="Steps", low=20, high=stopping.MOST_STEPS, step=100, resets=("playhead",), share=2),
        Whole(name="seed", label="Seed", low=0, high=9_999, share=2),
    )
    show = Choice(name="show", label="Show", options=SHOWN, resets=("playhead",))
    return (show, *(own if e.show == "network" else ()))


def formula(e: Experiment) -> tuple[Formula, ...]:
    rule = Formula(
        "Early stopping",
        r"t^* = \arg\min_{t} L_{\text{val}}(\theta_t), \qquad \text{stop once } t - t^* \ge \text{patience},"
        r"\qquad \theta \leftarrow \theta_{t^*}",
        rf"\text{{patience}} = {e.patience} \text{{ validations of }} {stopping.every(e)} \text{{ steps}},"
        rf"\qquad \delta = {e.min_delta:.3g}",
        "An improvement counts if it is larger than δ. Without the last step one would keep the weights of the stop, "
        "which have seen all those validations without improvement.",
    )
    low = 1 / e.condition
    reached, left = theory.early_stopping_factor(low, e.rate, 20), theory.ridge_factor(low, 1 / (20 * e.rate))
    ridge = Formula(
        "The penalty that it is, on a quadratic",
        r"w_k = \left(1 - (1 - \eta l)^k\right) w^* \quad\approx\quad \frac{l}{l + \lambda}\, w^*,"
        r"\qquad \lambda \approx \frac{1}{k \eta}",
        rf"l = {low:.3g},\; k = 20: \quad {reached:.4f}\, w^* \quad\text{{and}}\quad {left:.4f}\, w^*,"
        rf"\qquad \lambda \approx {1 / (20 * e.rate):.3g}",
        "Directions of little curvature are learned last, so stopping early leaves them small, as ridge does.",
    )
    return (rule,) if e.show == "network" else (ridge,)


def caption(e: Experiment, arrays: Arrays) -> str:
    if e.show == "bowl":
        return "Both start at zero and end at the optimum. Drag the optimum, and watch how both get there."
    at, (best, stop) = arrays["at"], arrays["stop"]
    ended = f"stops at step {at[stop]:.0f}" if at[stop] < e.steps else "never stops"
    return (
        f"{stopping.EXAMPLES} points to learn from, {e.wrong:.0%} of them with a wrong label. With a patience of "
        f"{e.patience} training {ended} and goes back to step {at[best]:.0f}."
    )


def _test(a: Arrays, place: int) -> float:
    return float(a["losses"][2, place])


PRESETS = (
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
            shrinking.off_the_path(*a["path"].astype(float)) < 0.12 and 0.15 < np.ptp(a["flat"], axis=0).max() < 0.25
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
    Experiment=Experiment,
    record=VIEWS.record,
    work=lambda e: stopping.trials(e) if e.show == "network" else (),
    scene=draw,
    scenery=("show", "steps", "noise"),
    values=values,
    standings=VIEWS.standings,
    controls=controls,
    presets=PRESETS,
    formula=formula,
    theory=VIEWS.theory,
    theory_note=f"Network: {stopping.NOTE}\n\nBowl: {shrinking.NOTE}",
    code=stopping_code.programs,
    caption=caption,
    poster=lambda e: figures.poster(*shrinking.picture(e)),
    references=(
        "L. Prechelt (1998), Early stopping – but when?, Neural Networks: Tricks of the Trade",
        "Y. Yao, L. Rosasco, A. Caponnetto (2007), On early stopping in gradient descent learning, Constructive "
        "Approximation 26",
        "A. Ali, J. Z. Kolter, R. J. Tibshirani (2019), A continuous-time view of early stopping for least squares, "
        "AISTATS, arXiv:1810.10082",
    ),
)
