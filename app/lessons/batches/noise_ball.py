"""The noise ball: what is predicted of the last part of a run, and what was measured there."""

from typing import NamedTuple

import numpy as np

import optimizers
from app.compute import minibatch_regression
from app.compute.minibatch_regression import SAMPLES
from app.lessons.batches.settings import RUNS, Kind, RegressionSettings

KEPT = 150  # points of a run that are drawn
SMALLEST = 1e-12  # variance: below it float32 knows nothing of a ball


def factor(e: RegressionSettings, run: Kind) -> float:
    """Variance of the gradient of a run's step, in units of that of one sample."""
    if run.name == "whole":
        return 0.0
    return float(optimizers.mini_batches.sampling_factor(e.size(run), SAMPLES, replacement=e.sampling == "with"))


def independent(e: RegressionSettings, run: Kind) -> bool:
    """Whether each step of a run draws anew, as the closed forms have it; within an epoch it does not."""
    return e.sampling != "epochs" or run.name == "whole"


def expected(e: RegressionSettings, rates: np.ndarray) -> np.ndarray:
    """Expected loss above the minimum [runs, steps + 1], for learning rates [runs, steps]; NaN where none is known.

    Of a linear regression it is known at every step; of a logistic one only the level that a constant rate leads to.
    """
    if e.task == "linear":
        line = minibatch_regression.expected_excess(e.task, e.scatter, (e.x, e.y), rates, factors(e))
    else:
        line = np.tile(predicted(e, np.zeros(len(RUNS))).excess[:, None], rates.shape[1] + 1)
        line[[run.decays or run.name == "whole" for run in RUNS]] = np.nan
    known = [independent(e, run) for run in RUNS]
    return np.where(np.array(known)[:, None] & (line < 1e30), line, np.nan).astype(np.float32)


def factors(e: RegressionSettings) -> np.ndarray:
    return np.array([factor(e, run) for run in RUNS])


def predicted(e: RegressionSettings, steps: np.ndarray) -> minibatch_regression.NoiseBalls:
    """The noise balls of independent draws at the learning rates that the runs have after ``steps`` [runs]."""
    rates = e.rate / np.sqrt(1 + steps / np.array(e.timescales()))
    return minibatch_regression.noise_balls(e.task, e.scatter, rates, factors(e))


class Measured(NamedTuple):
    """What the last half of a run says."""

    steps: int  # in that half
    deviation: np.ndarray  # [2], root of the mean squared offset from the minimum
    excess: float  # mean loss above the minimum


def measured(e: RegressionSettings, position: np.ndarray, loss: np.ndarray, last: int) -> Measured:
    """The last half of a run of ``last`` steps, position [steps + 1, 2] and loss above the minimum [steps + 1]."""
    tail = slice(last // 2, last + 1)
    offsets = position[tail] - e.data.minimum
    return Measured(last + 1 - last // 2, np.sqrt(np.mean(offsets**2, axis=0)), float(np.mean(loss[tail])))


def arrays(e: RegressionSettings, descents: minibatch_regression.Descents, last: np.ndarray) -> dict[str, np.ndarray]:
    """The last half of each run that made ``last`` [runs] steps, and the ball that was predicted for it.

    Returns:
        tail [runs * KEPT, 2] positions, tail_run [runs * KEPT] whose they are; balls [runs, 5], centre and covariance;
        limits [runs], the largest stable learning rates; deviations [runs, 2, 2], predicted and measured; levels
        [runs, 2] of the loss, likewise.
    """
    tail = np.full((len(RUNS), KEPT, 2), np.nan, np.float32)
    deviations, levels = np.zeros((len(RUNS), 2, 2), np.float32), np.zeros((len(RUNS), 2), np.float32)
    there = predicted(e, last)
    c11, c12, c22 = there.covariance[:, 0, 0], there.covariance[:, 0, 1], there.covariance[:, 1, 1]
    for place, end in enumerate(last.tolist()):
        seen = measured(e, descents.position[place], descents.loss[place] - e.data.least, end)
        tail[place] = descents.position[place, np.linspace(end // 2, end, KEPT).astype(int)]
        deviations[place] = np.sqrt(np.maximum([c11[place], c22[place]], 0)), seen.deviation
        levels[place] = there.excess[place], seen.excess
    balls = np.column_stack([np.tile(e.data.minimum, (len(RUNS), 1)), c11, c12, c22])
    return {
        "tail": tail.reshape(-1, 2),
        "tail_run": np.repeat(np.arange(len(RUNS), dtype=np.int32), KEPT),
        "balls": np.where((np.minimum(c11, c22) > SMALLEST)[:, None], balls, np.nan).astype(np.float32),
        "limits": there.limit,
        "deviations": deviations,
        "levels": levels,
    }
