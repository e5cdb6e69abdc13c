"""Many walks of each optimizer: the same start under many seeds of the noise, or many starts all over the map."""

from typing import Any

import numpy as np

import optimizers
from app import compute, figures
from app.contract.lesson import Arrays
from app.lessons.race import batched_runs
from app.stage import CurvesPanel, Points, Standings, Tone
from app.trajectories.record import FARTHEST
from app.trajectories.scene import runs
from app.trajectories.standings import TOLERANCE

SEEDS = 64
STARTS = (2_000, 1_000, 500, 250)  # of one optimizer: so many that all together are about two thousand points
FRAMES, DRAFT_FRAMES = 61, 16
THINNED = 4  # while something is dragged, every fourth walk is drawn


def starts(e: Any, count: int) -> np.ndarray:
    """Places [count, 2] that cover the map evenly: M. Roberts' R2 sequence, a lattice for any number of points."""
    plastic = 1.324717957244746
    part = (0.5 + np.arange(1, count + 1)[:, None] / plastic ** np.array([1, 2])) % 1
    low, high = np.array(e.landscape.domain).T
    return low + part * (high - low)


def size(e: Any) -> int:
    """Walks of each optimizer."""
    if e.mode == "seeds":
        return SEEDS
    return next(count for count in STARTS if count * len(e.optimizers) <= 2_250)


def arrays(e: Any) -> dict[str, np.ndarray]:
    """The crowd, at some steps of the walk.

    Returns:
        when [times] the steps; median, low, high (quartiles of the loss) and share (of the walks that are within a
        thousandth of their first gap to the lowest value known), each [runs, times]; gone [runs], the share that
        diverged; crowd [frames, points, 2] positions, crowd_run [points] whose they are.
    """
    times = np.unique(np.linspace(0, e.steps, min(FRAMES, e.steps + 1)).astype(np.int32))
    seeds = e.seed + np.arange(SEEDS if e.mode == "seeds" else 1)
    found = batched_runs.crowds(
        [compute.RunSpec(name, e.hypers(name)) for name in e.optimizers],
        "noise" if e.mode == "seeds" else "start",
        e.surface,
        e.params,
        np.asarray(e.start) if e.mode == "seeds" else starts(e, size(e)),
        times,
        noise=e.noise,
        seeds=seeds,
    )
    position = np.stack([crowd.position for crowd in found])
    value = np.stack([crowd.value for crowd in found])
    there = _there(e, position) & np.isfinite(value)
    loss = np.where(there, np.maximum(value - compute.terrain(e.surface, e.params).base, 0), np.inf)
    low, median, high = np.quantile(loss, (0.25, 0.5, 0.75), axis=1, method="nearest")
    arrived = loss <= TOLERANCE * loss[:, :, :1]
    curves = {"low": low, "median": median, "high": high, "share": arrived.mean(axis=1)}
    return {
        "when": times,
        **{name: np.where(np.isfinite(curve), curve, np.nan).astype(np.float32) for name, curve in curves.items()},
        "gone": 1 - there[:, :, -1].mean(axis=1, dtype=np.float32),
        **_drawn(e, np.where(there[..., None], position, np.nan)),
    }


def _there(e: Any, position: np.ndarray) -> np.ndarray:
    """Whether a walk has not diverged yet, [runs, walks, times]."""
    low, high = np.array(e.landscape.domain, np.float32).T
    near = np.abs(position - (low + high) / 2).max(axis=-1) <= FARTHEST * (high - low).max()
    return np.logical_and.accumulate(near, axis=-1)


def _drawn(e: Any, position: np.ndarray) -> dict[str, np.ndarray]:
    """The points of the swarm, all of them or, for a draft, some at fewer steps."""
    if e.draft:
        frames = np.linspace(0, position.shape[2] - 1, min(DRAFT_FRAMES, position.shape[2])).astype(int)
        position = position[:, ::THINNED, frames]
    whose = np.repeat(np.arange(position.shape[0], dtype=np.int32), position.shape[1])
    points = position.transpose(2, 0, 1, 3).reshape(position.shape[2], -1, 2)
    return {"crowd": np.ascontiguousarray(points, dtype=np.float32), "crowd_run": whose}


def points(e: Any) -> Points:
    """The swarm on the map."""
    return Points(array="crowd", label="", groups="crowd_run", colors=tuple(run.color for run in runs(e)), size=3.2)


def panels() -> tuple[CurvesPanel, ...]:
    """Median and quartiles of the loss, and how many have arrived."""
    return (
        CurvesPanel(
            id="loss",
            title="Loss: median and middle half",
            figure=figures.curves(log=True),
            curves="median",
            band=("low", "high"),
            at="when",
            log=True,
            floor=1e-9,
        ),
        CurvesPanel(
            id="share",
            title="Share at the lowest minimum",
            figure=figures.curves(range=(-0.03, 1.03)),
            curves="share",
            at="when",
        ),
    )


def standings(e: Any, arrays: Arrays) -> Standings:
    """How the crowd of each optimizer ended."""
    share, gone, median = arrays["share"][:, -1], arrays["gone"], arrays["median"][:, -1]
    rows = tuple(
        (
            optimizers.get(name).title,
            f"{share[run]:.0%}",
            f"{gone[run]:.0%}",
            _loss(median[run]),
            f"{_loss(arrays['low'][run, -1])} … {_loss(arrays['high'][run, -1])}",
        )
        for run, name in enumerate(e.optimizers)
    )
    return Standings(
        columns=("Optimizer", "Arrived", "Diverged", "Median loss", "Middle half"),
        rows=rows,
        tones=tuple(_tone(*ends) for ends in zip(share, gone, strict=True)),
    )


def _tone(arrived: float, gone: float) -> Tone:
    return "bad" if gone > 0.5 else "good" if arrived > 0.5 else "busy"


def _loss(loss: float) -> str:
    return f"{loss:.2g}" if np.isfinite(loss) else "∞"


def words(e: Any) -> str:
    """What the crowd is, in a sentence."""
    if e.mode == "swarm":
        return f"{size(e)} starts of each optimizer, all over the map; the lines are the walks from the ring."
    if not e.noise:
        return "There is no noise, so all seeds walk alike: turn it up."
    return f"{SEEDS} seeds of the noise for each optimizer, the same ones for all, from one start."
