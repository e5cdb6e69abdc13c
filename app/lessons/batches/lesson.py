"""Batch, stochastic, mini-batch: one optimizer, given the gradient of all samples, of one, or of some."""

import numpy as np

from app.compute.minibatch_regression import SAMPLES
from app.contract.lesson import Arrays, Lesson, Preset
from app.lessons.batches import code, scene, theory
from app.lessons.batches.record import record
from app.lessons.batches.settings import NAMES, RegressionSettings


def _final(arrays: Arrays, run: str) -> float:
    return float(arrays["excess"][NAMES.index(run), -1])


def _ball(arrays: Arrays, run: str) -> tuple[float, float]:
    """Mean loss in the noise ball: predicted, measured."""
    predicted, measured = arrays["levels"][NAMES.index(run)].tolist()
    return predicted, measured


def _as_predicted(arrays: Arrays, run: str, tolerance: float = 0.35) -> bool:
    predicted, measured = _ball(arrays, run)
    return abs(measured - predicted) <= tolerance * predicted


def _away(e: RegressionSettings, arrays: Arrays) -> list[bool]:
    return [bool(length <= e.steps) for length in arrays["length"]]


PRESETS: tuple[Preset[RegressionSettings], ...] = (
    Preset(
        "Three gradients, one step each",
        {},
        "All runs make 300 steps. The whole set walks straight down, one sample staggers, the mini-batch of eight is "
        "in between, and each of them paid a different price: look at the loss per gradient evaluation.",
        lambda e, a: _final(a, "whole") < 1e-5 < _final(a, "mini") < _final(a, "single"),
    ),
    Preset(
        "Equal work",
        {"clock": "evaluations", "steps": "256"},
        "The clock counts gradients of single samples. Guess first: after four epochs the whole set has made four "
        "steps, one sample 256. Who is lower after the first epoch?",
        lambda e, a: bool(max(a["excess"][1, 64], a["excess"][2, 64]) < a["excess"][0, 64] / 2),
    ),
    Preset(
        "The noise ball",
        {"steps": "2000", "batch": "4"},
        "With a constant rate nobody but the whole set comes to rest. The ellipses are predicted from the gradients of "
        "the samples alone, and seven of eight points should lie inside. Drag the batch size and watch them shrink.",
        lambda e, a: _as_predicted(a, "single") and _as_predicted(a, "mini"),
    ),
    Preset(
        "Decay brings it home",
        {"steps": "2000", "batch": "2", "timescale": "10"},
        "Both mini-batch runs see the same samples, but one of them lets its rate decay: it crosses the valley as fast "
        "and ends far lower. Decay it too early (drag τ to 1) and it never gets there.",
        lambda e, a: _ball(a, "decayed")[1] < 0.3 * _ball(a, "mini")[1],
    ),
    Preset(
        "Nothing to disagree about",
        {"noise": "0"},
        "All points lie on one line, so at the minimum every sample's gradient is zero: the orange cloud shrinks to a "
        "point, there is no noise ball, and one sample at a time converges with a constant rate.",
        lambda e, a: max(_final(a, run) for run in NAMES[:3]) < 1e-4,
    ),
    Preset(
        "Stable for the set, not for a sample",
        {"learning_rate": "0.7", "batch": "32", "seed": "2"},
        "Below 0.75 the whole set converges. A single sample with a large input curves more than the mean does, so one "
        "sample at a time flies off, although nothing but the batch size is different.",
        lambda e, a: _away(e, a)[:2] == [False, True],
    ),
    Preset(
        "Once an epoch",
        {"sampling": "epochs", "steps": "2000", "learning_rate": "0.05"},
        "As data loaders do it: shuffle, then take every sample once. What one batch got wrong the others of the epoch "
        "make up for, so the walk stays closer than independent draws could: compare measured and predicted.",
        lambda e, a: _ball(a, "mini")[1] < 0.6 * _ball(a, "mini")[0],
    ),
    Preset(
        "Logistic regression",
        {"task": "logistic", "steps": "1000"},
        "Another loss and another data set, and the same picture: a sample near the border pulls, one that is far on "
        "its right side has almost nothing to say. Here the ellipses hold near the minimum only.",
        lambda e, a: _as_predicted(a, "mini") and bool(np.isfinite(a["position"]).all()),
    ),
)

LESSON = Lesson(
    name="batches",
    title="Batch, stochastic, mini-batch",
    part="Optimizers",
    order=1,
    question=f"Whose gradient is worth a step: that of all {SAMPLES} samples, of one, or of a few?",
    Experiment=RegressionSettings,
    record=record,
    scene=scene.scene,
    standings=theory.standings,
    presets=PRESETS,
    formula=theory.formula,
    theory=theory.comparisons,
    theory_note=theory.NOTE,
    code=code.programs,
    poster=scene.poster,
    caption=theory.words,
    references=(
        "H. Robbins, S. Monro (1951), A stochastic approximation method, Annals of Mathematical Statistics 22",
        "L. Bottou, F. Curtis, J. Nocedal (2018), Optimization methods for large-scale machine learning, SIAM Review",
        "S. Mandt, M. Hoffman, D. Blei (2017), Stochastic gradient descent as approximate Bayesian inference, JMLR 18",
        "M. Gürbüzbalaban, A. Ozdaglar, P. Parrilo (2021), Why random reshuffling beats stochastic gradient descent, "
        "Mathematical Programming 186",
    ),
)
