"""Digits of which some have a wrong label: which losses learn them by heart."""

import numpy as np

import training_lab as lab
from app import compute, figures
from app.compute import Trial, lesson_probes
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.losses.settings import LossSettings
from app.stage import CurvesPanel, Panel, Run, Standings
from app.training import treatment_style
from app.training.record import frames, timeline
from training_lab import losses, probes

LINES = {
    "cross_entropy": "Cross-entropy",
    "smoothed": "Label smoothing",
    "focal": "Focal",
    "hinge": "Hinge",
    "sigmoid_mse": "Squares after sigmoid",
}
FRAMES = 40


def trials(e: LossSettings) -> tuple[Trial, ...]:
    """One run for each loss, on the same labels, from the same weights, with the same batches."""
    return tuple(Trial(recipe(e, name), (probes.losses, lesson_probes.memory), e.seed) for name in LINES)


def recipe(e: LossSettings, name: str) -> lab.Recipe:
    return lab.Recipe(
        data=lab.Data(name="digits", train=400, label_noise=e.wrong),
        network=lab.MLP(width=64),
        loss=chosen(e)[name],
        optimizer=("adam", {"learning_rate": 0.005}),
        batch_size=40,
        steps=e.steps,
        log_every=max(1, e.steps // FRAMES),
    )


def chosen(e: LossSettings) -> dict[str, tuple[str, dict[str, float]]]:
    """The lab's losses with their numbers; smoothing shares a program with plain cross-entropy."""
    return {
        "cross_entropy": ("cross_entropy", {"smoothing": 0.0}),
        "smoothed": ("cross_entropy", {"smoothing": e.smoothing}),
        "focal": ("focal", {"gamma": e.gamma}),
        "hinge": ("hinge", {"margin": e.margin}),
        "sigmoid_mse": ("sigmoid_mse", {}),
    }


def record(e: LossSettings) -> dict[str, np.ndarray]:
    """The five runs.

    Returns:
        accuracy (on validation data, whose labels are right), training (accuracy on the training labels as they are)
        and memorised (share of the wrong ones that the network repeats) [5, frames]; at [frames]; length [5].
    """
    found = compute.trained(*trials(e))
    names = {"accuracy": "validation_accuracy", "training": "accuracy", "memorised": "memorised"}
    return {own: frames(found, name) for own, name in names.items()} | timeline(found, e.steps)


def runs(e: LossSettings) -> tuple[Run, ...]:
    return treatment_style.lines(LINES)


def panels(e: LossSettings) -> tuple[Panel, ...]:
    share = figures.curves(range=(-0.02, 1.02))
    return (
        CurvesPanel(
            id="accuracy",
            title="Held-back accuracy: there all labels are right",
            figure=figures.curves(range=(0.4, 1.0)),
            curves="accuracy",
            at="at",
            place="main",
        ),
        CurvesPanel(
            id="memorised",
            title="Wrong labels learned by heart",
            figure=share,
            curves="memorised",
            at="at",
            place="side",
        ),
        CurvesPanel(
            id="training",
            title="Accuracy on the training labels",
            figure=share,
            curves="training",
            at="at",
            place="side",
        ),
    )


def standings(e: LossSettings, arrays: Arrays) -> Standings:
    best = int(np.nanargmax(arrays["accuracy"][:, -1]))
    return Standings(
        columns=("Loss", "Best", "End", "By heart"),
        rows=tuple(
            (
                run.label,
                f"{np.nanmax(score):.1%}",
                f"{score[-1]:.1%}",
                "–" if np.isnan(heart[-1]) else f"{heart[-1]:.0%}",
            )
            for run, score, heart in zip(runs(e), arrays["accuracy"], arrays["memorised"], strict=True)
        ),
        tones=tuple("good" if place == best else "busy" for place in range(len(LINES))),
    )


def comparisons(e: LossSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    splits = compute.splits(recipe(e, "cross_entropy").data)
    wrong = float(np.mean(np.asarray(splits.train.y) != np.asarray(splits.clean)))
    truth, heart = 1 - wrong, arrays["memorised"][0, -1]
    rows = [Comparison("Share of wrong training labels", f"{e.wrong:.1%}", f"{wrong:.1%}")]
    if not np.isnan(heart):
        rows.append(
            Comparison(
                "Cross-entropy: training accuracy, if it only knew the truth, and as it is",
                f"{truth:.1%}",
                f"{arrays['training'][0, -1]:.1%}",
            )
        )
    return tuple(rows)


def formula(e: LossSettings) -> tuple[Formula, ...]:
    return tuple(Formula.of(losses.get(name), values) for name, values in list(chosen(e).values())[1:])


def caption(e: LossSettings, arrays: Arrays) -> str:
    return (
        f"400 digits, {e.wrong:.0%} of them with the label of another one. The network is large enough to learn them "
        "all by heart; a good loss is slow to do so."
    )


NOTE = (
    "A network that knew nothing but the truth would be right on as many training labels as are right. What it has "
    "beyond that it learned by heart, and pays for on new digits."
)
