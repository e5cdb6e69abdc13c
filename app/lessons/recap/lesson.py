"""Recap: the recipe of the lecture, each trick with and without, and twenty questions that a run answers."""

import numpy as np

from app.contract.lesson import Arrays, Formula, Lesson, Preset
from app.lessons.recap import code, questions, record, scene
from app.lessons.recap.settings import RecapSettings
from app.lessons.recap.trials import trials
from app.lessons.recap.tricks import SEEDS
from app.stage import Scene


def draw(e: RecapSettings) -> Scene:
    return Scene(
        lesson="recap",
        steps=e.steps,
        runs=scene.runs(e),
        panels=scene.panels(e),
        sliders=e.sliders(),
        seconds=5,
        arrays=scene.scene_arrays(e),
    )


def formula(e: RecapSettings) -> tuple[Formula, ...]:
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


def _preset(number: int, question: questions.Question) -> Preset[RecapSettings]:
    """The question as a setting to load, the first one having the number 1."""
    answers = zip(questions.LETTERS, question.answers, strict=False)
    choices = " · ".join(f"({letter}) {answer}" for letter, answer in answers)
    return Preset(question.title, question.query(number), f"{question.ask} {choices}", lambda e, a: question.claim(a))


PRESETS: tuple[Preset[RecapSettings], ...] = (
    Preset(
        "One trick",
        {},
        "A hundred digits moved by up to one pixel: eight seeds with it and eight without, on the same weights and "
        "batches. Single seeds say both yes and no; look at the interval before you believe one of them.",
        lambda e, a: bool(np.ptp(np.sign(a["effects"])) > 0 and _range(a) > 1),
    ),
    *(_preset(number, question) for number, question in enumerate(questions.QUESTIONS, start=1)),
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
    free=("guess",),
    standings=scene.standings,
    presets=PRESETS,
    formula=formula,
    theory=scene.comparisons,
    theory_note=scene.NOTE,
    code=code.programs,
    caption=scene.caption,
    poster=scene.poster,
    references=(
        "X. Bouthillier et al. (2021), Accounting for variance in machine learning benchmarks, MLSys, arXiv:2103.03098",
        "R. A. Fisher (1935), The Design of Experiments",
        "P. Henderson et al. (2018), Deep reinforcement learning that matters, AAAI, arXiv:1709.06560",
        "A. Karpathy (2019), A recipe for training neural networks, karpathy.github.io",
    ),
)
