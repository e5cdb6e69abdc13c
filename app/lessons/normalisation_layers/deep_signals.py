"""A deep network of ReLU before training, with and without normalisation: what its signals and gradients become.

Written out in NumPy, forward and backward, so that the number of examples can be dragged: nothing is compiled.
"""

from functools import cache

import numpy as np

from app import figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.normalisation_layers.settings import DEEP_EXAMPLES, LayerSettings
from app.stage import BarsPanel, Panel, ProfilePanel, Run, Standings, Tone
from app.training import treatment_style
from training_lab import theory

KINDS = {"none": "Without", "batch": "Batch", "layer": "Layer"}
DEPTH, WIDTH = 20, 128
SIZES = (4, 8, 16, 32, 64, 128)
EPS = 1e-5


@cache
def _drawn() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inputs [examples, width], Kaiming's weights [depth, width, width], gradients at the top [examples, width]."""
    rng = np.random.default_rng(1)
    x, top = rng.normal(size=(2, DEEP_EXAMPLES, WIDTH)).astype(np.float32)
    return x, (rng.normal(size=(DEPTH, WIDTH, WIDTH)) * np.sqrt(2 / WIDTH)).astype(np.float32), top


def passes(kind: str, examples: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean squares of what layers 1, ..., depth hand on, [depth], and of the gradient there, [depth]; and of the last
    layer the mean over the examples of each unit's activation, squared, over its mean square, [width].
    """
    x, weights, top = _drawn()
    axis = {"batch": 0, "layer": 1}.get(kind)
    h, tape, signal = x[:examples], [], []
    for weight in weights:
        z = h @ weight
        deviation: np.ndarray | np.float32 = np.float32(1)
        if axis is not None:
            z = z - z.mean(axis=axis, keepdims=True)
            deviation = np.sqrt(np.square(z).mean(axis=axis, keepdims=True) + EPS)
            z = z / deviation
        tape.append((z, deviation))
        h = np.maximum(z, 0)
        signal.append(np.square(h).mean())
    shared = np.square(h.mean(axis=0)) / np.maximum(np.square(h).mean(axis=0), 1e-30)
    back, gradient = top[:examples], []
    for weight, (z, deviation) in zip(weights[::-1], tape[::-1], strict=True):
        gradient.append(np.square(back).mean())
        back = back * (z > 0)
        if axis is not None:  # the mean and the deviation depend on all numbers of the set
            along = z * (back * z).mean(axis=axis, keepdims=True)
            back = (back - back.mean(axis=axis, keepdims=True) - along) / deviation
        back = back @ weight.T
    return np.array(signal), np.array(gradient), shared


def growth(gradient: np.ndarray) -> float:
    """The factor of the mean square gradient a layer on its way back, without the two layers at each end."""
    return float((gradient[-3] / gradient[2]) ** (1 / (DEPTH - 5)))


@cache
def growths() -> np.ndarray:
    """With batch normalisation, by batch size."""
    return np.array([growth(passes("batch", size)[1]) for size in SIZES])


def record(e: LayerSettings) -> dict[str, np.ndarray]:
    """Before the first step, without normalisation, with batch and with layer normalisation.

    Returns:
        gradient, signal [3, depth], mean squares, the gradient's from the last layer back; expected [3, depth];
        shared [1, 3]: the share of the mean square that is the squared mean; length [3].
    """
    found = [passes(kind, e.examples) for kind in KINDS]
    steps = np.arange(DEPTH)
    factors = np.array(list(predicted().values()))
    gradient = np.stack([back for _, back, _ in found])
    return {
        "gradient": gradient.astype(np.float32),
        "expected": (gradient[:, :1] * factors[:, None] ** steps).astype(np.float32),
        "signal": np.stack([forward for forward, _, _ in found]).astype(np.float32),
        "shared": np.array([[share.mean() for _, _, share in found]], np.float32),
        "length": np.full(len(KINDS), DEPTH, np.int32),
    }


def predicted() -> dict[str, float]:
    """The factor of the mean square gradient a layer, for wide layers and large batches."""
    return {"none": 1.0, "batch": float(theory.BATCH_NORM_RELU_GROWTH), "layer": 1.0}


def scene_arrays(e: LayerSettings) -> Arrays:
    return {
        "back": np.arange(DEPTH, dtype=np.float32),
        "layer": np.arange(1, DEPTH + 1, dtype=np.float32),
        "sizes": np.array(SIZES, np.float32),
        "growths": growths()[None].astype(np.float32),
        "share": np.array([[np.nan, 1 / np.pi, np.nan]], np.float32),
        "limit": np.full((1, len(SIZES)), theory.BATCH_NORM_RELU_GROWTH, np.float32),
    }


def runs(e: LayerSettings) -> tuple[Run, ...]:
    return treatment_style.lines(KINDS)


def panels(e: LayerSettings) -> tuple[Panel, ...]:
    return (
        ProfilePanel(
            id="gradient", title="Mean square gradient on its way back (dotted: wide layers, large batches)",
            figure=figures.axes(labels=("layers from the last", ""), log=(False, True)), x="back", lines="gradient",
            overlay="expected", follow=True, place="main",
        ),
        ProfilePanel(
            id="signal", title="Mean square of the activations",
            figure=figures.axes(y=(1e-3, 1e3), labels=("layer", ""), log=(False, True)), x="layer", lines="signal",
            place="side",
        ),
        ProfilePanel(
            id="growths", title="Batch normalisation: growth a layer, by batch size",
            figure=figures.axes(labels=("examples in a batch", "factor"), log=(True, False)), x="sizes",
            lines="growths", overlay="limit", dots=True, series=runs(e)[1:2], cursor="examples", place="side",
        ),
        BarsPanel(
            id="shared", title="What all examples share: E[h]² / E[h²] of a unit in the last layer",
            bars="shared", overlay="share", categories=tuple(KINDS.values()),
            series=treatment_style.lines({"share": "share"}, first=5),
            figure=figures.bars(categories=tuple(KINDS.values()), y=(0, 1.05)),
        ),
    )  # fmt: skip


def formula() -> Formula:
    factor = theory.BATCH_NORM_RELU_GROWTH
    return Formula(
        "Why deep batch normalisation with ReLU explodes at the start",
        r"\mathbb E\, |\delta_{l}|^2 = \frac{\pi}{\pi - 1}\, \mathbb E\, |\delta_{l+1}|^2",
        rf"\left(\frac{{\pi}}{{\pi - 1}}\right)^{{{DEPTH}}} = {factor**DEPTH:.3g}",
    )


def standings(e: LayerSettings, arrays: Arrays) -> Standings:
    factors = [growth(row) for row in arrays["gradient"]]
    rows = tuple(
        (run.label, f"{factor:.3f}", f"{factor**DEPTH:.3g}", f"{signal[-1]:.3g}")
        for run, factor, signal in zip(runs(e), factors, arrays["signal"], strict=True)
    )
    tones: tuple[Tone, ...] = tuple("bad" if factor > 1.2 else "good" for factor in factors)
    columns = ("Normalisation", "A layer", f"{DEPTH} layers", "Signal")
    return Standings(columns=columns, rows=rows, tones=tones)


def comparisons(e: LayerSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    rows = [
        Comparison(f"{run.label}: factor of the mean square gradient, a layer", f"{factor:.3f}", f"{growth(row):.3f}")
        for run, factor, row in zip(runs(e), predicted().values(), arrays["gradient"], strict=True)
    ]
    seen = float(arrays["shared"][0, 1])
    return (*rows, Comparison("Batch: share of E[h²] that is E[h]², 1/π", f"{1 / np.pi:.3f}", f"{seen:.3f}"))


def caption(e: LayerSettings, arrays: Arrays) -> str:
    factor = growth(arrays["gradient"][1])
    return (
        f"{e.examples} examples: with batch normalisation the mean square gradient grows by {factor:.3g} a layer, "
        f"{factor**DEPTH:.3g} in {DEPTH} layers. π/(π − 1) = {theory.BATCH_NORM_RELU_GROWTH:.3f} is the limit."
    )


NOTE = (
    "A ReLU after a normalised input has E[h²] = ½ and E[h] = 1/√(2π): of its mean square the share 1/π is the same "
    "for all examples. The weights pass it on, and the next batch normalisation subtracts it. What is left has the "
    "variance 1 − 1/π, and dividing by its root multiplies the squared gradient by π/(π − 1) = 1.467. Layer "
    "normalisation leaves that share in, and its factor is 1. Small batches grow faster still. In training the growth "
    "is soon gone."
)
