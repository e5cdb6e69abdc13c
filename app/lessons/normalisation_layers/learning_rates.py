"""The same network at seven learning rates, with and without normalisation layers: which rates can be used."""

import numpy as np

from app import compute, figures
from app.compute import Trial
from app.contract.lesson import Arrays, Comparison
from app.lessons.normalisation_layers import normalised_training
from app.lessons.normalisation_layers.settings import LayerSettings
from app.stage import Panel, ProfilePanel, Run, Standings, Tone
from app.training.record import frames
from app.training.results import percent

RATES = np.round(10.0 ** np.arange(-2, 1.01, 0.5), 4)
STEPS = 60  # of each run
USABLE = 0.5  # of the first loss: what a usable learning rate leaves at most


def trials(e: LayerSettings) -> tuple[Trial, ...]:
    """One run for each kind and rate."""
    pairs = ((kind, float(rate)) for kind in e.norms for rate in RATES)
    recipes = (normalised_training.recipe(e, kind, rate, STEPS, STEPS // 10) for kind, rate in pairs)
    return tuple(Trial(recipe, normalised_training.PROBES, e.seed) for recipe in recipes)


def record(e: LayerSettings) -> dict[str, np.ndarray]:
    """The runs, each kind at all rates.

    Returns:
        final [kinds, frames, rates], the loss over its first value; accuracies [kinds, rates], on validation data, in
        the end; rates [rates]; length [kinds].
    """
    found = compute.trained(*trials(e))
    kinds, width = len(e.norms), len(RATES)
    loss = frames(found, "loss").reshape(kinds, width, -1)
    loss = np.where(np.isfinite(loss), loss, np.inf)
    final = np.minimum(np.maximum.accumulate(np.isinf(loss), axis=2) * 1e9 + np.nan_to_num(loss, posinf=1e9), 1e3)
    scores = np.array([float(np.nan_to_num(run["validation_accuracy"][-1])) for run in found]).reshape(kinds, width)
    return {
        "final": np.moveaxis(final / final[:, :, :1], 1, 2).astype(np.float32),
        "accuracies": scores.astype(np.float32),
        "rates": RATES.astype(np.float32),
        "length": np.full(kinds, STEPS + 1, np.int32),
    }


def usable(arrays: Arrays) -> np.ndarray:
    """The largest learning rate of each kind that leaves less than half of the loss; NaN for none, [kinds]."""
    good = arrays["final"][:, -1] < USABLE
    return np.where(good.any(axis=1), np.max(np.where(good, RATES, 0), axis=1), np.nan)


def runs(e: LayerSettings) -> tuple[Run, ...]:
    return normalised_training.runs(e)


def panels(e: LayerSettings) -> tuple[Panel, ...]:
    return (
        ProfilePanel(
            id="final", title="Loss over its first value, by learning rate",
            figure=figures.axes(y=(1e-3, 30), labels=("learning rate", ""), log=(True, True)), x="rates",
            lines="final", dots=True, place="main",
        ),
        ProfilePanel(
            id="accuracies", title=f"Validation accuracy after {STEPS} steps",
            figure=figures.axes(y=(0, 1), labels=("learning rate", ""), log=(True, False)), x="rates",
            lines="accuracies", dots=True, place="side",
        ),
    )  # fmt: skip


def standings(e: LayerSettings, arrays: Arrays) -> Standings:
    best, most = arrays["accuracies"].max(axis=1), usable(arrays)
    tones: tuple[Tone, ...] = tuple("good" if limit == np.nanmax(most) else "busy" for limit in most)
    rows = tuple(
        (run.label, "–" if np.isnan(limit) else f"{limit:.3g}", percent(score))
        for run, limit, score in zip(runs(e), most, best, strict=True)
    )
    return Standings(columns=("Normalisation", "Largest η", "Best"), rows=rows, tones=tones)


def comparisons(e: LayerSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Nothing is known of these rates in closed form."""
    return ()


def caption(e: LayerSettings, arrays: Arrays) -> str:
    limits = (
        f"{run.label} {'none' if np.isnan(limit) else f'{limit:.3g}'}"
        for run, limit in zip(runs(e), usable(arrays), strict=True)
    )
    return f"The largest learning rate that halves the loss in {STEPS} steps: {', '.join(limits)}."
