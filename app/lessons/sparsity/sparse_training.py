"""A network's weights without a penalty, under L2, and under L1 by the subgradient and by the proximal step."""

import numpy as np

import training_lab as lab
from app import compute, figures
from app.compute import Trial
from app.contract.lesson import Arrays, Comparison
from app.lessons.sparsity.settings import SparsitySettings
from app.stage import BarsPanel, CurvesPanel, Panel, Run, Standings, Tone
from app.training import treatment_style
from app.training.record import frames, timeline
from training_lab import probes

WAYS = {"none": "No penalty", "l2": "L2", "subgradient": "L1, subgradient", "proximal": "L1, proximal step"}
FRAMES = 40


def trials(e: SparsitySettings) -> tuple[Trial, ...]:
    return tuple(Trial(recipe(e, way), (probes.losses, probes.weights, probes.histograms), e.seed) for way in WAYS)


def log_every(e: SparsitySettings) -> int:
    """Steps between two frames."""
    return max(1, e.steps // FRAMES)


def recipe(e: SparsitySettings, way: str) -> lab.Recipe:
    """One hidden layer on digits, by plain gradient descent."""
    # All four have all terms, most of them with the strength zero: one program then serves them all.
    l2, subgradient, proximal = ({"strength": e.strength * (way == on)} for on in ("l2", "subgradient", "proximal"))
    return lab.Recipe(
        data=lab.Data(name="digits"),
        network=lab.MLP(depth=1, width=32),
        optimizer=("gradient_descent", {"learning_rate": e.learning_rate}),
        penalty=(("l2", l2), ("l1", subgradient)),
        proximal=("l1", proximal),
        batch_size=64,
        steps=e.steps,
        log_every=log_every(e),
    )


def record(e: SparsitySettings) -> dict[str, np.ndarray]:
    """The four runs.

    Returns:
        zeros (the share of the first layer's weights that is exactly zero), norm (of these weights) and accuracy (on
        validation data) [4, frames]; facets [4, frames, bins], their histograms in percent; at [frames]; length [4].
    """
    found = compute.trained(*trials(e))
    return {
        "zeros": frames(found, lambda run: run["zero_fraction"][:, 0]),
        "accuracy": frames(found, "validation_accuracy"),
        "norm": frames(found, lambda run: run["weight_norm"][:, 0]),
        "facets": frames(found, lambda run: 100 * np.asarray(run["weight_histogram"])[:, 0]),
        **timeline(found, e.steps),
    }


def runs(e: SparsitySettings) -> tuple[Run, ...]:
    return treatment_style.lines(WAYS)


def panels(e: SparsitySettings) -> tuple[Panel, ...]:
    return (
        BarsPanel(
            id="histogram",
            title="Weights of the first layer",
            figure=figures.bars(facets=tuple(WAYS.values()), labels=("", "%"), x=(-0.5, 0.5), log=True),
            bars="facets",
            edges="edges",
            facets=tuple(WAYS.values()),
            series=treatment_style.lines({"share": "share of the weights"}, first=5),
            floor=0.01,
            at="at",
            place="main",
        ),
        CurvesPanel(
            id="zeros", title="Share that is exactly zero", figure=figures.curves(range=(-0.02, 1.0)), curves="zeros",
            at="at",
        ),
        CurvesPanel(
            id="accuracy", title="Validation accuracy", figure=figures.curves(range=(0.5, 1.0)), curves="accuracy",
            at="at",
        ),
        CurvesPanel(id="norm", title="Norm of the weights", figure=figures.curves(), curves="norm", at="at"),
    )  # fmt: skip


def scene_arrays(e: SparsitySettings) -> Arrays:
    return {"edges": np.tile(probes.WEIGHT_EDGES, (len(WAYS), 1)).astype(np.float32)}


def standings(e: SparsitySettings, arrays: Arrays) -> Standings:
    rows: list[tuple[str, ...]] = []
    tones: list[Tone] = []
    for run, zeros, accuracy, norm in zip(runs(e), arrays["zeros"], arrays["accuracy"], arrays["norm"], strict=True):
        rows.append((run.label, f"{zeros[-1]:.1%}", f"{accuracy[-1]:.1%}", f"{norm[-1]:.3g}"))
        tones.append("good" if zeros[-1] > 0.2 else "busy")
    return Standings(columns=("Penalty", "Exact zeros", "Validation", "Norm"), rows=tuple(rows), tones=tuple(tones))


def comparisons(e: SparsitySettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Who has exact zeros, and who has none."""
    zeros = arrays["zeros"][:, -1]
    return (
        Comparison("Exact zeros without a penalty and under L2", "none", f"{zeros[0]:.1%} and {zeros[1]:.1%}"),
        Comparison("Exact zeros by the subgradient", "none, but for luck", f"{zeros[2]:.1%}"),
        Comparison("Exact zeros by the proximal step", "many", f"{zeros[3]:.1%}"),
    )


def caption(e: SparsitySettings, arrays: Arrays) -> str:
    return "64 inputs, 32 hidden units, digits: the same start and the same batches, four ways to treat the weights."


NOTE = (
    "The subgradient of λ|w| is ±λ up to zero itself: each step crosses zero by up to ηλ and comes back. The proximal "
    "step moves by ηλ too, but stops at zero."
)
