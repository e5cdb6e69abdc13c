"""Noise on the inputs of a linear regression is ridge regression: least squares on more and more noisy copies.

The noise is drawn once; the standard deviation only scales it. So the moments of each copy are known in advance, and
the solution of all copies so far is a matter of a few small matrices.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

import training_lab as lab
from app import compute, figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.augmentation.settings import MOST_NOISE, AugmentationSettings
from app.stage import BarsPanel, CurvesPanel, Panel, ProfilePanel, Run, Standings
from app.training import treatment_style
from training_lab import theory

COPIES = 100
SIGMAS = np.linspace(0, MOST_NOISE, 61)


class Problem(NamedTuple):
    """The diabetes data, standardised, and what the noise of each copy adds to their moments."""

    x: np.ndarray  # [n, d]
    y: np.ndarray  # [n]
    held: tuple[np.ndarray, np.ndarray]  # the validation part
    once: np.ndarray  # [copies, d, d], x'z + z'x
    twice: np.ndarray  # [copies, d, d], z'z
    moment: np.ndarray  # [copies, d], z'y
    names: tuple[str, ...]


@cache
def problem() -> Problem:
    data = lab.Data(name="diabetes")
    train, validation, *_ = compute.splits(data)
    x, y = np.asarray(train.x, np.float64), np.asarray(train.y, np.float64)[:, 0]
    z = np.random.default_rng(0).normal(size=(COPIES, *x.shape))
    cross = np.einsum("ni,cnj->cij", x, z)
    return Problem(
        x=x,
        y=y,
        held=(np.asarray(validation.x, np.float64), np.asarray(validation.y, np.float64)[:, 0]),
        once=cross + np.swapaxes(cross, 1, 2),
        twice=np.einsum("cni,cnj->cij", z, z),
        moment=np.einsum("cni,n->ci", z, y),
        names=compute.dataset(data).feature_names,
    )


def fitted(std: float) -> np.ndarray:
    """Least squares on the first 1, 2, ... copies with noise of a standard deviation, [copies, d]."""
    p, count = problem(), np.arange(1, COPIES + 1)
    gram = p.x.T @ p.x + std * _mean(p.once, count) + std**2 * _mean(p.twice, count)
    moment = p.x.T @ p.y + std * _mean(p.moment, count)
    solved: np.ndarray = np.linalg.solve(gram, moment[..., None])[..., 0]
    return solved


def _mean(of: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Of the first 1, 2, ... entries."""
    mean: np.ndarray = np.cumsum(of, axis=0) / count.reshape(-1, *[1] * (of.ndim - 1))
    return mean


def ridge(std: float) -> np.ndarray:
    """Ridge regression with the penalty that the noise amounts to, [d]."""
    p = problem()
    penalty = theory.noise_penalty(len(p.x), std) * np.eye(p.x.shape[1])
    solved: np.ndarray = np.linalg.solve(p.x.T @ p.x + penalty, p.x.T @ p.y)
    return solved


@cache
def paths() -> tuple[np.ndarray, np.ndarray]:
    """Ridge over the noise, [d, sigmas], and its R² on the validation data, [sigmas]."""
    weights = np.stack([ridge(float(std)) for std in SIGMAS], axis=1)
    return weights, np.array([_score(each) for each in weights.T])


def _score(weights: np.ndarray) -> float:
    x, y = problem().held
    return float(1 - np.mean(np.square(x @ weights - y)) / y.var())


def record(e: AugmentationSettings) -> dict[str, np.ndarray]:
    """Least squares on noisy copies, and on the data as they are.

    Returns:
        weights [2, copies, d]; predicted [d], ridge; distance [2, copies], to ridge, over its length; expected
        [2, copies], the first of these as it falls with the root of the copies; path [d, sigmas], score [1, sigmas],
        of ridge; length [2].
    """
    noisy, goal, plain = fitted(e.std), ridge(e.std), ridge(0.0)
    distance = np.linalg.norm(noisy - goal, axis=1) / np.linalg.norm(goal)
    count = np.arange(1, COPIES + 1)
    scale = np.sqrt(np.mean(np.square(distance) * count))
    return {
        "weights": np.stack([noisy, np.broadcast_to(plain, noisy.shape)]).astype(np.float32),
        "predicted": goal.astype(np.float32),
        "distance": np.stack([distance, np.full(COPIES, np.linalg.norm(plain - goal) / np.linalg.norm(goal))]).astype(
            np.float32
        ),
        "expected": np.stack([scale / np.sqrt(count), np.full(COPIES, np.nan)]).astype(np.float32),
        "length": np.full(2, COPIES, np.int32),
    }


