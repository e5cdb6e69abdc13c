"""The same network with and without normalisation layers: smoothness, and training against test time."""

from collections.abc import Sequence

import numpy as np

import training_lab as lab
from app import compute, figures
from app.compute import Trained, Trial, lesson_probes
from app.contract.lesson import Arrays, Comparison
from app.lessons.normalisation_layers.settings import COMPARED, LayerSettings
from app.stage import CurvesPanel, Panel, Run, Standings
from app.training import treatment_style
from app.training.record import frames, timeline
from app.training.results import last, table
from training_lab import probes

PROBES = (probes.losses, probes.gradients, lesson_probes.smooth, lesson_probes.statistics)
DEPTH, WIDTH, GROUPS, FRAMES = 3, 32, 4, 40
MOMENTUM = 0.1  # weight of the new batch in the running statistics


def recipe(e: LayerSettings, kind: str, rate: float, steps: int, log_every: int) -> lab.Recipe:
    """Three hidden layers on digits, by plain gradient descent on batches."""
    norm = None if kind == "none" else kind
    return lab.Recipe(
        data=lab.Data(name="digits"),
        network=lab.MLP(
            depth=DEPTH,
            width=WIDTH,
            initializer="kaiming_normal",
            norm=norm,
            groups=GROUPS if kind == "group" else 1,
            affine=e.affine,
        ),
        optimizer=("gradient_descent", {"learning_rate": rate}),
        batch_size=e.size,
        steps=steps,
        log_every=log_every,
    )


def trials(e: LayerSettings) -> tuple[Trial, ...]:
    """A run of each kind."""
    every = max(1, e.steps // FRAMES)
    return tuple(Trial(recipe(e, kind, e.learning_rate, e.steps, every), PROBES, e.seed) for kind in e.norms)


def record(e: LayerSettings) -> dict[str, np.ndarray]:
    """The runs, batch by batch.

    Returns:
        loss (of each batch), gradient_norm, accuracy, ratio (of the loss at test time to that in training, on one
        batch), lowest and highest (loss of a batch along its gradient) [runs, frames]; mean and variance
        [runs, frames, 2], of the first unit's sums, in the batch and remembered; expected [runs, frames], the
        remembered variance had the weights stood still; at [frames]; length [runs].
    """
    found = compute.trained(*trials(e))
    along = frames(found, "along")
    batch = frames(found, "batch_loss")
    around = np.concatenate([along, batch[..., None]], axis=2)
    seen, kept = (frames(found, name)[..., 0] for name in ("batch_statistics", "running"))
    both = np.where(np.isnan(kept)[..., None], np.nan, np.stack([seen, kept], axis=-1))
    times = timeline(found, e.steps)
    return {
        "loss": batch,
        "lowest": around.min(axis=2),
        "highest": around.max(axis=2),
        "ratio": frames(found, "tested") / np.maximum(batch, 1e-9),
        "gradient_norm": frames(found, "gradient_norm"),
        "accuracy": frames(found, "validation_accuracy"),
        "mean": both[:, :, 0],
        "variance": both[:, :, 1],
        "expected": _expected(found, times["at"], kept),
        **times,
    }


def _expected(found: Sequence[Trained], at: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """What batch normalisation would remember of the variance if the weights stayed as they are at the start."""
    # One example has no variance; that of more is made unbiased.
    population = np.array([(run.recipe.batch_size != 1) * run["population"][0, 1, 0] for run in found])[:, None]
    left = (1 - MOMENTUM) ** at
    return np.where(np.isnan(kept[:, :, 1]), np.nan, left + (1 - left) * population).astype(np.float32)


def runs(e: LayerSettings) -> tuple[Run, ...]:
    lines = {run.name: run for run in treatment_style.lines(COMPARED)}
    return tuple(lines[kind] for kind in e.norms)


def panels(e: LayerSettings) -> tuple[Panel, ...]:
    return (
        CurvesPanel(
            id="loss", title="Loss of each batch, and its range along the gradient", figure=figures.curves(log=True),
            curves="loss", band=("lowest", "highest"), at="at", log=True, floor=1e-4, place="main",
        ),
        CurvesPanel(
            id="variance", title="A unit's variance: in the batch, remembered", figure=figures.curves(),
            curves="variance", components=("in the batch", "remembered"), overlay="expected", at="at", place="side",
        ),
        CurvesPanel(
            id="mean", title="Its mean: in the batch, remembered", figure=figures.curves(),
            curves="mean", components=("in the batch", "remembered"), at="at", place="side",
        ),
        CurvesPanel(
            id="ratio", title="Loss at test time ÷ in training", figure=figures.curves(log=True),
            curves="ratio", at="at", log=True, floor=1e-2,
        ),
        CurvesPanel(
            id="norm", title="Length of the gradient", figure=figures.curves(log=True), curves="gradient_norm", at="at",
            log=True, floor=1e-4,
        ),
        CurvesPanel(
            id="accuracy", title="Validation accuracy", figure=figures.curves(range=(0, 1.02)), curves="accuracy",
            at="at",
        ),
    )  # fmt: skip


def standings(e: LayerSettings, arrays: Arrays) -> Standings:
    found = compute.trained(*trials(e))
    more = {"Validation": last(found, "validation_accuracy"), "Range": [f"{wide:.2g}" for wide in ranges(arrays)]}
    return table("Normalisation", [run.label for run in runs(e)], found, more)


def ranges(arrays: Arrays) -> np.ndarray:
    """How far the loss of a batch changes along its gradient, in the mean over the run, [runs]."""
    wide: np.ndarray = np.nanmean(arrays["highest"] - arrays["lowest"], axis=1)
    return wide


def comparisons(e: LayerSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Weights before a normalisation have no length as far as the loss is concerned; running statistics."""
    found = compute.trained(*trials(e))
    rows = []
    for run, each, kept in zip(runs(e), found, arrays["variance"], strict=True):
        largest, expects = float(np.nanmax(np.abs(each["radial"]))), "–" if run.name == "none" else "0, but for ε"
        rows.append(Comparison(f"{run.label}: |cosine| of first layer and gradient", expects, f"{largest:.1g}"))
        if run.name != "batch":
            continue
        place = min(4, len(kept) - 1)
        step, expected = int(arrays["at"][place]), float(arrays["expected"][e.norms.index("batch"), place])
        rows.append(
            Comparison(
                f"Remembered variance at step {step}, had the weights stood still",
                f"{expected:.3g}",
                f"{kept[place, 1]:.3g}",
            )
        )
    return tuple(rows)


def caption(e: LayerSettings, arrays: Arrays) -> str:
    if "batch" in e.norms and e.size == 1:
        return "A batch of one: every number is its own mean. What batch normalisation hands on is β, whatever x is."
    return f"Batches of {e.size} digits, the same start and the same batches for all."


NOTE = (
    "The loss does not change when the weights before a normalisation are scaled, so its gradient is orthogonal to "
    "them (for RMS and layer normalisation too, all weights of the layer and its biases taken together). Running "
    "statistics start at mean 0 and variance 1 and move a tenth of the way to those of each batch: after k steps a "
    "share of 0.9ᵏ is left of the start. The dotted line is this with the weights of the start. The band is the lowest "
    "and the highest loss within one step along the gradient: S. Santurkar and others (2018) found that this "
    "smoothness, rather than a steadier distribution of inputs (internal covariate shift), is what batch normalisation "
    "changes."
)
