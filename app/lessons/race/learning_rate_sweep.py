"""The fair comparison: each optimizer has as many gradients, and the best learning rate of a sweep."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

import optimizers
from app import compute, figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.race import batched_runs, single_run
from app.lessons.race.settings import RaceSettings
from app.stage import Panel, ProfilePanel, Run, Standings
from app.trajectories import scene, theory
from app.trajectories.standings import TONES, results, row

RATES, DECADES = 41, 2  # learning rates of a sweep, and how far it reaches to both sides of the usual one
FLOOR = 1e-9  # losses below are equal
TIMES = 31  # steps at which the runs of a sweep are looked at


class Sweep(NamedTuple):
    """Every learning rate that was tried."""

    rates: np.ndarray  # [runs, RATES]
    losses: np.ndarray  # [runs, RATES] at the end, NaN where the run diverged
    chosen: np.ndarray  # [runs] the best rates


def _rates(e: RaceSettings, name: str) -> np.ndarray:
    """Learning rates about the usual one, as far as they are allowed; NaN for a method that has none."""
    hyper = optimizers.get(name).hypers.get("learning_rate")
    if hyper is None:
        return np.full(RATES, np.nan)
    usual = e.default(name, "learning_rate")
    low, high = max(usual / 10**DECADES, hyper.low), min(usual * 10**DECADES, hyper.high)
    return np.geomspace(low, high, RATES)


def sweep(e: RaceSettings) -> Sweep:
    """Runs at all learning rates, one compiled program for each optimizer.

    The best rate ends lowest; among those that end equally low (below ``FLOOR``) it is the one whose loss was lowest on
    the way, on average over its logarithm.
    """
    names = [name for name in e.optimizers if "learning_rate" in optimizers.get(name).hypers]
    rates = np.stack([_rates(e, name) for name in e.optimizers])
    losses, best = np.full(rates.shape, np.nan), np.zeros(len(rates), int)
    swept = [e.optimizers.index(name) for name in names]
    found = batched_runs.swept(
        tuple((name, tuple(e.hypers(name).items())) for name in names),
        tuple(map(tuple, rates[swept].tolist())),
        e.surface,
        e.params,
        e.start,
        tuple(np.unique(np.linspace(0, e.steps, min(TIMES, e.steps + 1)).astype(int)).tolist()),
        e.noise,
        e.seed,
    )
    for run, values in zip(swept, found, strict=True):
        value = np.where(np.isfinite(values), values, np.inf)
        loss = np.maximum(value - compute.terrain(e.surface, e.params).base, FLOOR)
        way = np.log10(np.minimum(loss, 1e30)).mean(axis=1)
        best[run] = np.lexsort((way, loss[:, -1]))[0]
        losses[run] = np.where(np.isfinite(loss[:, -1]), loss[:, -1], np.nan)
    return Sweep(rates, losses, rates[np.arange(len(rates)), best])


def tuned(e: RaceSettings, chosen: np.ndarray) -> RaceSettings:
    """The settings with the chosen learning rates [runs]."""
    rates = {f"{name}__learning_rate": float(rate) for name, rate in zip(e.optimizers, chosen, strict=True)}
    return e.model_copy(update={"shared": False} | {name: rate for name, rate in rates.items() if np.isfinite(rate)})


def raced(e: RaceSettings) -> RaceSettings:
    """The settings with the learning rates that the runs have."""
    return tuned(e, sweep(e).chosen)


def record(e: RaceSettings) -> dict[str, np.ndarray]:
    """The runs at their best learning rates, and the sweep.

    Returns:
        what ``theory.recording`` returns, and: sweep_rates, sweep_losses [runs, RATES]; chosen [runs], the best rates.
    """
    found = sweep(e)
    numbers = {"sweep_rates": found.rates, "sweep_losses": found.losses, "chosen": found.chosen}
    swept = {name: array.astype(np.float32) for name, array in numbers.items()}
    return theory.recording(tuned(e, found.chosen)) | swept


def runs(e: RaceSettings) -> tuple[Run, ...]:
    return scene.runs(e)


def panels(e: RaceSettings) -> tuple[Panel, ...]:
    """The map, the loss over gradient evaluations, and the loss at the end against the learning rate."""
    loss = replace(scene.loss(e), figure=figures.curves(xlabel="gradient evaluation", log=True))
    found = ProfilePanel(
        id="sweep",
        title="The sweep: final loss per learning rate",
        figure=figures.axes(labels=("learning rate", ""), log=(True, True)),
        x="sweep_rates",
        lines="sweep_losses",
        dots=True,
        floor=FLOOR,
    )
    return (scene.contour(e), scene.relief(e), loss, found)


def standings(e: RaceSettings, arrays: Arrays) -> Standings:
    """How each optimizer ended at its best rate."""
    judged = results(e, arrays)
    rows = []
    for name, result, rate in zip(e.optimizers, judged, arrays["chosen"].tolist(), strict=True):
        title, status, steps, loss, _ = row(optimizers.get(name).title, result)
        rows.append((title, f"{rate:.2g}" if np.isfinite(rate) else "–", status, steps, loss))
    return Standings(
        columns=("Optimizer", "Best rate", "Status", "Gradients", "Loss"),
        rows=tuple(rows),
        tones=tuple(TONES[result.outcome] for result in judged),
        details=tuple(result.detail for result in judged),
    )


def comparisons(e: RaceSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    return single_run.comparisons(tuned(e, arrays["chosen"]), arrays)


def formula(e: RaceSettings) -> tuple[Formula, ...]:
    return single_run.formula(raced(e))


def programs(e: RaceSettings) -> dict[str, Callable[[], str]]:
    return single_run.programs(raced(e))


def caption(e: RaceSettings, arrays: Arrays) -> str:
    """What was done, in a sentence."""
    return (
        f"{RATES} learning rates for each optimizer, {DECADES} decades to both sides of the usual one; each then walks "
        f"with the rate that ended lowest. Every step costs one gradient, so all have {e.steps} of them."
    )
