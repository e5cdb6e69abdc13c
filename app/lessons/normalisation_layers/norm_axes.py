"""A block of numbers (examples, channels, positions) and what five normalisations make of it, one stage at a time."""

from typing import NamedTuple

import numpy as np

from app import figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.normalisation_layers.settings import CHANNELS, EXAMPLES, KINDS, LayerSettings
from app.stage import BarsPanel, Lines, Panel, Pick, Raster, RasterPanel, Run, Scale, Standings, TilesPanel, Tone
from app.training import treatment_style

GROUPS = 3  # of two channels each
FRAME = "#009E73"
EPS = 1e-5  # of all but RMS, which takes the machine's
STAGES = ("x", "mean", "minus mean", "deviation", "normalise", "scale, shift")
OVER = {
    "batch": "all examples and positions, for each channel",
    "layer": "all channels and positions, for each example",
    "group": "the positions of two channels, for each example",
    "instance": "all positions, for each example and channel",
    "rms": "as layer, without the mean",
}


def numbers(e: LayerSettings) -> np.ndarray:
    """The block [examples, channels, positions]: channels differ in mean and scale, examples in brightness."""
    rng = np.random.default_rng(3)
    loud = rng.uniform(0.4, 1.6, size=(1, CHANNELS, 1))
    mean = rng.normal(scale=1.2, size=(1, CHANNELS, 1))
    bright = rng.normal(scale=0.6, size=(EXAMPLES, 1, 1))
    block = mean + bright + loud * rng.normal(size=(EXAMPLES, CHANNELS, 4))
    return np.asarray(block[: e.batch, :, : e.positions])


def sets(kind: str, shape: tuple[int, ...]) -> np.ndarray:
    """Of each number of a block the place of the set that it is normalised with, [examples, channels, positions]."""
    example, channel, _ = np.indices(shape)
    of = {
        "batch": channel,
        "layer": example,
        "rms": example,
        "instance": example * CHANNELS + channel,
        "group": example * GROUPS + channel // (CHANNELS // GROUPS),
    }
    places: np.ndarray = of[kind]
    return places


class Stages(NamedTuple):
    """What becomes of a block, each [examples, channels, positions]."""

    x: np.ndarray
    mean: np.ndarray
    centred: np.ndarray
    deviation: np.ndarray
    normalised: np.ndarray
    y: np.ndarray


def normalise(kind: str, x: np.ndarray, gamma: float = 1.0, beta: float = 0.0) -> Stages:
    """Mean and deviation of each number's set, in its place, and what is made of the number with them."""
    which = sets(kind, x.shape).ravel()
    count = np.bincount(which)

    def over(values: np.ndarray) -> np.ndarray:
        means: np.ndarray = (np.bincount(which, values.ravel()) / count)[which].reshape(x.shape)
        return means

    mean = np.zeros_like(x) if kind == "rms" else over(x)
    deviation = np.sqrt(over(np.square(x - mean)) + (np.finfo(np.float32).eps if kind == "rms" else EPS))
    normalised = (x - mean) / deviation
    return Stages(x, mean, x - mean, deviation, normalised, gamma * normalised + (0 if kind == "rms" else beta))


def scaling(e: LayerSettings) -> tuple[float, float]:
    """Gamma and beta, which a layer without an affine part has not."""
    return (e.gamma, e.beta) if e.affine else (1.0, 0.0)


def picked(e: LayerSettings) -> tuple[int, int, int]:
    """Example, channel and position of the number that is looked at."""
    column = min(round(e.column), CHANNELS * e.positions) - 1
    return min(round(e.row), e.batch) - 1, column // e.positions, column % e.positions


def record(e: LayerSettings) -> dict[str, np.ndarray]:
    """One block on its way through the chosen normalisation; rows beyond the batch are NaN.

    Returns:
        cells [stages, examples, columns], the block; frame [1, 5, 2], around the set of the number that is looked at;
        who [kinds, examples, columns]: 1 in its set, 2 at the number; by_channel [2, stages, channels] and by_example
        [2, stages, examples], means and deviations; length [kinds].
    """
    x, at = numbers(e), picked(e)
    stages = np.stack(normalise(e.kind, x, *scaling(e)))
    own = sets(e.kind, x.shape)
    who = np.stack([(s == s[at]).astype(float) for s in (sets(kind, x.shape) for kind in KINDS)])
    who[:, *at] = 2
    return {
        "cells": _rows(stages),
        "frame": _around(_rows((own == own[at])[None], 0)[0]),
        "who": _rows(who),
        "by_channel": np.stack([stages.mean(axis=(1, 3)), stages.std(axis=(1, 3))]).astype(np.float32),
        "by_example": _padded(np.stack([stages.mean(axis=(2, 3)), stages.std(axis=(2, 3))])),
        "length": np.full(len(KINDS), len(STAGES), np.int32),
    }


