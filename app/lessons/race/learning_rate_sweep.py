"""The fair comparison: as many gradients for everybody, and everybody's learning rate the best of a sweep."""

from typing import Any, NamedTuple

import numpy as np

import optimizers
from app import compute, figures
from app.contract.lesson import Arrays
from app.lessons.race import batched_runs
from app.stage import ProfilePanel, Standings
from app.trajectories.standings import TONES, results, row

RATES, DECADES = 41, 2  # learning rates of a sweep, and how far it reaches to both sides of the usual one
FLOOR = 1e-9  # losses below are equal
TIMES = 31  # steps at which the walks of a sweep are looked at


class Sweep(NamedTuple):
    """Every learning rate that was tried."""

    rates: np.ndarray  # [runs, RATES]
    losses: np.ndarray  # [runs, RATES] at the end, NaN where the walk diverged
    chosen: np.ndarray  # [runs] the best rates


def costly(names: tuple[str, ...]) -> list[str]:
    """Methods whose steps cost more than one gradient."""
    return [name for name in names if optimizers.get(name).looks_at_loss]


def _rates(e: Any, name: str) -> np.ndarray:
    """Learning rates about the usual one, as far as they are allowed; NaN for a method that has none."""
    hyper = optimizers.get(name).hypers.get("learning_rate")
    if hyper is None:
        return np.full(RATES, np.nan)
    usual = e.default(name, "learning_rate")
    low, high = max(usual / 10**DECADES, hyper.low), min(usual * 10**DECADES, hyper.high)
    return np.geomspace(low, high, RATES)


def sweep(e: Any) -> Sweep:
    """Walks at all learning rates, one compiled program for each optimizer.

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
    for run, walked in zip(swept, found, strict=True):
        value = np.where(np.isfinite(walked), walked, np.inf)
        loss = np.maximum(value - compute.terrain(e.surface, e.params).base, FLOOR)
        way = np.log10(np.minimum(loss, 1e30)).mean(axis=1)
        best[run] = np.lexsort((way, loss[:, -1]))[0]
        losses[run] = np.where(np.isfinite(loss[:, -1]), loss[:, -1], np.nan)
    return Sweep(rates, losses, rates[np.arange(len(rates)), best])


def tuned(e: Any, chosen: np.ndarray) -> Any:
    """The experiment with the chosen learning rates [runs]."""
    rates = {f"{name}__learning_rate": float(rate) for name, rate in zip(e.optimizers, chosen, strict=True)}
    return e.model_copy(update={"shared": False} | {name: rate for name, rate in rates.items() if np.isfinite(rate)})


def arrays(found: Sweep) -> dict[str, np.ndarray]:
    """sweep_rates, sweep_losses [runs, RATES] and chosen [runs], the rates that were taken."""
    numbers = {"sweep_rates": found.rates, "sweep_losses": found.losses, "chosen": found.chosen}
    return {name: array.astype(np.float32) for name, array in numbers.items()}


def panel() -> ProfilePanel:
    """The loss at the end against the learning rate."""
    return ProfilePanel(
        id="sweep",
        title="The sweep: final loss per learning rate",
        figure=figures.axes(labels=("learning rate", ""), log=(True, True)),
        x="sweep_rates",
        lines="sweep_losses",
        dots=True,
        floor=FLOOR,
    )


def standings(e: Any, arrays: Arrays) -> Standings:
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


def words(e: Any) -> str:
    """What was done, in a sentence."""
    return (
        f"{RATES} learning rates for each optimizer, {DECADES} decades to both sides of the usual one; each then walks "
        f"with the rate that ended lowest. Every step costs one gradient, so all have {e.steps} of them."
    )
