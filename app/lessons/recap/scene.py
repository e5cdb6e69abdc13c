"""The tricks drawn and told: panels, standings, what is predicted."""

import numpy as np
from scipy import stats

from app import compute, figures
from app.contract.lesson import Arrays, Comparison
from app.lessons.recap import questions
from app.lessons.recap.record import POINTS, QUANTILE, by_signs, curves, row_of
from app.lessons.recap.settings import RecapSettings
from app.lessons.recap.trials import data
from app.lessons.recap.tricks import PROBLEMS, SEEDS, TRICKS
from app.stage import ContourPanel, CurvesPanel, Lines, Panel, Points, Run, Standings, Tone
from app.training import treatment_style


def runs(e: RecapSettings) -> tuple[Run, ...]:
    """The two arms, or the recipe and what is left or added when one trick is flipped."""
    if e.show == "one":
        return treatment_style.lines({"with": f"With {TRICKS[e.trick].label}", "without": "Without"})
    flipped = {n: f"{'Without' if n in e.tricks else 'With'} {trick.label}" for n, trick in TRICKS.items()}
    return treatment_style.lines({"recipe": "The recipe", **flipped})


def panels(e: RecapSettings) -> tuple[Panel, ...]:
    one, problem = e.show == "one", PROBLEMS[e.problem]
    share = figures.curves(range=(problem.least, 1.02))
    # Names of tricks are too long for an axis: they stand beside their intervals.
    names = ["mean", *(f"seed {seed}" for seed in range(SEEDS))] if one else [""] * len(TRICKS)
    accuracy = CurvesPanel(
        id="accuracy",
        title=f"Test accuracy, mean of {SEEDS} seeds" + (" with its 95 % interval" if one else ""),
        place="main" if one else "side",
        figure=share,
        curves="mean",
        band=("low", "high") if one else None,
        at="at",
    )
    effects = ContourPanel(
        id="effects",
        title="With minus without, in points",
        place="side" if one else "main",
        figure=figures.rows(names, x=(-1.05 * problem.span, 1.05 * problem.span), label="points of test accuracy"),
        markers=(
            Lines(array="zero", label="", width=1.0, dash=(4, 4)),
            Lines(
                array="spans",
                label="95 % interval",
                names=() if one else tuple(trick.label for trick in TRICKS.values()),
                color=_COLORS[0],
                width=4.0,
                dash=(),
            ),
            Points(array="dots", label="", groups="groups", names=("", ""), colors=_COLORS, size=8.0),
        ),
    )
    strips = (
        CurvesPanel(id="training", title="Training accuracy", figure=share, curves="training", at="at"),
        CurvesPanel(
            id="validation",
            title="Validation loss",
            figure=figures.curves(log=True),
            curves="validation",
            at="at",
            log=True,
        ),
    )
    return (accuracy, effects, *strips) if one else (effects, accuracy, *strips)


_COLORS = tuple(run.color for run in treatment_style.lines({"mean": "", "seed": ""}))


def scene_arrays(e: RecapSettings) -> Arrays:
    """The line of no effect, and which dots are seeds."""
    one = e.show == "one"
    count = 1 + SEEDS if one else len(TRICKS)
    return {
        "zero": np.array([[[0, -0.5], [0, count - 0.5]]], np.float32),
        "groups": (np.arange(count) > 0 if one else np.zeros(count)).astype(np.int32),
    }


def standings(e: RecapSettings, arrays: Arrays) -> Standings:
    """The ablation table; empty while a question waits for a guess."""
    scores = POINTS * arrays["scores"].astype(float)
    waiting, change = e.waits, scores - scores[:1]
    rows = tuple(
        (
            run.label,
            "?" if waiting else f"{score.mean():.1f} %",
            "?" if waiting else ("–" if place == 0 else said(moved)),
            "?" if waiting else f"{POINTS * fit:.0f} %",
        )
        for place, (run, score, moved, fit) in enumerate(zip(runs(e), scores, change, arrays["fits"], strict=True))
    )
    tones = tuple("busy" if waiting else _tone(moved) for moved in change)
    return Standings(columns=("Network", "Test", "Change", "Training"), rows=rows, tones=tones)


def said(effects: np.ndarray) -> str:
    """A mean and half the width of its interval."""
    half = QUANTILE * effects.std(ddof=1) / np.sqrt(len(effects))
    return f"{effects.mean():+.1f} ± {half:.1f}"


def _tone(effects: np.ndarray) -> Tone:
    half = QUANTILE * effects.std(ddof=1) / np.sqrt(len(effects))
    return "good" if effects.mean() > half else "bad" if effects.mean() < -half else "busy"


def caption(e: RecapSettings, arrays: Arrays) -> str:
    question = e.asked
    if question is not None:
        return question.caption(e.guess, arrays)
    row, (label, off) = row_of(e), TRICKS[e.trick]
    verdict = ("helps", "makes no difference that eight seeds could show", "hurts")[questions.helps(arrays, row)]
    worth = f"{label[0].upper()}{label[1:]} {verdict}: {said(arrays['effects'][row].astype(float))} points."
    return f"{worth} Without it: {off}." if e.show == "one" else worth


def comparisons(e: RecapSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    if e.waits:
        return ()
    row, scores = row_of(e), POINTS * arrays["scores"].astype(float)
    effects = arrays["effects"][row].astype(float)
    one, other = scores[0], scores[1 + row]
    count = len(compute.splits(data(e, True)).test.x)
    share = one.mean() / POINTS
    own, error = np.sqrt(one.var(ddof=1) + other.var(ddof=1)), effects.std(ddof=1) / np.sqrt(SEEDS)
    p = 2 * stats.t.sf(abs(effects.mean()) / error, SEEDS - 1) if error else 1.0
    shared = np.cov(one, other)[0, 1]
    return (
        Comparison(
            "Spread of the differences: √(s₁² + s₂² − 2 c)",
            f"{np.sqrt(max(own**2 - 2 * shared, 0)):.2f} points ({own:.2f} without pairs)",
            f"{effects.std(ddof=1):.2f} points",
        ),
        Comparison(
            f"Chance of such a difference if {TRICKS[e.trick].label} does nothing: Student, and all {2**SEEDS} signs",
            f"{p:.3f}",
            f"{by_signs(effects):.3f}",
        ),
        Comparison(
            f"Luck of the draw of {count} test examples: √(a (1 − a) / n); spread between the seeds",
            f"{POINTS * np.sqrt(share * (1 - share) / count):.2f} points",
            f"{one.std(ddof=1):.2f} points",
        ),
    )


NOTE = (
    "The first line is an identity: the seeds that two networks share make their difference steadier where c, the "
    "covariance, is positive. In the second, Student's t stands beside an exact test without any law: if a trick does "
    "nothing, each of the eight differences could as well have had the other sign. The third says what no number of "
    "seeds can tell: all of them answer the same test examples, and another draw would move all of them together. And "
    "of twenty tricks that do nothing, one would still be expected to show an interval without zero."
)


def poster(e: RecapSettings) -> bytes:
    """Test accuracy of all seeds from the worst to the best, and over it their curves with and without."""
    test = curves(e)["test"]
    along = np.linspace(0.05, 0.95, test.shape[1])
    trails = [np.stack([along, 0.05 + 0.9 * line], axis=1) for arm in test for line in arm.T]
    colors = [run.color for run, arm in zip(runs(e), test, strict=True) for _ in arm.T]
    return figures.poster(np.sort(test[0], axis=1).T, trails, colors)
