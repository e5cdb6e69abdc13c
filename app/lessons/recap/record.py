"""What the runs did, and what a trick is worth: paired differences over the seeds, with an interval."""

from itertools import product
from typing import NamedTuple

import numpy as np
from scipy import stats

from app import compute
from app.contract.lesson import Arrays
from app.lessons.recap.settings import RecapSettings
from app.lessons.recap.trials import arms, data, trials
from app.lessons.recap.tricks import PROBLEMS, SEEDS, TRICKS
from app.training.record import frames

LEVEL = 0.95
QUANTILE = float(stats.t.ppf((1 + LEVEL) / 2, SEEDS - 1))  # of Student's t, by which a standard error is multiplied
POINTS = 100.0  # percentage points in one


class Interval(NamedTuple):
    """Of a mean over seeds."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def interval(values: np.ndarray) -> Interval:
    """Student's interval of the mean over the last axis."""
    mean = values.mean(axis=-1)
    half = QUANTILE * values.std(axis=-1, ddof=1) / np.sqrt(values.shape[-1])
    return Interval(mean, mean - half, mean + half)


def kept(validation: np.ndarray) -> np.ndarray:
    """Early stopping: for each frame [frames, seeds] the frame of the best validation loss until then."""
    best = np.minimum.accumulate(np.nan_to_num(validation, nan=np.inf), axis=0)
    new = np.concatenate([np.ones_like(best[:1], bool), best[1:] < best[:-1]])
    return np.maximum.accumulate(np.where(new, np.arange(len(best))[:, None], 0), axis=0)


def curves(e: RecapSettings) -> dict[str, np.ndarray]:
    """[runs, frames, SEEDS] of each arm; with early stopping, those of the weights that are kept."""
    found = compute.trained(*trials(e))
    chance = 1 / compute.dataset(data(e, True)).outputs
    names = {"test": "test_accuracy", "training": "accuracy", "validation": "validation_loss"}
    each = {short: frames(found, name) for short, name in names.items()}
    for short in ("test", "training"):
        # A network that has diverged says the same of everything.
        each[short] = np.nan_to_num(each[short], nan=chance)
    for run, tricks in enumerate(arms(e)):
        if "stop" in tricks:
            places = kept(each["validation"][run])
            for lines in each.values():
                lines[run] = np.take_along_axis(lines[run], places, axis=0)
    return each


def differences(e: RecapSettings, test: np.ndarray) -> np.ndarray:
    """With minus without, seed by seed: [1, frames, SEEDS] of the trick, or [tricks, frames, SEEDS] of all, in points.

    Both networks of a pair begin with the same numbers and see the same batches, unless that is the trick.
    """
    if e.show == "one":
        return np.asarray(POINTS * (test[:1] - test[1:]))
    signs = np.array([1 if name in e.tricks else -1 for name in TRICKS])[:, None, None]
    return np.asarray(POINTS * signs * (test[:1] - test[1:]))


def record(e: RecapSettings) -> dict[str, np.ndarray]:
    """The arms and the effects; blank while a question waits for a guess.

    Returns:
        mean, low, high [runs, frames], the test accuracy over the seeds and its interval; training, validation
        [runs, frames], mean accuracy on the training data and mean validation loss; spans [k, frames, 2, 2] and dots
        [frames, m, 2] of the chart of effects; scores [runs, SEEDS], effects [rows, SEEDS] in points and effect
        [rows, 3], their means and intervals, all at the end; fits [runs], the training accuracy at the end; at
        [frames]; length [runs].
    """
    each = curves(e)
    differing = differences(e, each["test"])
    effect = interval(differing)
    shown = {
        **interval(each["test"])._asdict(),
        "training": each["training"].mean(axis=-1),
        "validation": each["validation"].mean(axis=-1),
        **_chart(e, differing, effect),
    }
    blank = np.nan if e.waits else 0.0
    steps = max((run.steps for run in compute.trained(*trials(e))), key=len)
    return {name: (array + blank).astype(np.float32) for name, array in shown.items()} | {
        "scores": each["test"][:, -1].astype(np.float32),
        "fits": each["training"][:, -1].mean(axis=-1).astype(np.float32),
        "effects": differing[:, -1].astype(np.float32),
        "effect": np.stack([part[:, -1] for part in effect], axis=1).astype(np.float32),
        "at": steps.astype(np.float32),
        "length": np.full(len(each["test"]), e.steps + 1, np.int32),
    }


def _chart(e: RecapSettings, differing: np.ndarray, effect: Interval) -> Arrays:
    """The effects as points of a chart whose rows are tricks, or the seeds of one under their mean."""
    rows, count = np.arange(len(differing)), differing.shape[1]
    span = PROBLEMS[e.problem].span
    low, mean, high = (np.clip(part, -span, span) for part in (effect.low, effect.mean, effect.high))
    upright = np.broadcast_to(rows[:, None], mean.shape)
    ends = np.stack([np.stack([low, upright], -1), np.stack([high, upright], -1)], axis=2)
    dots = np.stack([mean, upright], axis=-1)
    if e.show == "one":
        below = np.broadcast_to(1.0 + np.arange(SEEDS), (count, SEEDS))
        seeds = np.stack([np.clip(differing[0], -span, span), below], axis=-1)
        dots = np.concatenate([dots, seeds.transpose(1, 0, 2)])
    return {"spans": ends, "dots": dots.transpose(1, 0, 2)}


def row_of(e: RecapSettings) -> int:
    """The row of the trick that is tested among the effects."""
    return 0 if e.show == "one" else list(TRICKS).index(e.trick)


def by_signs(effects: np.ndarray) -> float:
    """The exact two-sided p-value of paired differences: if a trick does nothing, each sign is as likely as the other.

    R. A. Fisher, The Design of Experiments, 1935.
    """
    signs = np.array(list(product((-1.0, 1.0), repeat=len(effects))))
    sums = np.abs(signs @ effects.astype(np.float64))
    return float(np.mean(sums >= np.abs(effects.astype(np.float64).sum()) - 1e-9))
