"""A network on digits that loses most of its weights: at once, little by little, or at random."""

import numpy as np

import training_lab as lab
from app import compute
from app.compute import Trained, Trial
from app.contract.lesson import Arrays
from app.lessons.pruning.settings import WAYS, PruningSettings
from app.stage import Run, quantize
from app.training import treatment_style
from app.training.record import frames, timeline
from training_lab import probes

SWEPT = (0.5, 0.1, 0.05, 0.02)  # shares of the weights that are left, of runs for the chart
PIXELS, UNITS, DIGITS = 64, 32, 10
WEIGHTS = PIXELS * UNITS + UNITS * DIGITS
GRAPH = (16, 12, DIGITS)  # pixels, hidden units and outputs in the picture of the network
SEEN = np.round(np.linspace(9, 54, GRAPH[0])).astype(int)  # those pixels, from the middle of the image
TILES = 16  # hidden units whose incoming weights are shown as images
FRAMES = 40
LARGEST = 0.6  # weight of a tile's strongest colour
GRADUAL = 0.6  # share of the time after the first cut in which a gradual pruning comes to its end


def trials(e: PruningSettings) -> tuple[Trial, ...]:
    """The four ways at the share that is looked at, and then three of them for the chart."""
    every = max(1, e.steps // FRAMES)
    looked = [trial(e, way, e.kept, every) for way in WAYS]
    return (*looked, *(trial(e, way, kept, max(first_cut(e), every)) for way in list(WAYS)[1:] for kept in SWEPT))


def trial(e: PruningSettings, way: str, kept: float, log_every: int) -> Trial:
    recipe = lab.Recipe(
        data="digits",
        network=lab.MLP(width=UNITS),
        optimizer=("adam", {"learning_rate": e.learning_rate}),
        batch_size=64,
        steps=e.steps,
        log_every=log_every,
        pruning=pruning(e, way, kept),
    )
    # Snapshots of all weights in every run, so that one program serves both those looked at and those of the chart.
    return Trial(recipe, (probes.losses, probes.parameters), e.seed)


def pruning(e: PruningSettings, way: str, kept: float) -> lab.Pruning:
    return lab.Pruning(
        sparsity=0.0 if way == "dense" else round(1 - kept, 6),
        at=first_cut(e),
        rounds=e.rounds if way == "gradual" else 1,
        every=max(1, int(GRADUAL * (e.steps - first_cut(e)) / e.rounds)),
        method="random" if way == "random" else "magnitude",
    )


def first_cut(e: PruningSettings) -> int:
    """The step before which the first weights go."""
    return round(e.when * e.steps)


def record(e: PruningSettings) -> dict[str, np.ndarray]:
    """What the four ways came to.

    Returns:
        accuracy and left [4, frames], of validation and of the weights, and planned [4, frames], what should be left;
        weights and edges_on [frames, edges], nodes_on [frames, nodes] of the network in focus, in excerpt; tiles
        [frames, TILES, 8, 8] in bytes, the weights from all pixels to its first units; cut_off [4], hidden units with
        no way in or out at the end; count [4], weights at the end; sweep [4, SWEPT], accuracies of the three ways at
        the end and of the first right after the cut; share [SWEPT]; at [frames]; length [4].
    """
    found = compute.trained(*trials(e))
    looked, swept = found[: len(WAYS)], np.reshape(np.arange(len(WAYS), len(found)), (3, len(SWEPT)))
    kernels = _kernels(looked[list(WAYS).index(e.focus)])
    scores = [[found[place]["validation_accuracy"][-1] for place in row] for row in swept]
    cut = [_right_after(e, found[place]) for place in swept[0]]
    return {
        "accuracy": frames(looked, "validation_accuracy"),
        "left": frames(looked, left),
        "planned": np.stack([planned(e, way, looked[0].steps) for way in WAYS]).astype(np.float32),
        **_graph(*kernels),
        "cut_off": np.array([cut_off(*(kernel[-1] for kernel in _kernels(run))) for run in looked], np.int32),
        "count": np.array([np.sum(left(run)[-1] * WEIGHTS).round() for run in looked], np.int32),
        "sweep": np.array([*scores, cut], np.float32),
        "share": np.array(SWEPT, np.float32),
        **timeline(looked, e.steps),
    }


def _kernels(run: Trained) -> tuple[np.ndarray, np.ndarray]:
    """[frames, pixels, units] and [frames, units, digits]."""
    params = run["params"]
    return np.asarray(params.first.kernel), np.asarray(params.last.kernel)


def left(run: Trained) -> np.ndarray:
    """The share of the weights [frames] that are not zero."""
    count: np.ndarray = np.sum([np.count_nonzero(kernel, axis=(1, 2)) for kernel in _kernels(run)], axis=0)
    return count / np.float32(WEIGHTS)


def planned(e: PruningSettings, way: str, steps: np.ndarray) -> np.ndarray:
    """The share [frames] that should be left: 1 - s (1 - (1 - i / n)^3) after i of n rounds."""
    plan = pruning(e, way, e.kept)
    rounds = np.clip((steps - plan.at) // plan.every + 1, 0, plan.rounds)
    share: np.ndarray = 1 - plan.sparsity * (1 - (1 - rounds / plan.rounds) ** 3)
    return share


def _right_after(e: PruningSettings, run: Trained) -> float:
    """Accuracy between the cut and the next step."""
    return float(run["validation_accuracy"][np.searchsorted(run.steps, first_cut(e))])


def cut_off(first: np.ndarray, last: np.ndarray) -> int:
    """Hidden units with no weight that comes in or none that goes out."""
    return int(np.sum(~(first.any(axis=0) & last.any(axis=1))))


def _graph(first: np.ndarray, last: np.ndarray) -> Arrays:
    shown = first[:, SEEN, : GRAPH[1]], last[:, : GRAPH[1]]
    weights = np.concatenate([kernel.reshape(len(kernel), -1) for kernel in shown], axis=1)
    there: np.ndarray = np.logical_and(first.any(axis=1), last.any(axis=2))
    ends = first[:, SEEN].any(axis=2), there[:, : GRAPH[1]], last.any(axis=1)
    tiles = first[..., :TILES].transpose(0, 2, 1).reshape(len(first), TILES, 8, 8)
    return {
        "weights": weights.astype(np.float32),
        "edges_on": (weights != 0).astype(np.uint8),
        "nodes_on": np.concatenate(ends, axis=1).astype(np.uint8),
        "tiles": quantize(tiles, -LARGEST, LARGEST),
    }


def runs(e: PruningSettings) -> tuple[Run, ...]:
    return treatment_style.lines(WAYS)
