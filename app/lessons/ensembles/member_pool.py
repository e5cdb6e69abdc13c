"""Networks that answer together: a pool of ten, from ten seeds, ten samples of the data or ten places of one run.

The first ``members`` of the pool make the ensemble, so that its size is a matter of averaging and never of training.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np

import training_lab as lab
from app import compute
from app.compute import Sight, Trial, lesson_probes
from app.lessons.ensembles.settings import CYCLE, FRAMES, POOL, EnsembleSettings
from training_lab import probes

EXAMPLES, SAMPLES = 60, 800  # trained on, and in all; half of all are held back
SIDE = 40  # points a side of a boundary


def trials(e: EnsembleSettings) -> tuple[Trial, ...]:
    return (trial(e),)


def trial(e: EnsembleSettings) -> Trial:
    """Ten members in one vmap, or one run whose learning rate falls and restarts ten times."""
    seen: tuple[Sight, ...] = (probes.losses, lesson_probes.Answers(), lesson_probes.Boundary(SIDE))
    if e.way == "snapshots":
        return Trial(recipe(e), (*seen, probes.learning_rate), e.seed)
    return Trial(recipe(e), (*seen, lesson_probes.drawn), tuple(POOL * e.seed + member for member in range(POOL)))


def recipe(e: EnsembleSettings) -> lab.Recipe:
    every = e.steps // FRAMES
    restarts = ("cosine_warm_restarts", {"T_0": CYCLE * every, "T_mult": 1})
    return lab.Recipe(
        data=data(e),
        network=lab.MLP(depth=2, width=16),
        optimizer=("adam", {"learning_rate": e.learning_rate}),
        schedule=restarts if e.way == "snapshots" else "constant",
        batch_size=16,
        steps=FRAMES * every,
        log_every=every,
        bootstrap=e.way == "bagging",
    )


def data(e: EnsembleSettings) -> lab.Data:
    source = (e.data, {"samples": SAMPLES, "noise": e.noise})
    return lab.Data(name=source, train=EXAMPLES, validation=0.5, label_noise=e.wrong)


class Pool(NamedTuple):
    """What the members say, frame by frame."""

    answers: np.ndarray  # [frames, POOL, n], probabilities of class 1 on what was held back
    boundary: np.ndarray  # [frames, POOL, side, side] in bytes
    there: np.ndarray  # [frames, POOL], whether there is such a member yet


def pool(run: compute.Trained, snapshots: bool) -> Pool:
    logits = np.asarray(run["outputs"], np.float32)
    answers = (1 + np.tanh((logits[..., 1] - logits[..., 0]) / 2)) / 2
    boundary = np.asarray(run["boundary"])
    if not snapshots:
        return Pool(answers, boundary, np.ones(answers.shape[:2], bool))
    ends = CYCLE * np.arange(1, POOL + 1)
    frame = np.arange(len(answers))[:, None]
    taken = np.minimum(ends, len(answers) - 1)
    # Before the first cycle has ended the run itself stands for it.
    shown = np.where(frame >= taken, taken, np.where(taken == CYCLE, frame, 0))
    return Pool(answers[shown], boundary[shown], (frame >= ends) | (np.arange(POOL) == 0))


class Errors(NamedTuple):
    """On what was held back, [frames, POOL], of the first 1, 2, ..., POOL members; NaN for more than there are.

    Squared errors, of which ensemble = members - diversity holds exactly, and shares of wrong answers.
    """

    ensemble: np.ndarray
    members: np.ndarray
    diversity: np.ndarray
    mistakes: np.ndarray  # of the ensemble
    mistakes_of_members: np.ndarray

    def of_first(self, count: np.ndarray) -> "Errors":
        """Those [frames] of the first ``count`` [frames] members."""
        return Errors(*(np.take_along_axis(part, count[:, None] - 1, axis=1)[:, 0] for part in self))


def errors(pool: Pool, targets: np.ndarray) -> Errors:
    """Targets are 0 or 1 [n]."""
    count = np.arange(1, POOL + 1, dtype=np.float32)
    there = pool.there.sum(axis=1, keepdims=True) >= count

    def mean_of_first(values: np.ndarray) -> np.ndarray:
        shape = (-1, *[1] * (values.ndim - 2))
        return np.cumsum(values, axis=1) / count.reshape(shape)

    answer = mean_of_first(pool.answers)
    spread = mean_of_first(np.square(pool.answers)) - np.square(answer)
    wrong = (pool.answers > 0.5) != (targets > 0.5)
    found = (
        np.square(answer - targets).mean(axis=2),
        mean_of_first(np.square(pool.answers - targets).mean(axis=2)),
        spread.mean(axis=2),
        ((answer > 0.5) != (targets > 0.5)).mean(axis=2),
        mean_of_first(wrong.mean(axis=2)),
    )
    return Errors(*(np.where(there, part, np.nan) for part in found))


def expected(whole: Errors, count: np.ndarray) -> np.ndarray:
    """The mean error [frames, POOL] of k members drawn from a pool of ``count`` [frames], without replacement.

    The mean of k has the pool's error, and the variance of a sample from a finite population:
    E_k = E_N + D_N (N - k) / (k (N - 1)).
    """
    sizes = np.arange(1, POOL + 1)
    n = count[:, None]
    extra = whole.diversity[:, None] * (n - sizes) / (sizes * np.maximum(n - 1, 1))
    return np.where(sizes <= n, whole.ensemble[:, None] + extra, np.nan)


def over_all_subsets(answers: np.ndarray, targets: np.ndarray, size: int) -> float:
    """The mean error of every ensemble of some size out of answers [POOL, n]."""
    chosen = [list(each) for each in combinations(range(len(answers)), size)]
    means = answers.astype(np.float64)[chosen].mean(axis=1)
    return float(np.square(means - targets).mean())


def record(e: EnsembleSettings) -> dict[str, np.ndarray]:
    """The pool and the ensemble of its first ``members``.

    Returns:
        average and disagreement [frames, side, side], the mean of the members' boundaries and their spread, and tiles
        [frames, POOL, side / 2, side / 2], in bytes; inside [frames, POOL], 1 for those in the ensemble and 2 for those
        to come; points [n, 2] and classes [n]; errors [3, frames] of the ensemble, of the mean member, and the
        diversity; difference [3, frames], mean member minus diversity; mistakes [3, frames]; sizes and by_chance
        [3, frames, POOL], errors by the number of members, in this order and as expected of any; rate [3, frames] for
        snapshots; at [frames]; length [3].
    """
    run = compute.trained(trial(e))[0]
    members = pool(run, e.way == "snapshots")
    splits = compute.splits(run.recipe.data)
    targets = np.asarray(splits.validation.y, np.float32)
    count = members.there.sum(axis=1)
    sizes = errors(members, targets)
    found, whole = sizes.of_first(np.minimum(count, e.members)), sizes.of_first(count)
    nothing, none = np.full(len(run.steps), np.nan), np.full_like(sizes.members, np.nan)
    mean, spread = _pictures(members.boundary, members.there & (np.arange(POOL) < e.members))
    return {
        "average": mean,
        "disagreement": spread,
        "tiles": np.where(members.there[..., None, None], members.boundary[:, :, ::-2, ::2], 255).astype(np.uint8),
        "inside": np.where(members.there, np.arange(POOL) < e.members, 2).astype(np.int32),
        "points": np.asarray(splits.train.x, np.float32),
        "classes": np.asarray(splits.train.y).astype(np.uint8),
        "errors": np.stack(found[:3]).astype(np.float32),
        "difference": np.stack([found.members - found.diversity, nothing, nothing]).astype(np.float32),
        "mistakes": np.stack([*found[3:], nothing]).astype(np.float32),
        "sizes": np.stack(sizes[:3]).astype(np.float32),
        "by_chance": np.stack([expected(whole, count), none, none]).astype(np.float32),
        "rate": np.stack([run.telemetry.get("learning_rate", nothing), nothing, nothing]).astype(np.float32),
        "at": run.steps.astype(np.float32),
        "length": np.full(3, e.last_step + 1, np.int32),
    }


def _pictures(boundary: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean and the standard deviation of the members' probabilities, in bytes; 254 is 1, and 0.5."""
    share = chosen / chosen.sum(axis=1, keepdims=True)
    shown = boundary.astype(np.float32)
    mean = np.einsum("fm,fmyx->fyx", share, shown)
    square = np.einsum("fm,fmyx->fyx", share, np.square(shown))
    spread = 2 * np.sqrt(np.maximum(square - np.square(mean), 0))
    return np.rint(mean).astype(np.uint8), np.rint(np.minimum(spread, 254)).astype(np.uint8)
