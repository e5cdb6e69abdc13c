"""The regression computed: four trajectories over the weights, and the gradients of all samples along one of them."""

from typing import NamedTuple

import numpy as np

from app.compute import minibatch_regression
from app.compute.minibatch_regression import EVEN, SAMPLES
from app.lessons.batches import noise_ball
from app.lessons.batches.settings import NAMES, RUNS, Kind, RegressionSettings

FRAMES = 101  # of the cloud: more would be felt while something is dragged


class Timeline(NamedTuple):
    """The runs step by step, and where on them each place of the timeline stands."""

    descents: minibatch_regression.Descents
    evaluations: np.ndarray  # [runs, steps + 1] gradients of single samples that were computed
    at: np.ndarray  # [runs, places] steps that a run has made

    def shown(self, array: np.ndarray) -> np.ndarray:
        """What belongs to the steps of each run, at the places of the timeline."""
        found: np.ndarray = array[np.arange(len(RUNS))[:, None], np.minimum(self.at, array.shape[1] - 1)]
        return found


def timeline(e: RegressionSettings) -> Timeline:
    """The four runs; with the clock of evaluations a run moves when it has paid for its step."""
    length = minibatch_regression.length(e.steps)
    weights = np.stack([_weights(e, run, length) for run in RUNS])
    descents = minibatch_regression.descents(e.task, e.scatter, (e.x, e.y), e.rate, np.array(e.timescales()), weights)
    sizes = np.stack([_sizes(e, run, length) for run in RUNS])
    evaluations = np.concatenate([np.zeros((len(RUNS), 1), int), np.cumsum(sizes, axis=1)], axis=1)
    places = np.arange(e.steps + 1)
    if e.clock == "steps":
        at = np.tile(places, (len(RUNS), 1))
    else:
        at = np.stack([np.searchsorted(paid, places, side="right") - 1 for paid in evaluations])
    return Timeline(descents, evaluations, at)


def _weights(e: RegressionSettings, run: Kind, length: int) -> np.ndarray:
    if run.name == "whole":
        return np.broadcast_to(EVEN, (length, SAMPLES))
    return minibatch_regression.batches(e.sampling, e.size(run), e.seed, length)


def _sizes(e: RegressionSettings, run: Kind, length: int) -> np.ndarray:
    """Samples in each step: as many as the batch has, fewer where an epoch ends."""
    size = e.size(run)
    if e.sampling != "epochs" or SAMPLES % size == 0:
        return np.full(length, size)
    per_epoch = SAMPLES // size + 1
    return np.where(np.arange(length) % per_epoch == per_epoch - 1, SAMPLES % size, size)


def record(e: RegressionSettings) -> dict[str, np.ndarray]:
    """The whole picture.

    Returns:
        position [runs, steps + 1, 2]; excess (loss above the minimum) and expected (its expectation), step_count,
        epochs, evaluations, each [runs, steps + 1]; length [runs]; what ``_cloud``, ``_data`` and ``ball.arrays`` say.
    """
    there = timeline(e)
    position, loss = there.shown(there.descents.position), there.shown(there.descents.loss)
    length = _lengths(position)
    paid = there.shown(there.evaluations)
    return {
        "position": position,
        "excess": np.maximum(loss - e.data.least, 0),
        "expected": there.shown(noise_ball.expected(e, there.descents.learning_rate)),
        "step_count": np.maximum(there.at, 0).astype(np.float32),
        "epochs": (paid / SAMPLES).astype(np.float32),
        "evaluations": np.maximum(paid, 1).astype(np.float32),
        "length": length,
        **_cloud(e, there),
        "fits": _fits(e, position),
        **noise_ball.arrays(e, there.descents, there.at[np.arange(len(RUNS)), np.maximum(length - 1, 0)]),
    }


def _lengths(position: np.ndarray) -> np.ndarray:
    """Places [runs] int32 before the one at which a run counts as diverged."""
    far = np.isnan(position).any(axis=-1)
    lengths: np.ndarray = np.where(far.any(axis=1), far.argmax(axis=1), position.shape[1]).astype(np.int32)
    return lengths


def _cloud(e: RegressionSettings, there: Timeline) -> dict[str, np.ndarray]:
    """The gradients of the samples at the run in focus.

    Returns:
        cloud [FRAMES, samples, 2]; mean_gradient and batch_gradient [1, steps + 1, 4], arrows from the origin;
        gradient_spread [1, steps + 1, 5], mean and covariance of the gradient of such a batch.
    """
    run = NAMES.index(e.focus)
    gradients = minibatch_regression.sample_gradients(e.task, e.scatter, there.descents.position[run])[there.at[run]]
    mean = gradients.mean(axis=1)
    centred = gradients - mean[:, None]
    covariance = noise_ball.factor(e, RUNS[run]) * centred.swapaxes(1, 2) @ centred / SAMPLES
    applied = there.descents.gradient[run][np.minimum(there.at[run], there.descents.gradient.shape[1] - 1)]
    frames = np.linspace(0, e.steps, min(FRAMES, e.steps + 1)).astype(int)
    spread = np.column_stack([mean, covariance[:, 0, 0], covariance[:, 0, 1], covariance[:, 1, 1]])
    return {
        "cloud": gradients[frames],
        "mean_gradient": np.pad(mean, ((0, 0), (2, 0)))[None],
        "batch_gradient": np.pad(applied, ((0, 0), (2, 0)))[None],
        "gradient_spread": spread[None].astype(np.float32),
    }


def _fits(e: RegressionSettings, position: np.ndarray) -> np.ndarray:
    """What each run makes of the data, as a line [runs, FRAMES, 2, 2]: the fit, or the border of the classes."""
    frames = np.linspace(0, e.steps, min(FRAMES, e.steps + 1)).astype(int)
    w = position[:, frames]
    if e.task == "linear":
        ends = np.array([-20.0, 20.0], np.float32)
        return np.stack([np.broadcast_to(ends, (*w.shape[:2], 2)), w[..., :1] * ends + w[..., 1:]], axis=-1)
    along = np.stack([-w[..., 1], w[..., 0]], axis=-1)
    along = 40 * along / np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-6)
    return np.stack([-along, along], axis=2).astype(np.float32)
