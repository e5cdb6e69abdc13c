"""Recap: the recipe of the lecture, each trick with and without, and twenty questions that a run answers."""

from typing import Any

import numpy as np

from app import figures
from app.contract.lesson import Arrays, Formula, Lesson, Preset
from app.lessons.recap import code, questions, record, scene
from app.lessons.recap.settings import FRAMES, PROBLEMS, SEEDS, TRICKS, RecapSettings
from app.lessons.recap.trials import trials
from app.settings.controls import Choice, Control, Several, Whole
from app.stage import Scene

SHOWN = {"one": "one trick: with and without", "all": "every trick, flipped by itself"}
FREE = ("playhead", "question", "guess")


def draw(e: Any) -> Scene:
    return Scene(
        lesson="recap",
        steps=e.steps,
        runs=scene.runs(e),
        panels=scene.panels(e),
        knobs=scene.KNOBS,
        seconds=5,
        arrays=scene.scene_arrays(e),
    )


def values(e: Any) -> dict[str, float]:
    return {knob.name: float(e.value(knob.name)) for knob in scene.KNOBS}


def controls(e: Any) -> tuple[Control, ...]:
    question = questions.asked(e)
    guess = () if question is None else (
        Choice(name="guess", label="Your guess", options=questions.guesses(question), resets=("playhead",)),
    )  # fmt: skip
    labels = {name: trick.label for name, trick in TRICKS.items()}
    return (
        *guess,
        Choice(
            name="problem", label="Problem", options={n: p.title for n, p in PROBLEMS.items()}, resets=FREE, share=3
        ),
        Choice(name="show", label="Measure", options=SHOWN, resets=FREE, share=3),
        Several(name="tricks", label="The recipe: what is on", options=labels, resets=FREE),
        Choice(name="trick", label="Trick under test", options=labels, resets=FREE, share=2),
        Whole(name="steps", label="Steps", low=FRAMES, high=1_000, step=100, resets=FREE, share=2),
        Whole(name="seed", label="Seeds", low=0, high=999, resets=FREE, share=2),
    )


def formula(e: Any) -> tuple[Formula, ...]:
    factor = record.QUANTILE / np.sqrt(SEEDS)
    return (
        Formula(
            "What a trick is worth",
            r"d_s = a_s^{\text{with}} - a_s^{\text{without}}, \qquad"
            r" \bar d \;\pm\; t_{0.975,\, S-1}\, \frac{s_d}{\sqrt S}",
            rf"S = {SEEDS}: \qquad \bar d \;\pm\; {factor:.3f}\, s_d",
            "Each seed trains both networks from the same first weights on the same batches, so what the seeds have "
            "in common drops out of the difference. To halve the interval takes four times as many seeds.",
        ),
        Formula(
            "What the recipe minimises",
            r"\frac{1}{|B|} \sum_{i \in B} L\big(f_\theta(\tilde x_i, m), y_i\big) + \frac{\lambda}{2} \|W\|^2",
            rf"\lambda = {e.strength:.3g}, \quad p = {e.dropout:.3g}, \quad \eta = {e.learning_rate:.3g}, \quad"
            rf" \|g\| \le {e.max_norm:.3g}",
            "Augmentation moves x, dropout draws the mask m, the schedule lowers η, clipping shortens g, and early "
            "stopping chooses which θ to keep. A trick that is off is a number that does nothing.",
        ),
    )


def _range(a: Arrays) -> float:
    return float(a["effect"][0, 2] - a["effect"][0, 1])


PRESETS = (
    Preset(
        "One trick",
        {},
        "A hundred digits moved by up to one pixel: eight seeds with it and eight without, on the same weights and "
        "batches. Single seeds say both yes and no; look at the interval before you believe one of them.",
        lambda e, a: bool(np.ptp(np.sign(a["effects"])) > 0 and _range(a) > 1),
    ),
    *(questions.preset(number, question) for number, question in enumerate(questions.QUESTIONS, start=1)),
)

LESSON = Lesson(
    name="recap",
    title="The recipe",
    part="Recap",
    order=1,
    question="Which tricks of the recipe does this problem need, and how sure can one be?",
    Experiment=RecapSettings,
    record=record.record,
    work=trials,
    scene=draw,
    scenery=("problem", "show", "tricks", "trick", "steps"),
    free=("guess",),
    values=values,
    standings=scene.standings,
    controls=controls,
    presets=PRESETS,
    formula=formula,
    theory=scene.comparisons,
    theory_note=scene.NOTE,
    code=code.programs,
    caption=scene.caption,
    poster=lambda e: figures.poster(*scene.picture(e)),
    references=(
        "X. Bouthillier et al. (2021), Accounting for variance in machine learning benchmarks, MLSys, arXiv:2103.03098",
        "R. A. Fisher (1935), The Design of Experiments",
        "P. Henderson et al. (2018), Deep reinforcement learning that matters, AAAI, arXiv:1709.06560",
        "A. Karpathy (2019), A recipe for training neural networks, karpathy.github.io",
    ),
)
