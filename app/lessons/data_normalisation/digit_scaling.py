"""Digits raw, scaled, standardised and whitened: the same linear classifier, the same steps, four speeds.

Softmax regression from zero weights with all data in each step: a convex problem whose curvature is known. At the start
its Hessian is (1/k)(I - 1/k) x G, for k classes and the second moments G of the pixels and the bias.
"""

from functools import cache

import numpy as np

import training_lab as lab
from app import compute, figures
from app.compute import Trial
from app.contract.lesson import Arrays, Comparison
from app.lessons.data_normalisation.settings import DataNormalisationSettings
from app.stage import CurvesPanel, Panel, ProfilePanel, Run, Scale, Standings, TilesPanel, Tone
from app.training import treatment_style
from app.training.record import frames, timeline
from training_lab import probes

SCALINGS = {
    "none": "Raw, 0 to 16",
    "min_max": "Scaled to 0 … 1",
    "standardize": "Standardised",
    "whiten": "Whitened",
}
CLASSES = 10
EXAMPLES = (0, 3, 8)  # digits that are shown
FRAMES = 50
SEEN = 0.9  # validation accuracy that counts as having learned


def trials(e: DataNormalisationSettings) -> tuple[Trial, ...]:
    """One run for each scaling of the pixels."""
    return tuple(Trial(recipe(e, scaling), (probes.losses, probes.sharpness)) for scaling in SCALINGS)


def recipe(e: DataNormalisationSettings, scaling: str) -> lab.Recipe:
    return lab.Recipe(
        data=lab.Data(name="digits", scaling=scaling),
        network=lab.MLP(depth=0, initializer="zeros"),
        optimizer=("gradient_descent", {"learning_rate": rate(e, scaling)}),
        batch_size=None,
        steps=e.steps,
        log_every=log_every(e),
    )


def log_every(e: DataNormalisationSettings) -> int:
    """Steps between two frames."""
    return max(1, e.steps // FRAMES)


def rate(e: DataNormalisationSettings, scaling: str) -> float:
    """The learning rate of a run: half of what its curvature allows, or the same for all."""
    return float(f"{limit(scaling) / 2:.4g}") if e.best else e.learning_rate


def record(e: DataNormalisationSettings) -> dict[str, np.ndarray]:
    """Losses, validation accuracies and sharpness [4, frames] at steps ``at`` [frames]; length [4]."""
    found = compute.trained(*trials(e))
    return {
        "loss": frames(found, "loss"),
        "accuracy": frames(found, "validation_accuracy"),
        "sharpness": frames(found, "sharpness"),
        **timeline(found, e.steps),
    }


@cache
def spectrum(scaling: str) -> np.ndarray:
    """Eigenvalues [65] of the second moments of the pixels and the bias, the largest first."""
    x = np.asarray(compute.splits(lab.Data(name="digits", scaling=scaling)).train.x, np.float64)
    flat = np.column_stack([x.reshape(len(x), -1), np.ones(len(x))])
    eigenvalues: np.ndarray = np.clip(np.linalg.eigvalsh(flat.T @ flat / len(flat))[::-1], 0, None)
    return eigenvalues


def limit(scaling: str) -> float:
    """The learning rate above which gradient descent leaves the zero weights faster than it should: 2 k / λ(G)."""
    return 2 * CLASSES / float(spectrum(scaling)[0])


def scene_arrays(e: DataNormalisationSettings) -> Arrays:
    spectra = np.stack([spectrum(scaling) for scaling in SCALINGS])
    return {
        "spectra": np.where(spectra > 1e-9 * spectra[:, :1], spectra, np.nan).astype(np.float32),
        "rank": np.arange(1, spectra.shape[1] + 1, dtype=np.float32),
        "tiles": _tiles(),
    }


def _tiles() -> np.ndarray:
    """The first examples of some digits under each scaling, [tiles, 8, 8]."""
    tiles = []
    for scaling in SCALINGS:
        train = compute.splits(lab.Data(name="digits", scaling=scaling)).train
        x, y = np.asarray(train.x), np.asarray(train.y)
        tiles += [x[np.flatnonzero(y == digit)[0], ..., 0] for digit in EXAMPLES]
    return np.stack(tiles).astype(np.float32)


def runs(e: DataNormalisationSettings) -> tuple[Run, ...]:
    return treatment_style.lines(SCALINGS)


def panels(e: DataNormalisationSettings) -> tuple[Panel, ...]:
    captions = tuple(title if place == 0 else "" for title in SCALINGS.values() for place, _ in enumerate(EXAMPLES))
    return (
        CurvesPanel(
            id="loss", title="Training loss", figure=figures.curves(log=True), curves="loss", at="at", log=True,
            place="main",
        ),
        TilesPanel(
            id="tiles", title="What the classifier sees, each in its own range", tiles="tiles", each=True,
            captions=captions, columns=len(EXAMPLES), scale=Scale(kind="gray"), place="side",
        ),
        CurvesPanel(
            id="accuracy", title="Validation accuracy", figure=figures.curves(range=(0.8, 1.0)), curves="accuracy",
            at="at",
        ),
        CurvesPanel(
            id="sharpness", title="Largest curvature", figure=figures.curves(log=True), curves="sharpness", at="at",
            log=True,
        ),
        ProfilePanel(
            id="spectra", title="Eigenvalues of the second moments",
            figure=figures.axes(labels=("rank", "λ"), log=(False, True)), x="rank", lines="spectra",
        ),
    )  # fmt: skip


def standings(e: DataNormalisationSettings, arrays: Arrays) -> Standings:
    rows: list[tuple[str, ...]] = []
    tones: list[Tone] = []
    for run, loss, accuracy in zip(runs(e), arrays["loss"], arrays["accuracy"], strict=True):
        at = _learned(accuracy, arrays["at"])
        own = f"{rate(e, run.name):.2g}"
        rows.append((run.label, f"{accuracy[-1]:.1%}", "–" if at is None else f"{at:.0f}", f"{loss[-1]:.2g}", own))
        tones.append("busy" if at is None else "good")
    return Standings(
        columns=("Pixels", "Validation", "Steps to 90%", "Loss", "η"), rows=tuple(rows), tones=tuple(tones)
    )


def _learned(accuracy: np.ndarray, at: np.ndarray) -> float | None:
    """The step from which on the validation accuracy stays above 90%."""
    below = np.flatnonzero(~(accuracy >= SEEN))
    place = int(below[-1]) + 1 if below.size else 0
    return float(at[place]) if place < len(accuracy) else None


def comparisons(e: DataNormalisationSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """The largest curvature at the start, from the pixels alone and by power iteration on the loss."""
    rows = []
    for (scaling, title), sharpness in zip(SCALINGS.items(), arrays["sharpness"], strict=True):
        expected = 2 / limit(scaling)
        rows.append(Comparison(f"{title}: curvature at the start", f"{expected:.4g}", f"{sharpness[0]:.4g}"))
    return tuple(rows)


def caption(e: DataNormalisationSettings, arrays: Arrays) -> str:
    return "Softmax regression on 1,438 digits, from zero weights, all data in every step."


NOTE = (
    "From zero weights softmax regression has the largest curvature λ/10, where λ is the largest eigenvalue of the "
    "second moments of the pixels and the bias, and gradient descent goes down smoothly for learning rates below 20/λ. "
    "Measured by power iteration on the loss. Where the pixels' mean makes λ large the learning rate must be small, "
    "and all other directions learn slowly."
)
