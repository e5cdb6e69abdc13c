"""A small network that learns a curve with dropout or DropConnect: what is off at each step, and how unsure it is.

The twin without has the same seed and the rate zero: one compiled program serves both. A mask here is that of the first
example of each batch, for dropout draws one for every example; DropConnect draws one for the whole batch.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

import training_lab as lab
from app import compute, figures
from app.compute import Trained, Trial
from app.contract.lesson import Arrays, Comparison
from app.lessons import typeset
from app.lessons.dropout import masks
from app.lessons.dropout.settings import DropoutSettings
from app.stage import (
    ContourPanel,
    CurvesPanel,
    Lines,
    NetworkPanel,
    Panel,
    Points,
    ProfilePanel,
    Raster,
    RasterPanel,
    Run,
    Scale,
    Standings,
    Tone,
)
from app.training import treatment_style
from app.training.record import frames, timeline
from training_lab import probes

KINDS = {"dropout": "Dropout", "drop_connect": "DropConnect"}
GROUND = "#8a94a0"
DATA = lab.Data(name=("sine", {"samples": 60, "noise": 0.2}))
EDGE, POINTS = 3.0, 61  # of the curves, in standard deviations of x
FRAMES = 31  # of curves and weights
SAMPLED = 200  # thinned networks that are asked for their answer
LOOKED = 45  # point at which the spread is compared
SHADE = 140  # of what is off, on the raster's scale of bytes


def recipe(e: DropoutSettings, rate: float) -> lab.Recipe:
    """A curve through sixty points, by Adam."""
    dropped: dict[str, Any] = {e.kind: rate}
    return lab.Recipe(
        data=DATA,
        network=lab.MLP(depth=e.depth, width=e.width, inverted=e.scaling == "inverted", **dropped),
        loss="mse",
        optimizer=("adam", {"learning_rate": e.learning_rate}),
        batch_size=16,
        steps=e.steps,
        log_every=1,
    )


def trials(e: DropoutSettings) -> tuple[Trial, ...]:
    """The run whose network is thinned, and the one whose is not."""
    mask = probes.dropout_masks if e.kind == "dropout" else probes.weight_masks
    return tuple(Trial(recipe(e, rate), (probes.losses, probes.parameters, mask), e.seed) for rate in (e.rate, 0.0))


def kept(e: DropoutSettings, run: Trained) -> np.ndarray:
    """What is on at each step, [frames, units] or [frames, weights into hidden units]."""
    found = [run["dropout_mask"]] if e.kind == "dropout" else run["weight_mask"]
    return np.concatenate([np.asarray(mask).reshape(len(run.steps), -1) for mask in found], axis=1)


def record(e: DropoutSettings) -> Arrays:
    """The two runs: with masks, and without.

    Returns:
        weights [frames, edges]; on [steps + 1, nodes] or [steps + 1, edges], and off [units or weights, steps + 1] in
        bytes; mean, mean_without [1, frames, points, 2] and band [2, frames, points, 2], two standard deviations below
        and above the first; spread, exact [1, frames, points], that standard deviation and its closed form; different,
        expected [1, steps + 1], networks; loss, validation_loss [2, steps + 1]; points [n, 2], x [points], length [2].
    """
    found = compute.trained(*trials(e))
    on, shown = kept(e, found[0]), np.linspace(0, len(found[0].steps) - 1, FRAMES).round().astype(int)
    means, spread, exact = _answers(found, shown, e.rate)
    band = means[0] + 2 * np.stack([-spread, spread])
    train = compute.splits(DATA).train
    return {
        "weights": _edges(found[0])[shown],
        "on": _on(e, on),
        "off": (SHADE * ~on.T).astype(np.uint8),
        "mean": _over_x(means[:1]),
        "mean_without": _over_x(means[1:]),
        "band": _over_x(band),
        "spread": spread[None],
        "exact": exact[None],
        "different": masks.different(on)[None].astype(np.float32),
        "expected": masks.expected_different(on.shape[1], e.rate, len(on))[None].astype(np.float32),
        "loss": frames(found, "loss"),
        "validation_loss": frames(found, "validation_loss"),
        "points": np.concatenate([train.x, train.y], axis=1).astype(np.float32),
        "x": ACROSS,
        **timeline(found, e.steps),
    }


ACROSS = np.linspace(-EDGE, EDGE, POINTS, dtype=np.float32)


def _answers(found: Sequence[Trained], shown: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of both runs what the whole network answers, [2, frames, points]; of the first the standard deviation over
    thinned networks, [frames, points], and its closed form, NaN where there is none.
    """
    layers = [masks.layers(run, shown) for run in found]
    network: Any = found[0].recipe.network
    means = np.stack([masks.whole(layer, ACROSS, r, network) for layer, r in zip(layers, (rate, 0.0), strict=True)])
    drawn = masks.thinned(layers[0], ACROSS, rate, network, SAMPLED, np.random.default_rng(0))
    return means, drawn.std(axis=0), masks.deviation(layers[0], ACROSS, rate, network)


def _over_x(y: np.ndarray) -> np.ndarray:
    return np.stack([np.broadcast_to(ACROSS, y.shape), y], axis=-1).astype(np.float32)


def _edges(run: Trained) -> np.ndarray:
    params = run["params"]
    hidden = [] if params.hidden is None else [params.hidden.kernel]
    kernels = [params.first.kernel, *hidden, params.last.kernel]
    return np.concatenate([np.asarray(k, np.float32).reshape(len(k), -1) for k in kernels], axis=1)


