"""Many runs of each optimizer: the same start under many seeds of the noise, or many starts all over the map."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

import optimizers
from app import compute, figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.race import batched_runs, single_run
from app.lessons.race.settings import RaceSettings
from app.stage import CurvesPanel, Panel, Points, Run, Standings, Tone
from app.trajectories import scene, theory
from app.trajectories.record import FARTHEST
from app.trajectories.standings import TOLERANCE

SEEDS = 64
STARTS = (2_000, 1_000, 500, 250)  # of one optimizer: so many that all together are about two thousand points
FRAMES, DRAFT_FRAMES = 61, 16
THINNED = 4  # while something is dragged, every fourth run is drawn


def starts(e: RaceSettings, count: int) -> np.ndarray:
    """Places [count, 2] that cover the map evenly: M. Roberts' R2 sequence, a lattice for any number of points."""
    plastic = 1.324717957244746
    part = (0.5 + np.arange(1, count + 1)[:, None] / plastic ** np.array([1, 2])) % 1
    low, high = np.array(e.landscape.domain).T
    places: np.ndarray = low + part * (high - low)
    return places


def size(e: RaceSettings) -> int:
    """Runs of each optimizer."""
    if e.mode == "seeds":
        return SEEDS
    return next(count for count in STARTS if count * len(e.optimizers) <= 2_250)


def record(e: RaceSettings) -> dict[str, np.ndarray]:
    """The run from the start that is set, and the ensemble at some steps.

    Returns:
        what ``theory.recording`` returns, and: when [times] the steps; median, low, high (quartiles of the loss) and
        share (of the runs that are within a thousandth of their first gap to the lowest value known), each
        [optimizers, times]; gone [optimizers], the share that diverged; crowd [frames, points, 2] positions,
        crowd_run [points] whose they are.
    """
    times = np.unique(np.linspace(0, e.steps, min(FRAMES, e.steps + 1)).astype(np.int32))
    seeds = e.seed + np.arange(SEEDS if e.mode == "seeds" else 1)
    found = batched_runs.run_batches(
        [compute.RunSpec(name, e.hypers(name)) for name in e.optimizers],
        "noise" if e.mode == "seeds" else "start",
        e.surface,
        e.params,
        np.asarray(e.start) if e.mode == "seeds" else starts(e, size(e)),
        times,
        noise=e.noise,
        seeds=seeds,
    )
    position = np.stack([batch.position for batch in found])
    value = np.stack([batch.value for batch in found])
    there = _there(e, position) & np.isfinite(value)
    loss = np.where(there, np.maximum(value - compute.terrain(e.surface, e.params).base, 0), np.inf)
    low, median, high = np.quantile(loss, (0.25, 0.5, 0.75), axis=1, method="nearest")
    arrived = loss <= TOLERANCE * loss[:, :, :1]
    curves = {"low": low, "median": median, "high": high, "share": arrived.mean(axis=1)}
    return theory.recording(e) | {
        "when": times,
        **{name: np.where(np.isfinite(curve), curve, np.nan).astype(np.float32) for name, curve in curves.items()},
        "gone": 1 - there[:, :, -1].mean(axis=1, dtype=np.float32),
        **_drawn(e, np.where(there[..., None], position, np.nan)),
    }


def _there(e: RaceSettings, position: np.ndarray) -> np.ndarray:
    """Whether a run has not diverged yet, [optimizers, runs, times]."""
    low, high = np.array(e.landscape.domain, np.float32).T
    near = np.abs(position - (low + high) / 2).max(axis=-1) <= FARTHEST * (high - low).max()
    return np.logical_and.accumulate(near, axis=-1)


def _drawn(e: RaceSettings, position: np.ndarray) -> dict[str, np.ndarray]:
    """Positions [optimizers, runs, times, 2] as points of one cloud; for a draft some of them at fewer steps."""
    if e.draft:
        frames = np.linspace(0, position.shape[2] - 1, min(DRAFT_FRAMES, position.shape[2])).astype(int)
        position = position[:, ::THINNED, frames]
    whose = np.repeat(np.arange(position.shape[0], dtype=np.int32), position.shape[1])
    points = position.transpose(2, 0, 1, 3).reshape(position.shape[2], -1, 2)
    return {"crowd": np.ascontiguousarray(points, dtype=np.float32), "crowd_run": whose}


def runs(e: RaceSettings) -> tuple[Run, ...]:
    return scene.runs(e)


def panels(e: RaceSettings) -> tuple[Panel, ...]:
    """The cloud on the map; median and quartiles of the loss, and how many have arrived."""
    cloud = Points(array="crowd", label="", groups="crowd_run", colors=tuple(run.color for run in runs(e)), size=3.2)
    ground = scene.contour(e)
    # Where all runs have one start, the lines of one seed would bury the others.
    paths = ground.paths if e.mode == "swarm" else None
    return (
        replace(ground, paths=paths, markers=(cloud,)),
        scene.relief(e),
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


def standings(e: RaceSettings, arrays: Arrays) -> Standings:
    """How the runs of each optimizer ended."""
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


def comparisons(e: RaceSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    return single_run.comparisons(e, arrays)


def formula(e: RaceSettings) -> tuple[Formula, ...]:
    return single_run.formula(e)


def programs(e: RaceSettings) -> dict[str, Callable[[], str]]:
    return single_run.programs(e)


def caption(e: RaceSettings, arrays: Arrays) -> str:
    """What the ensemble is, in a sentence."""
    if e.mode == "swarm":
        return f"{size(e)} starts of each optimizer, all over the map; the lines are the walks from the ring."
    if not e.noise:
        return "There is no noise, so all seeds walk alike: turn it up."
    return f"{SEEDS} seeds of the noise for each optimizer, the same ones for all, from one start."
