"""Few digits, as they are and augmented: what the network sees in each epoch, and how far validation lags behind.

All examples are in every batch, so a step is an epoch, and the same digits can be watched from epoch to epoch.
"""

from math import exp, lgamma

import numpy as np

import training_lab as lab
from app import compute, figures
from app.compute import Trial, lesson_probes
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.augmentation import noise_as_ridge
from app.lessons.augmentation.settings import METHODS, AugmentationSettings
from app.stage import BarsPanel, CurvesPanel, Panel, Run, Scale, Standings, TilesPanel, Tone
from app.training import treatment_style
from app.training.record import frames, timeline
from app.training.results import percent
from training_lab import augment, probes

DATA = lab.Data(name="digits", train=200)
FRAMES = 50
DIGITS = tuple(map(str, range(10)))
PROBES = (probes.losses, lesson_probes.confusion, lesson_probes.seen)
# What leaves an image as it is; there is no such mixup.
NEUTRAL: dict[str, dict[str, float]] = {
    "shift": {"pixels": 0.0},
    "rotate": {"degrees": 0.0},
    "crop": {"smallest": 1.0},
    "flip": {"probability": 0.0},
    "cutout": {"size": 0.0},
    "noise": {"std": 0.0},
}


def chain(e: AugmentationSettings, chosen: tuple[str, ...]) -> tuple[lab.Choice, ...]:
    """The augmentations of a run. Without mixup all others are there, most of them doing nothing: one compiled program
    then serves every choice among them.
    """
    if not chosen or "mixup" in chosen:
        return tuple(e.picked(augment, name) for name in METHODS if name in chosen)
    return tuple(
        e.picked(augment, name) if name in chosen else lab.Choice.of((name, neutral))
        for name, neutral in NEUTRAL.items()
    )