def _on(e: DropoutSettings, on: np.ndarray) -> np.ndarray:
    """Inputs and outputs, or the weights into the output, are never off."""
    before, after = (1, 1) if e.kind == "dropout" else (0, e.width)
    return np.pad(on, ((0, 0), (before, after)), constant_values=True).astype(np.uint8)


def runs(e: DropoutSettings) -> tuple[Run, ...]:
    return treatment_style.lines({"with": KINDS[e.kind], "without": "Without"})


def panels(e: DropoutSettings) -> tuple[Panel, ...]:
    first, second = runs(e)
    units = e.kind == "dropout"
    rows = e.depth * e.width if units else e.width + (e.depth - 1) * e.width**2
    return (
        NetworkPanel(
            id="network", title="The thinned network of each step", layers=(1, *[e.width] * e.depth, 1),
            weights="weights", nodes_on="on" if units else None, edges_on=None if units else "on",
            names=("x", *(f"hidden {layer + 1}" for layer in range(e.depth)), "y"),
        ),
        ContourPanel(
            id="fit", title="The curve, and what thinned networks say",
            figure=figures.axes(x=(-EDGE, EDGE), y=(-3.5, 3.5), labels=("x", "y")),
            markers=(
                Points(array="points", label="Data", colors=(GROUND,), size=4),
                *(
                    Lines(array=name, label=run.label, color=run.color, dash=run.dash, width=2.4)
                    for name, run in zip(("mean_without", "mean"), (second, first), strict=True)
                ),
                Lines(array="band", label="± 2 σ", color=first.color, width=1.4),
            ),
            place="side", weight=1.3,
        ),
        ProfilePanel(
            id="spread", title="σ over thinned networks; dotted: in closed form",
            figure=figures.axes(labels=("x", "σ")), x="x", lines="spread", overlay="exact", place="side",
        ),
        RasterPanel(
            id="masks", title=f"{'Units' if units else 'Weights'} that are off, step by step",
            figure=figures.axes(x=(0, e.steps), y=(rows + 0.5, 0.5), labels=("step", "unit" if units else "weight")),
            raster=Raster(
                cells="off", x=(0, e.steps), y=(1, rows), scale=Scale(low=0, high=1), label="off",
            ),
            place="strip",
        ),
        CurvesPanel(
            id="different", title="Different networks so far, and expected",
            figure=figures.curves(), curves="different", overlay="expected",
        ),
        CurvesPanel(
            id="loss", title="Validation loss", figure=figures.curves(log=True), curves="validation_loss", log=True,
        ),
    )  # fmt: skip


def standings(e: DropoutSettings, arrays: Arrays) -> Standings:
    best = arrays["validation_loss"][:, -1].min()
    rows = tuple(
        (run.label, f"{loss[-1]:.3f}", f"{held[-1]:.3f}", f"{held[-1] - loss[-1]:.3f}")
        for run, loss, held in zip(runs(e), arrays["loss"], arrays["validation_loss"], strict=True)
    )
    tones: tuple[Tone, ...] = tuple("good" if held == best else "busy" for held in arrays["validation_loss"][:, -1])
    return Standings(columns=("Network", "Loss", "Validation", "Gap"), rows=rows, tones=tones)


def comparisons(e: DropoutSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """The share that is off, how many networks were sampled, and how far their answers lie apart."""
    off, drawn = arrays["off"] > 0, arrays["off"].shape[1]
    things = f"{len(off)} {'units' if e.kind == 'dropout' else 'weights'}"
    rows = [
        Comparison(f"Share of {things} that is off", f"{e.rate:.3f}", f"{off.mean():.3f}"),
        Comparison(
            f"Different networks in {drawn} draws of 2{typeset.raised(len(off))}",
            f"{arrays['expected'][0, -1]:.1f}",
            f"{arrays['different'][0, -1]:.0f}",
        ),
    ]
    spread, exact = arrays["spread"][0, -1], arrays["exact"][0, -1]
    if not np.isnan(exact[0]):
        at = f"σ of {SAMPLED} thinned networks at x = {ACROSS[LOOKED]:.2g}, in the end"
        rows.append(Comparison(at, f"{exact[LOOKED]:.3f}", f"{spread[LOOKED]:.3f}"))
    return tuple(rows)


def caption(e: DropoutSettings, arrays: Arrays) -> str:
    count = len(arrays["off"])
    what = "units" if e.kind == "dropout" else "weights"
    return (
        f"{count} {what} make 2{typeset.raised(count)} thinned networks that share their weights: {2.0**count:.2g} of "
        f"them. {arrays['different'][0, -1]:.0f} different ones were met here."
    )


NOTE = (
    "Of n units that are each kept with probability q = 1 − p, a mask that keeps k has the probability qᵏ pⁿ⁻ᵏ; summed "
    "over all masks this gives how many different ones to expect. With one hidden layer the answer is a sum over units "
    "that are on or off independently, so the variance over all masks has a closed form: for dropout "
    "p/(1 − p) Σ (v h)², the dotted line. With two layers masks are sampled, and the whole network is only "
    "approximately their mean. Whether this spread deserves to be called uncertainty is another question: it does not "
    "shrink when there are more data."
)


def poster(e: DropoutSettings) -> bytes:
    """The two curves within the band, on the masks."""
    arrays = record(e)
    lines = [*arrays["band"][:, -1], *(arrays[name][0, -1] for name in ("mean_without", "mean"))]
    trails = [np.stack([(x + EDGE) / (2 * EDGE), (y + 4) / 8], axis=1) for x, y in (line.T for line in lines)]
    ground = arrays["off"][:, :: max(1, arrays["off"].shape[1] // 48)].astype(np.float32)
    first, second = (run.color for run in runs(e))
    return figures.poster(ground, trails, [GROUND, GROUND, second, first])