def _rows(blocks: np.ndarray, missing: float = np.nan) -> np.ndarray:
    """[k, examples, channels, positions] as [k, EXAMPLES, columns]."""
    flat = blocks.reshape(*blocks.shape[:2], -1)
    room = ((0, 0), (0, EXAMPLES - flat.shape[1]), (0, 0))
    return np.pad(flat.astype(np.float32), room, constant_values=missing)


def _around(inside: np.ndarray) -> np.ndarray:
    """The frame [1, 5, 2] around the cells of a rectangle."""
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) + 1 for axis in (1, 0))
    x, y = (columns[0] - 0.5, columns[-1] + 0.5), (rows[0] - 0.5, rows[-1] + 0.5)
    corners = [(x[i], y[j]) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
    return np.array([corners], np.float32)


def _padded(rows: np.ndarray) -> np.ndarray:
    room = ((0, 0), (0, 0), (0, EXAMPLES - rows.shape[2]))
    return np.pad(rows.astype(np.float32), room, constant_values=np.nan)


def scene_arrays(e: LayerSettings) -> Arrays:
    """Lines [channels - 1, 2, 2] between the channels."""
    x = np.arange(1, CHANNELS) * e.positions + 0.5
    ends = np.broadcast_to([0.5, EXAMPLES + 0.5], (len(x), 2))
    return {"borders": np.stack([np.broadcast_to(x[:, None], ends.shape), ends], axis=-1).astype(np.float32)}


def runs(e: LayerSettings) -> tuple[Run, ...]:
    return treatment_style.lines(KINDS)


def panels(e: LayerSettings) -> tuple[Panel, ...]:
    columns = CHANNELS * e.positions
    axes = figures.axes(x=(0.5, columns + 0.5), y=(EXAMPLES + 0.5, 0.5), labels=("channels, and positions", "example"))
    names = [f"channel {channel + 1}" for channel in range(CHANNELS)]
    middles = [(channel + 0.5) * e.positions + 0.5 for channel in range(CHANNELS)]
    axes.layout.xaxis.update(tickmode="array", tickvals=middles, ticktext=names)
    pair = treatment_style.lines({"mean": "mean", "deviation": "standard deviation"}, first=2)
    return (
        RasterPanel(
            id="block", title=f"The block: {KINDS[e.kind].lower()} normalisation, stage by stage", figure=axes,
            raster=Raster(
                cells="cells", x=(1, columns), y=(1, EXAMPLES),
                scale=Scale(kind="diverging", low=-3, high=3, legend=True),
            ),
            markers=(
                Lines(array="borders", label="", width=1.2, dash=()),
                Lines(array="frame", label="Its set", color=FRAME, width=4, dash=()),
            ),
            pick=Pick(x="column", y="row"),
        ),
        TilesPanel(
            id="who", title="Which numbers each averages over", tiles="who", columns=1,
            captions=tuple(KINDS.values()), scale=Scale(kind="sequential", low=0, high=2), place="side",
        ),
        BarsPanel(
            id="by_channel", title="Each channel", bars="by_channel", series=pair,
            categories=tuple(map(str, range(1, CHANNELS + 1))),
            figure=figures.bars(categories=tuple(map(str, range(1, CHANNELS + 1))), labels=("channel", "")),
        ),
        BarsPanel(
            id="by_example", title="Each example", bars="by_example", series=pair,
            categories=tuple(map(str, range(1, EXAMPLES + 1))),
            figure=figures.bars(categories=tuple(map(str, range(1, EXAMPLES + 1))), labels=("example", "")),
        ),
    )  # fmt: skip


def level(bars: np.ndarray) -> bool:
    """Whether all means are 0 and all deviations 1 after normalising, of [2, stages, n]."""
    mean, deviation = bars[:, STAGES.index("normalise")]
    return bool(np.abs(mean).max() < 1e-3 and np.abs(deviation - 1).max() < 0.01)


def standings(e: LayerSettings, arrays: Arrays) -> Standings:
    x, at = numbers(e), picked(e)
    rows = []
    for run in runs(e):
        stages, of = normalise(run.name, x, *scaling(e)), sets(run.name, x.shape)
        size = int((of == of[at]).sum())
        mean = "–" if run.name == "rms" else f"{stages.mean[at]:.3f}"
        rows.append((run.label, str(size), mean, f"{stages.deviation[at]:.3f}", f"{stages.y[at]:.3f}"))
    tones: tuple[Tone, ...] = tuple("busy" for _ in rows)
    return Standings(
        columns=("Normalisation", "Numbers", "μ", "σ", "y"), rows=tuple(rows), tones=tones,
        details=tuple(OVER.values()),
    )  # fmt: skip


def comparisons(e: LayerSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """What holds in every set, and which layers are the same."""
    x = numbers(e)
    stages, which = normalise(e.kind, x), sets(e.kind, x.shape)
    means = [stages.normalised[which == one].mean() for one in np.unique(which)]
    squares = [np.square(stages.normalised[which == one]).mean() for one in np.unique(which)]
    whole = np.array([np.square(stages.centred[which == one]).mean() for one in np.unique(which)])
    expected = whole / (whole + (np.finfo(np.float32).eps if e.kind == "rms" else EPS))
    rows = [
        Comparison("Smallest mean square of a set after it", f"{expected.min():.5f}", f"{min(squares):.5f}"),
        Comparison("Scale: |norm(3x) − norm(x)|, at most", "0, but for ε", f"{_change(e.kind, x):.1g}"),
    ]
    if e.kind != "rms":
        rows.insert(0, Comparison("Largest mean of a set after it", "0", f"{np.abs(means).max():.1g}"))
    return tuple(rows)


def _change(kind: str, x: np.ndarray) -> float:
    return float(np.abs(normalise(kind, 3 * x).normalised - normalise(kind, x).normalised).max())


def caption(e: LayerSettings, arrays: Arrays) -> str:
    x, at = numbers(e), picked(e)
    of = sets(e.kind, x.shape)
    size = int((of == of[at]).sum())
    if size == 1 and e.kind != "rms":
        return f"{KINDS[e.kind]}: the set of a number is the number itself. It is its own mean, and nothing is left."
    return f"{KINDS[e.kind]} averages over {OVER[e.kind]}: {size} numbers here. Point at a number to see its set."


def formula(e: LayerSettings) -> Formula:
    """The algorithm in symbols, and with the numbers of the number that is looked at."""
    x, at = numbers(e), picked(e)
    stages, of = normalise(e.kind, x, *scaling(e)), sets(e.kind, x.shape)
    size, (gamma, beta) = int((of == of[at]).sum()), scaling(e)
    symbols = (
        r"\mu = \frac1m \sum_{i \in S} x_i, \quad \sigma^2 = \frac1m \sum_{i \in S} (x_i - \mu)^2, \quad"
        r"\hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}, \quad y = \gamma \hat x + \beta"
    )
    live = (
        rf"m = {size}, \quad x = {x[at]:.3f}, \quad \mu = {stages.mean[at]:.3f}, \quad"
        rf"\sqrt{{\sigma^2 + \epsilon}} = {stages.deviation[at]:.3f}, \quad \hat x = {stages.normalised[at]:.3f}, \quad"
        rf"y = {gamma:.3g} \cdot {stages.normalised[at]:.3f} + {0 if e.kind == 'rms' else beta:.3g}"
        rf" = {stages.y[at]:.3f}"
    )
    return Formula(
        f"{KINDS[e.kind]} normalisation, over a set S of m numbers",
        symbols,
        live if e.show == "block" else "",
        "The slides' box has γ and β to learn; their line BatchNorm2d(100, affine=False) switches both off. The "
        "variance divides by m. What is remembered for test time divides by m − 1 and is, with PyTorch's momentum "
        "of 0.1, nine tenths the old and one tenth the new. RMS normalisation has no μ and no β.",
    )


NOTE = (
    "Every set has mean 0 afterwards, and a mean square of σ²/(σ² + ε): a little below 1, and 0 where all its numbers "
    "are the same. So a set of one number says nothing any more: batch normalisation of one example without positions, "
    "or instance normalisation in an MLP. Group normalisation with one group is layer normalisation, with as many "
    "groups as channels instance normalisation."
)


def poster(e: LayerSettings) -> bytes:
    """The block, and around it the frames of three sets."""
    x = numbers(e)
    heights = np.kron(x.reshape(len(x), -1)[::-1], np.ones((8, 4)))
    spans = {"batch": (0.25, 0, 0.4, 1), "layer": (0, 0.625, 1, 0.75), "instance": (0.6667, 0.25, 0.8333, 0.375)}
    corners = [np.array([(a, b), (c, b), (c, d), (a, d), (a, b)]) * 0.96 + 0.02 for a, b, c, d in spans.values()]
    return figures.poster(heights, corners, [run.color for run in runs(e) if run.name in spans])
