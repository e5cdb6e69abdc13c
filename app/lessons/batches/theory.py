"""The rules with their numbers, what is predicted beside what was measured, and how each run ended in words."""

import numpy as np

from app.compute.minibatch_regression import SAMPLES
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.batches import noise_ball
from app.lessons.batches.settings import NAMES, RUNS, Kind, RegressionSettings
from app.stage import Standings, Tone

NOTE = (
    "With a constant learning rate a walk on the gradients of batches ends in a *noise ball* around the minimum. Its "
    "covariance solves the fixed point of one step, which for quadratic losses is exact: the gradients of the samples "
    "at the minimum feed it, their curvatures make it a little larger, and the factor κ says how much a batch "
    "averages out. Measured over the last half of the run as the root of the mean squared distance from the minimum. "
    "The dotted lines in the loss panels are the expected loss over all possible draws."
)
NEAR = 1e-3  # of the gap at the start: below it a run counts as converged


def comparisons(e: RegressionSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    return tuple(row for place, run in enumerate(RUNS) for row in _rows(e, arrays, place, run))


def _rows(e: RegressionSettings, arrays: Arrays, place: int, run: Kind) -> tuple[Comparison, ...]:
    limit = float(arrays["limits"][place])
    side, ends = "below" if e.rate < limit else "above", _ends(e, arrays, place)
    stable = Comparison(
        f"{run.label}: largest stable learning rate", f"{limit:.3g}", f"{e.rate:.3g} is {side} it; {ends}"
    )
    if run.name == "whole":
        return (stable,)
    drawn = "" if noise_ball.independent(e, run) else " (if each batch were drawn anew)"
    (width, height), (seen_width, seen_height) = arrays["deviations"][place].tolist()
    level, seen = arrays["levels"][place].tolist()
    rows = (
        Comparison(
            f"{run.label}: deviation of the weights in the noise ball",
            f"{_short(width)}, {_short(height)}{drawn}",
            f"{_short(seen_width)}, {_short(seen_height)}",
        ),
        Comparison(f"{run.label}: mean loss above the minimum there", f"{_short(level)}{drawn}", _short(seen)),
    )
    return (*(() if run.decays else (stable,)), *rows)


def _ends(e: RegressionSettings, arrays: Arrays, place: int) -> str:
    if arrays["length"][place] <= e.steps:
        return "the run diverged"
    highest = arrays["excess"][place].max() / max(arrays["excess"][place, 0], 1e-12)
    return f"its loss rose {highest:.2g}-fold on the way" if highest > 2 else "the run stays"


def _short(number: float) -> str:
    if not np.isfinite(number):
        return "none"
    return "0" if number < 1e-7 else f"{number:.3g}"


def standings(e: RegressionSettings, arrays: Arrays) -> Standings:
    """How far each run came, and what it cost."""
    judged = [_judge(e, arrays, place) for place in range(len(RUNS))]
    last = np.maximum(arrays["length"] - 1, 0)
    rows = tuple(
        (
            run.label,
            word,
            f"{arrays['step_count'][place, last[place]]:.0f}",
            f"{arrays['epochs'][place, last[place]]:.4g}",
            f"{arrays['excess'][place, last[place]]:.2g}",
        )
        for place, (run, (word, _, _)) in enumerate(zip(RUNS, judged, strict=True))
    )
    return Standings(
        columns=("Gradient of", "Status", "Steps", "Epochs", "Loss"),
        rows=rows,
        tones=tuple(tone for _, tone, _ in judged),
        details=tuple(detail for _, _, detail in judged),
    )


def _judge(e: RegressionSettings, arrays: Arrays, place: int) -> tuple[str, Tone, str]:
    length, excess = int(arrays["length"][place]), arrays["excess"][place]
    if length <= e.steps:
        return "diverged", "bad", f"A hundred maps away from the minimum at {length}."
    level, seen = arrays["levels"][place].tolist()
    tail = excess[len(excess) // 2 :]
    if tail.max() <= NEAR * excess[0]:
        return "converged", "good", "Within 0.1% of the gap over the last half."
    if np.isfinite(level) and 0 < seen < 3 * level:
        return "in its ball", "busy", f"Hovers about the minimum: loss {seen:.2g} on average, {level:.2g} predicted."
    return "walking", "busy", f"Still on its way after {arrays['step_count'][place, -1]:.0f} steps."


def words(e: RegressionSettings, arrays: Arrays) -> str:
    """What one step costs, in a sentence."""
    epochs = arrays["epochs"][:, -1]
    return (
        f"A step costs {SAMPLES} gradients for the whole set, {e.batch} for a mini-batch, 1 for a sample: at the end "
        f"{epochs[0]:.4g}, {epochs[2]:.4g} and {epochs[1]:.4g} epochs."
    )


def formula(e: RegressionSettings) -> tuple[Formula, ...]:
    mini = RUNS[NAMES.index("mini")]
    kappa, repeats = noise_ball.factor(e, mini), e.sampling == "with"
    step = Formula(
        "One step",
        r"w \leftarrow w - \frac{\eta}{|\mathcal B|} \sum_{i \in \mathcal B} \nabla \ell_i(w)",
        rf"w \leftarrow w - \frac{{{e.rate:.4g}}}{{{e.batch}}} \sum_{{i \in \mathcal B}} \nabla \ell_i(w)",
        "The whole set, one sample and a mini-batch differ in $\\mathcal B$ alone. In PyTorch all three are "
        "`optim.SGD`: it takes the gradient that it is given, and the data loader decides whose gradient that is.",
    )
    noise = Formula(
        "The noise of a batch, and the ball that it makes",
        r"\operatorname{Cov}(g_{\mathcal B}) = \kappa\, \Sigma, \qquad \kappa = "
        + (r"\frac{1}{B}" if repeats else r"\frac{N - B}{B\,(N - 1)}")
        + r", \qquad S \approx \tfrac{\eta}{2} H^{-1} \kappa\, \Sigma \;\text{ if } \Sigma H = H \Sigma",
        rf"\kappa = {kappa:.4g}",
        "Σ is the covariance of the gradients of single samples. Draws without repeats are a little better than one "
        "over B, and the whole set ($B = N$) has no noise at all. The covariance $S$ of the walk in the long run grows "
        "with η/B; the table holds its exact value.",
    )
    return (step, noise)
