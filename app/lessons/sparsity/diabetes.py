"""Diabetes: how ten coefficients enter and leave a real regression as the penalty falls."""

from typing import Any

import numpy as np

from app import compute, figures
from app.contract.lesson import Arrays, Comparison
from app.lessons.sparsity.settings import SparsitySettings
from app.stage import CurvesPanel, Panel, ProfilePanel, Run, Standings
from app.training import treatment_style

LAST = compute.PENALTIES - 1  # the last place on the path
MEANINGS = {"s1": "cholesterol", "s2": "LDL", "s3": "HDL", "s4": "chol./HDL", "s5": "log triglyc.", "s6": "glucose"}


def record(e: SparsitySettings) -> dict[str, np.ndarray]:
    """Both paths, the largest penalty first.

    Returns:
        lasso and ridge [10, penalties], coefficients; score [2, penalties], validation R²; zeros [2, penalties], how
        many coefficients are exactly zero; penalties [penalties]; length [2].
    """
    found = compute.penalty_paths("diabetes", e.split)
    return {
        "lasso": found.coefficients[0].T.astype(np.float32),
        "ridge": found.coefficients[1].T.astype(np.float32),
        "score": found.score.astype(np.float32),
        "zeros": (found.coefficients == 0).sum(axis=2).astype(np.float32),
        "penalties": found.penalties.astype(np.float32),
        "length": np.full(2, len(found.penalties), np.int32),
    }


def runs(e: SparsitySettings) -> tuple[Run, ...]:
    return treatment_style.lines({"lasso": "L1 (lasso)", "ridge": "L2 (ridge)"})


def panels(e: SparsitySettings) -> tuple[Panel, ...]:
    names = compute.penalty_paths("diabetes", 0).names
    series = treatment_style.lines({name: MEANINGS.get(name, name) for name in names})
    # Arguments of several types: Any.
    axes: dict[str, Any] = {"x": (1.0, 1e-3), "y": (-0.6, 0.6), "labels": ("λ", "coefficient"), "log": (True, False)}
    main: dict[str, Any] = {"x": "penalties", "series": series, "follow": True, "place": "main"}
    return (
        ProfilePanel(id="lasso", title="L1: coefficients", figure=figures.axes(**axes), lines="lasso", **main),
        ProfilePanel(id="ridge", title="L2: coefficients", figure=figures.axes(**axes), lines="ridge", **main),
        CurvesPanel(
            id="score",
            title="Validation R²",
            figure=figures.curves(xlabel="place on the path"),
            curves="score",
        ),
        CurvesPanel(
            id="zeros",
            title="Coefficients that are exactly zero",
            figure=figures.curves(xlabel="place on the path", range=(-0.5, 10.5)),
            curves="zeros",
        ),
    )


def best(arrays: Arrays) -> list[int]:
    """The place of the best validation score on each path."""
    return [int(place) for place in arrays["score"].argmax(axis=1)]


def standings(e: SparsitySettings, arrays: Arrays) -> Standings:
    places = best(arrays)
    return Standings(
        columns=("Penalty", "Best R²", "at λ", "Zeros there"),
        rows=tuple(
            (run.label, f"{scores[at]:.3f}", f"{arrays['penalties'][at]:.2g}", f"{zeros[at]:.0f} of 10")
            for run, scores, zeros, at in zip(runs(e), arrays["score"], arrays["zeros"], places, strict=True)
        ),
        tones=("good", "good"),
    )


def comparisons(e: SparsitySettings, arrays: Arrays) -> tuple[Comparison, ...]:
    found = compute.penalty_paths("diabetes", e.split)
    kept = arrays["penalties"][np.argmax(arrays["zeros"][0] < 10)]
    before = arrays["penalties"][max(int(np.argmax(arrays["zeros"][0] < 10)) - 1, 0)]
    return (
        Comparison(
            "L1: λ above which all coefficients are zero, max |x'y|/n",
            f"{found.largest:.4f}",
            f"between {kept:.4f} and {before:.4f}",
        ),
        Comparison("L1: |x'(y − xw)|/n of coefficients at zero", "at most λ", f"at most {found.excess:.4f} λ"),
        Comparison("L2: coefficients that are exactly zero", "0", f"{arrays['zeros'][1].max():.0f}"),
    )


def caption(e: SparsitySettings, arrays: Arrays) -> str:
    return "442 patients, ten measurements, how far the disease went in a year. To the right the penalty falls."


NOTE = (
    "Solutions of half the mean squared error plus the penalty on standardised data, by coordinate descent (L1) and by "
    "solving the normal equations (L2). A coefficient stays at zero under L1 as long as its correlation with the "
    "residual is no larger than λ."
)