def scene_arrays(e: AugmentationSettings) -> Arrays:
    path, score = paths()
    return {
        "sigmas": SIGMAS.astype(np.float32),
        "path": path.astype(np.float32),
        "score": score[None].astype(np.float32),
    }


def runs(e: AugmentationSettings) -> tuple[Run, ...]:
    return treatment_style.lines({"noisy": "On noisy copies", "plain": "On the data as they are"})


def panels(e: AugmentationSettings) -> tuple[Panel, ...]:
    names = problem().names
    return (
        BarsPanel(
            id="weights", title="Coefficients after so many copies; dotted: ridge", bars="weights", categories=names,
            overlay="predicted", figure=figures.bars(categories=names), place="main",
        ),
        ProfilePanel(
            id="path", title="Ridge, as the noise grows",
            figure=figures.axes(x=(0, MOST_NOISE), labels=("σ of the noise", "coefficient")), x="sigmas", lines="path",
            series=treatment_style.lines({name: name for name in names}), cursor="std", place="side",
        ),
        ProfilePanel(
            id="score", title="Its R² on validation data", x="sigmas", lines="score",
            series=treatment_style.lines({"ridge": "Ridge"}),
            figure=figures.axes(x=(0, MOST_NOISE), labels=("σ of the noise", "")), cursor="std", place="side",
        ),
        CurvesPanel(
            id="distance", title="Distance to ridge, over its length (dotted: one over the root of the copies)",
            figure=figures.curves(xlabel="copies − 1", log=True), curves="distance", overlay="expected", log=True,
            floor=1e-5,
        ),
    )  # fmt: skip


def standings(e: AugmentationSettings, arrays: Arrays) -> Standings:
    rows = tuple(
        (run.label, f"{np.abs(w[-1]).sum():.3f}", f"{np.linalg.norm(w[-1]):.3f}", f"{_score(w[-1]):.3f}")
        for run, w in zip(runs(e), arrays["weights"], strict=True)
    )
    return Standings(columns=("Regression", "|w|₁", "|w|₂", "R²"), rows=rows, tones=("good", "busy"))


def comparisons(e: AugmentationSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Noise and ridge: the coefficients, and the loss that both lower."""
    p, goal, noisy = problem(), ridge(e.std), arrays["weights"][0, -1].astype(np.float64)
    place = int(np.argmax(np.abs(goal)))
    plain = float(np.sum(np.square(p.y - p.x @ goal)))
    expected = plain + theory.noise_penalty(len(p.x), e.std) * float(goal @ goal)
    seen = plain - 2 * e.std * float(np.mean(p.moment @ goal)) + e.std * float(goal @ p.once.mean(axis=0) @ goal)
    seen += e.std**2 * float(goal @ p.twice.mean(axis=0) @ goal)
    return (
        Comparison("Penalty N σ²", f"{theory.noise_penalty(len(p.x), e.std):.4g}", "–"),
        Comparison(f"Coefficient of {p.names[place]}", f"{goal[place]:.4f}", f"{noisy[place]:.4f}"),
        Comparison("Length of the coefficients", f"{np.linalg.norm(goal):.4f}", f"{np.linalg.norm(noisy):.4f}"),
        Comparison("Σ (y − (x + noise) w)², mean over copies", f"{expected:.2f}", f"{seen:.2f}"),
    )


def formula(e: AugmentationSettings) -> tuple[Formula, ...]:
    n = len(problem().x)
    noise = Formula(
        "Noise on the inputs is ridge regression",
        r"\mathbb E \sum_i (y_i - (x_i + \varepsilon_i)^\top w)^2 = \sum_i (y_i - x_i^\top w)^2 + N \sigma^2 |w|^2",
        rf"N \sigma^2 = {n} \cdot {e.std:.3g}^2 = {n * e.std**2:.4g}" if e.show == "ridge" else "",
        "Augmentation makes data where there were none. For a linear model and Gaussian noise it can be done in one "
        "line, without a single copy.",
    )
    return (noise,)


def caption(e: AugmentationSettings, arrays: Arrays) -> str:
    return (
        f"{len(problem().x)} patients, each seen {COPIES} times with noise of σ = {e.std:.3g}: the coefficients are "
        f"{arrays['distance'][0, -1]:.1%} away from ridge regression with the penalty N σ² = "
        f"{theory.noise_penalty(len(problem().x), e.std):.4g}."
    )


NOTE = (
    "In the mean over the noise Σ (y − (x + ε) w)² is Σ (y − x w)² + N σ² |w|²: ridge regression with the penalty "
    "N σ². A finite number of copies misses it by about one over the root of their number."
)
