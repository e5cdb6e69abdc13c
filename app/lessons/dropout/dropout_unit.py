"""One unit whose inputs are dropped: what it says in training, and at test time, under three ways to make up for it.

The unit looks for a zero: its weights are the mean image of the zeros, scaled so that a mean zero is worth one. The
random numbers are the same at every rate: a pixel is off where its number lies below the rate.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

import training_lab as lab
from app import compute, figures
from app.contract.lesson import Arrays, Comparison
from app.lessons.dropout.settings import DropoutSettings
from app.stage import BarsPanel, CurvesPanel, Panel, ProfilePanel, Run, Scale, Standings, TilesPanel, Tone, quantize
from app.training import treatment_style
from training_lab import theory

WAYS = {
    "inverted": "Inverted: ÷ (1 − p) in training",
    "plain": "Plain: × (1 − p) at test time",
    "slides": "As on the slides: × p at test time",
}
EXAMPLES, DRAWS, BINS = 300, 40, 36
SHOWN = 6  # digits that are drawn
RATES = np.linspace(0.02, 0.9, 89)
TINY = 1e-9  # a rate or a mean below it counts as this
OTHER = 1  # the second unit looks for this digit


class Unit(NamedTuple):
    """Digits with pixels from 0 to 1, and the weights of two units."""

    x: np.ndarray  # [examples, pixels]
    weights: np.ndarray  # [2, pixels]


@cache
def unit() -> Unit:
    train = compute.splits(lab.Data(name="digits", scaling="none")).train
    x, y = np.asarray(train.x).reshape(len(train.x), -1) / 16, np.asarray(train.y)
    means = np.stack([x[y == digit].mean(axis=0) for digit in (0, OTHER)])
    return Unit(x[:EXAMPLES], (means / np.square(means).sum(axis=1, keepdims=True)).astype(np.float32))


@cache
def _numbers() -> np.ndarray:
    """Random numbers [2, draws, examples, pixels]: of the mask of each unit."""
    return np.random.default_rng(0).random((2, DRAWS, *unit().x.shape), dtype=np.float32)


def sums(rate: float, which: int = 0, masks: int = 0) -> np.ndarray:
    """What one of the two units says of its thinned inputs, [draws, examples], with one of two sets of masks."""
    x, weights = unit()
    found: np.ndarray = np.einsum("dnp,np->dn", _numbers()[masks] >= rate, x * weights[which])
    return found


def factors(rate: float) -> tuple[float, float, float]:
    """Mean in training over that at test time, under each of the ways."""
    return 1.0, 1.0, (1 - rate) / max(rate, TINY)


def outputs(rate: float) -> tuple[np.ndarray, np.ndarray]:
    """In training [3, draws, examples] and at test time [3, examples], under each of the ways."""
    x, weights = unit()
    thin, full = sums(rate), x @ weights[0]
    return np.stack([thin / (1 - rate), thin, thin]), np.stack([full, (1 - rate) * full, rate * full])


def record(e: DropoutSettings) -> Arrays:
    """One unit after one draw of masks, after two, and so on.

    Returns:
        said [3, 2, draws, bins], shares in percent of the outputs in training so far and at test time, in bins with
        edges [3, bins + 1]; predicted [3, bins] in training; ratio, expected_ratio [3, draws], mean in training so far
        over that at test time; digits [draws, tiles, 8, 8]; over [3, rates], that ratio at rates [rates]; length [3].
    """
    train, test = outputs(e.rate)
    edges = np.stack([np.linspace(0, 1.02 * max(t.max(), s.max()), BINS + 1) for t, s in zip(train, test, strict=True)])
    seen = np.arange(1, DRAWS + 1)
    means = np.cumsum(train.mean(axis=2), axis=1) / seen
    mask = _numbers()[0, :, :SHOWN] >= e.rate
    digits = np.where(mask, unit().x[None, :SHOWN], np.nan).reshape(DRAWS, SHOWN, 8, 8)
    return {
        "said": np.stack([_histograms(*each) for each in zip(train, test, edges, strict=True)]).astype(np.float32),
        "edges": edges.astype(np.float32),
        "predicted": np.stack([_mixture(e.rate, way, row) for way, row in enumerate(edges)]).astype(np.float32),
        "ratio": (means / np.maximum(test.mean(axis=1, keepdims=True), TINY)).astype(np.float32),
        "expected_ratio": np.tile(np.array(factors(e.rate))[:, None], DRAWS).astype(np.float32),
        "digits": quantize(digits, 0, 1),
        "length": np.full(len(WAYS), DRAWS, np.int32),
    }


def _histograms(train: np.ndarray, test: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Shares in percent, [2, draws, bins]."""
    bins = np.minimum(train / edges[-1] * BINS, BINS - 1).astype(int)
    counts = np.stack([np.bincount(row, minlength=BINS) for row in bins])
    alone = np.histogram(test, edges)[0] / len(test)
    so_far = np.cumsum(counts, axis=0) / (train.shape[1] * np.arange(1, DRAWS + 1))[:, None]
    return 100 * np.stack([so_far, np.tile(alone, (DRAWS, 1))])


