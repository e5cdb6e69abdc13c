"""Telemetry of several runs as the arrays of a recording."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from app.compute import Trained


def frames(runs: Sequence[Trained], of: str | Callable[[Trained], ArrayLike]) -> np.ndarray:
    """One quantity of all runs, [runs, frames, ...] in float32; NaN from where a run ended before the others."""
    get = (lambda run: run[of]) if isinstance(of, str) else of
    found = [np.asarray(get(run), np.float32) for run in runs]
    longest = max(map(len, found))
    shape = np.broadcast_shapes(*(array.shape[1:] for array in found))
    padded = np.full((len(runs), longest, *shape), np.nan, np.float32)
    for row, array in zip(padded, found, strict=True):
        row[: len(array)] = array
    return padded


def timeline(runs: Sequence[Trained], steps: int) -> dict[str, np.ndarray]:
    """``at`` [frames], the step of each frame, and ``length`` [runs], how many points of each run are drawn."""
    longest = max((run.steps for run in runs), key=len)
    ends = [steps + 1 if run.ended == "finished" else int(run.steps[-1]) + 1 for run in runs]
    return {"at": longest.astype(np.float32), "length": np.array(ends, np.int32)}


def mean_square(run: Trained, what: str) -> np.ndarray:
    """Mean square of the activations ("activation") or of their gradients ("signal"), [frames, taps]."""
    squares: np.ndarray = np.square(run[f"{what}_mean"]) + np.square(run[f"{what}_std"])
    return squares
