"""Ensembles: what several networks know together that none of them knows."""

import numpy as np

from app.contract.lesson import Arrays, Formula, Lesson, Preset
from app.lessons.ensembles import code, member_pool, scene
from app.lessons.ensembles.settings import POOL, EnsembleSettings
from app.stage import Scene


def draw(e: EnsembleSettings) -> Scene:
    return Scene(
        lesson="ensembles",
        steps=e.last_step,
        runs=scene.runs(),
        panels=scene.panels(e),
        sliders=e.sliders(),
        seconds=6,
        arrays=scene.scene_arrays(),
    )


def formula(e: EnsembleSettings) -> tuple[Formula, ...]:
    ambiguity = Formula(
        "The error of a mean",
        r"(\bar p - t)^2 = \frac1K \sum_k (p_k - t)^2 - \frac1K \sum_k (p_k - \bar p)^2,"
        r"\qquad \bar p = \frac1K \sum_k p_k",
        "",
        "Exactly, for every example: the error of the ensemble is the mean error of its members minus their diversity. "
        "Members that agree are worth one.",
    )
    k, n = e.members, POOL
    size = Formula(
        "How many members it takes",
        r"E_k = E_N + D_N\, \frac{N - k}{k\, (N - 1)}",
        rf"E_{{{k}}} = E_{{{n}}} + {(n - k) / (k * (n - 1)):.3g}\, D_{{{n}}}",
        "On average over all choices of k out of N. Two already have more than half of what ten can gain.",
    )
    return (ambiguity, size)


def caption(e: EnsembleSettings, arrays: Arrays) -> str:
    ensemble, members, _ = arrays["errors"][:, -1]
    gain = 1 - ensemble / members
    who = {"seeds": "from as many seeds", "bagging": "each on a sample of its own", "snapshots": "out of one run"}
    return (
        f"{member_pool.EXAMPLES} points to learn from. {e.members} of ten networks, {who[e.way]}, make an error that "
        f"is {gain:.0%} below that of their mean member."
    )


def _gain(a: Arrays) -> float:
    return float(1 - a["errors"][0, -1] / a["errors"][1, -1])


PRESETS: tuple[Preset[EnsembleSettings], ...] = (
    Preset(
        "Ten beginnings",
        {},
        "The same sixty points, ten seeds. Watch the members draw ten different borders through the noise, and the "
        "mean a smooth one. Before you play, guess who makes fewer mistakes.",
        lambda e, a: bool(_gain(a) > 0.1 and a["mistakes"][0, -1] < a["mistakes"][1, -1]),
    ),
    Preset(
        "Two are half of it",
        {"members": "2"},
        "Ten members gain all of their diversity. How much of that do two gain? Guess, then read the dotted line: on "
        "average 56 %. Drag the number of members.",
        lambda e, a: bool(
            np.isclose(a["by_chance"][0, -1, 0] - a["by_chance"][0, -1, 1], 5 / 9 * np.ptp(a["by_chance"][0, -1]))
        ),
    ),
    Preset(
        "Bagging",
        {"way": "bagging"},
        "Each member has a sample of its own, drawn with replacement: a third of the points it never sees. It is worse "
        "for that, and disagrees more. Which of the two wins?",
        lambda e, a: bool(a["errors"][2, -1] > 0.03),
    ),
    Preset(
        "Snapshots",
        {"way": "snapshots", "steps": "1200"},
        "One run, ten times down a cosine, ten snapshots at its low points: an ensemble for the price of one. Its "
        "members begin where the last one stood, and disagree less.",
        lambda e, a: bool(0 < a["errors"][2, -1] < 0.03),
    ),
    Preset(
        "All of one mind",
        {"noise": "0.1", "wrong": "0"},
        "Clean points, right labels: the members agree wherever there are data, and ten are worth hardly more than "
        "one. Where do they still disagree? Look at the corners of the plane.",
        lambda e, a: bool(a["errors"][2, -1] < 0.003 and a["disagreement"][-1].max() > 100),
    ),
    Preset(
        "Spirals",
        {"data": "spirals", "noise": "0.1", "wrong": "0.1"},
        "Two arms and few points. Each member loses an arm somewhere else; the mean keeps most of both.",
        lambda e, a: bool(_gain(a) > 0.1 and a["mistakes"][0, -1] < a["mistakes"][1, -1]),
    ),
)

LESSON = Lesson(
    name="ensembles",
    title="Ensembles",
    part="Regularisation",
    order=8,
    question="Why do ten networks that are no better than one another answer better together?",
    Experiment=EnsembleSettings,
    record=member_pool.record,
    work=member_pool.trials,
    scene=draw,
    standings=scene.standings,
    presets=PRESETS,
    formula=formula,
    theory=scene.comparisons,
    theory_note=scene.NOTE,
    code=code.programs,
    caption=caption,
    poster=scene.poster,
    references=(
        "A. Krogh, J. Vedelsby (1995), Neural network ensembles, cross validation, and active learning, NeurIPS",
        "L. Breiman (1996), Bagging predictors, Machine Learning 24",
        "B. Lakshminarayanan, A. Pritzel, C. Blundell (2017), Simple and scalable predictive uncertainty estimation "
        "using deep ensembles, NeurIPS, arXiv:1612.01474",
        "G. Huang et al. (2017), Snapshot ensembles: train 1, get M for free, ICLR, arXiv:1704.00109",
    ),
)