def recipe(e: AugmentationSettings, chosen: tuple[str, ...]) -> lab.Recipe:
    """One hidden layer on two hundred digits, by Adam."""
    return lab.Recipe(
        data=DATA,
        network=lab.MLP(depth=1, width=64),
        optimizer=("adam", {"learning_rate": e.learning_rate}),
        augment=chain(e, chosen),
        batch_size=None,
        steps=e.steps,
        log_every=max(1, e.steps // FRAMES),
    )


def trials(e: AugmentationSettings) -> tuple[Trial, ...]:
    """The run on augmented digits, and the one on the digits as they are."""
    return tuple(Trial(recipe(e, chosen), PROBES, e.seed) for chosen in (e.methods, ()))


def record(e: AugmentationSettings) -> dict[str, np.ndarray]:
    """Two runs, with augmentation and without.

    Returns:
        seen [frames, tiles, 8, 8] in bytes, what the first network sees of the same digits; labels [frames, tiles];
        loss, validation_loss, gap, accuracy [2, frames]; recall [2, frames, 10], share of each digit that is
        recognised; share [frames], of the first label in a mixture; at [frames], length [2].
    """
    found = compute.trained(*trials(e))
    loss, held = frames(found, "loss"), frames(found, "validation_loss")
    confusion = frames(found, "confusion")
    return {
        "seen": np.asarray(found[0]["seen"]),
        "labels": np.asarray(found[0]["labels"], np.int32),
        "share": np.asarray(found[0]["share"], np.float32),
        "loss": loss,
        "validation_loss": held,
        "gap": held - loss,
        "accuracy": frames(found, "validation_accuracy"),
        "recall": np.diagonal(confusion, axis1=2, axis2=3) / np.maximum(confusion.sum(axis=3), 1),
        **timeline(found, e.steps),
    }


def runs(e: AugmentationSettings) -> tuple[Run, ...]:
    return treatment_style.lines({"augmented": "Augmented", "plain": "As they are"})


def panels(e: AugmentationSettings) -> tuple[Panel, ...]:
    return (
        TilesPanel(
            id="seen", title="Twelve digits as the network sees them, epoch by epoch", tiles="seen", words="labels",
            vocabulary=DIGITS, columns=4, scale=Scale(kind="gray", low=0, high=1), at="at", place="main",
        ),
        CurvesPanel(
            id="loss", title="Validation loss (dotted: training)", figure=figures.curves(xlabel="epoch", log=True),
            curves="validation_loss", overlay="loss", at="at", log=True, floor=1e-4, place="side",
        ),
        CurvesPanel(
            id="accuracy", title="Validation accuracy", figure=figures.curves(xlabel="epoch", range=(0.5, 1.0)),
            curves="accuracy", at="at", place="side",
        ),
        CurvesPanel(
            id="gap", title="Gap: validation − training loss", figure=figures.curves(xlabel="epoch"), curves="gap",
            at="at",
        ),
        BarsPanel(
            id="recall", title="Share of each digit that is recognised", bars="recall", categories=DIGITS, at="at",
            figure=figures.bars(categories=DIGITS, y=(0, 1.05)), weight=1.6,
        ),
    )  # fmt: skip


def standings(e: AugmentationSettings, arrays: Arrays) -> Standings:
    best = arrays["accuracy"][:, -1].max()
    rows, tones = [], []
    for run, accuracy, held, gap in zip(
        runs(e), arrays["accuracy"], arrays["validation_loss"], arrays["gap"], strict=True
    ):
        rows.append((run.label, percent(accuracy[-1]), f"{held[-1]:.3f}", f"{gap[-1]:.3f}"))
        tone: Tone = "good" if accuracy[-1] == best else "busy"
        tones.append(tone)
    return Standings(columns=("Digits", "Validation", "Loss", "Gap"), rows=tuple(rows), tones=tuple(tones))


def comparisons(e: AugmentationSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """How many images there were, and the law of the shares that mixup draws."""
    seen, rows = arrays["seen"], []
    different = len(np.unique(seen.reshape(-1, seen[0, 0].size), axis=0))
    if not e.methods:
        rows.append(Comparison("Different images of the twelve digits", str(lesson_probes.SEEN), str(different)))
    elif set(e.methods) & {"shift", "rotate", "crop", "noise"}:
        frames_ = f"up to {lesson_probes.SEEN} in each of {len(seen)} frames, {lesson_probes.SEEN * len(seen)}"
        rows.append(Comparison("Different images of the twelve digits", frames_, str(different)))
    if "mixup" in e.methods:
        expected = larger_share(e.numbers(augment, "mixup")["alpha"])
        rows.append(Comparison("Mixup: mean of the larger share", f"{expected:.3f}", f"{arrays['share'].mean():.3f}"))
    guess = f"about ln 10 = {np.log(10):.3f}"
    return (*rows, Comparison("Loss before the first epoch", guess, f"{arrays['loss'][1, 0]:.3f}"))


def larger_share(alpha: float) -> float:
    """The mean of the larger one of two shares from Beta(alpha, alpha)."""
    log_beta = 2 * lgamma(alpha) - lgamma(2 * alpha)
    return 0.5 + exp(-log_beta) / (4**alpha * alpha)


def formula(e: AugmentationSettings) -> tuple[Formula, ...]:
    """The augmentations that are on; where there is none, what noise would be to a linear model."""
    return tuple(
        Formula.of(augment.get(name), e.numbers(augment, name)) for name in e.methods
    ) or noise_as_ridge.formula(e)


def caption(e: AugmentationSettings, arrays: Arrays) -> str:
    names = ", ".join(augment.get(name).title.lower() for name in e.methods) or "none"
    before, after = arrays["gap"][1, -1], arrays["gap"][0, -1]
    return (
        f"200 digits, {e.steps} epochs, augmentation: {names}. The gap between validation and training loss is "
        f"{after:.2f}, and {before:.2f} without."
    )


def poster(e: AugmentationSettings) -> bytes:
    """Digits as they were seen, and both gaps."""
    arrays = record(e)
    shown = np.linspace(0, len(arrays["seen"]) - 1, 5).astype(int)
    rows = [np.concatenate(list(tiles[:8]), axis=1) for tiles in arrays["seen"][shown]]
    ground = -np.concatenate(rows)[::-1].astype(np.float32)
    gaps = arrays["gap"]
    across, heights = np.linspace(0.03, 0.97, gaps.shape[1]), 0.08 + 0.8 * gaps / gaps.max()
    trails = [np.stack([across, height], axis=1) for height in heights]
    return figures.poster(ground, trails, [run.color for run in runs(e)])


NOTE = (
    "There is no closed form for what an augmentation does to a network. What is known is how many different images it "
    "makes, and for mixup the law of the shares: the larger one of two from Beta(α, α) is ½ + 1/(4^α α B(α, α)) in the "
    "mean. The labels stay as they are, but for mixup: so an augmentation is a promise that what it changes does not "
    "matter. A flipped or overturned digit breaks it."
)