def _mixture(rate: float, way: int, edges: np.ndarray) -> np.ndarray:
    """A normal distribution for each example, with the mean and variance of its sum over all masks, in percent."""
    x, weights = unit()
    scale = 1 / (1 - rate) if way == 0 else 1.0
    mean = scale * (1 - rate) * (x @ weights[0])
    width = edges[1] - edges[0]
    variance = scale**2 * rate * (1 - rate) * (np.square(x) @ np.square(weights[0])) + width**2 / 12
    centres = (edges[1:] + edges[:-1]) / 2
    away = np.square(centres[:, None] - mean) / variance
    found: np.ndarray = 100 * width * np.mean(np.exp(-away / 2) / np.sqrt(2 * np.pi * variance), axis=1)
    return found


def scene_arrays() -> Arrays:
    over = np.stack([np.ones_like(RATES), np.ones_like(RATES), (1 - RATES) / RATES])
    return {"rates": RATES.astype(np.float32), "over": over.astype(np.float32)}


def runs(e: DropoutSettings) -> tuple[Run, ...]:
    return treatment_style.lines(WAYS, first=2)


def panels(e: DropoutSettings) -> tuple[Panel, ...]:
    facets = ("inverted", "plain", "as on the slides")
    return (
        BarsPanel(
            id="said", title="What the unit says",
            figure=figures.bars(facets=facets, labels=("", "% of examples")),
            bars="said", edges="edges", facets=facets, overlay="predicted", place="main",
            series=treatment_style.lines({"train": "in training, so far", "test": "at test time"}),
        ),
        TilesPanel(
            id="digits", title="Its inputs in training: dropped pixels are hatched", tiles="digits", columns=3,
            scale=Scale(kind="gray", low=0, high=1), place="side", weight=1.1,
        ),
        ProfilePanel(
            id="over", title="In training ÷ at test time, over the rate",
            figure=figures.axes(x=(0, 0.9), labels=("rate p", "ratio of the means"), log=(False, True)),
            x="rates", lines="over", cursor="rate", place="side",
        ),
        CurvesPanel(
            id="ratio", title="Mean in training so far ÷ at test time", figure=figures.curves(xlabel="draw", log=True),
            curves="ratio", overlay="expected_ratio", log=True,
        ),
    )  # fmt: skip


def standings(e: DropoutSettings, arrays: Arrays) -> Standings:
    train, test = outputs(e.rate)
    rows: list[tuple[str, ...]] = []
    tones: list[Tone] = []
    for run, t, s in zip(runs(e), train, test, strict=True):
        off = t.mean() / max(s.mean(), TINY)
        rows.append((run.label.partition(":")[0], f"{t.mean():.3f}", f"{s.mean():.3f}", f"{off:.3g}"))
        tones.append("good" if abs(off - 1) < 0.05 else "bad")
    return Standings(columns=("Scaling", "Training", "Test", "Ratio"), rows=tuple(rows), tones=tuple(tones))


def comparisons(e: DropoutSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Ratios of means, the noise that dropout adds, and what two units have in common of it."""
    x, weights = unit()
    rows = [
        Comparison(f"{run.label}: training ÷ test", f"{expected:.3g}", f"{ratio[-1]:.3g}")
        for run, expected, ratio in zip(runs(e), factors(e.rate), arrays["ratio"], strict=True)
    ]
    full = x @ weights.T
    penalty = float(theory.dropout_penalty(x, e.rate) @ np.square(weights[0])) / len(x)
    noise = [sums(e.rate, which, masks) / (1 - e.rate) - full[:, which] for which, masks in ((0, 0), (1, 0), (1, 1))]
    rows.append(
        Comparison(
            "Inverted: mean squared noise, p/(1 − p) Σ w² x²", f"{penalty:.4f}", f"{np.square(noise[0]).mean():.4f}"
        )
    )
    if e.rate == 0:
        return tuple(rows)
    shared = np.square(x) @ np.stack([weights[0] * weights[1], weights[0] ** 2, weights[1] ** 2], axis=1)
    covariance, *variances = shared.sum(axis=0)
    rows += [
        Comparison(
            "Dropout: correlation of the noise of two units",
            f"{covariance / np.sqrt(np.prod(variances)):.2f}",
            f"{_correlation(noise[0], noise[1]):.2f}",
        ),
        Comparison("DropConnect: the same", "0", f"{_correlation(noise[0], noise[2]):.2f}"),
    ]
    return tuple(rows)


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.sum(a * b) / np.sqrt(np.sum(np.square(a)) * np.sum(np.square(b))))


def caption(e: DropoutSettings, arrays: Arrays) -> str:
    if e.rate == 0:
        return (
            "With p = 0 nothing is dropped: training and test agree, and the slides' factor p would silence the unit."
        )
    wrong = factors(e.rate)[2]
    return (
        f"p = {e.rate:.3g}: scaled as on the slides, the unit is {wrong:.3g} times as loud in training as at test time."
    )


NOTE = (
    "A unit that sums inputs kept with probability 1 − p says on average 1 − p of what it would say without dropout. "
    "So p at test time is right at p = ½ only, where p and 1 − p are the same. The dotted lines: a normal distribution "
    "for each digit, with the mean and the variance over all masks. That variance, added to the squared error of a "
    "linear model, is a ridge penalty with a weight of its own for each input. Dropout drops an input for all units at "
    "once, and their noises are alike; DropConnect drops each weight by itself."
)
