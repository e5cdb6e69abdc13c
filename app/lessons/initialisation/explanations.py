"""How networks begin: their signals, gradients and copies, told in formulas, words and numbers."""

import numpy as np

import training_lab as lab
from app import compute, figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.initialisation import symmetry
from app.lessons.initialisation.settings import InitialisationSettings
from app.stage import Standings
from app.training import layer_statistics, style
from app.training.record import frames, mean_square
from app.training.results import last, percent, table
from training_lab import activations, initializers

NOTE = (
    "Predicted by the mean-field theory of wide networks (the dotted lines), from the variance of the weights alone; "
    "measured before the first step, on one batch of digits and with layers of finite width, where a factor of two "
    "over many layers is luck. Gradients are predicted from that of the last hidden layer back. For weights that are "
    "all equal the theory has nothing to say, and symmetry says it all."
)


def trials(e: InitialisationSettings) -> tuple[compute.Trial, ...]:
    """One run for each initializer; all else is equal."""
    return tuple(layer_statistics.trial(e, network(e, name)) for name in e.initializers)


def record(e: InitialisationSettings) -> dict[str, np.ndarray]:
    """What ``depths`` and ``symmetry`` return, and accuracy [runs, frames]."""
    runs = compute.trained(*trials(e))
    focus = e.initializers.index(e.focused)
    arrays = layer_statistics.arrays(e, runs, focus) | symmetry.arrays(runs, focus)
    return arrays | {"accuracy": frames(runs, "validation_accuracy")}


def network(e: InitialisationSettings, name: str) -> lab.MLP:
    initializer = e.picked(initializers, name)
    return lab.MLP(depth=e.depth, width=e.width, activation=e.activation, initializer=initializer)


def formula(e: InitialisationSettings) -> tuple[Formula, ...]:
    record, act = initializers.get(e.focused), activations.get(e.activation)
    variance = float(record.variance((e.width, e.width), **e.numbers(initializers, e.focused)))
    own = Formula.of(record, e.numbers(initializers, e.focused))
    signal = Formula(
        "Signal from layer to layer",
        r"q_{l+1} = \mathbb E\, \varphi\!\left(\sqrt{n_{\text{in}} \operatorname{Var}(w)\, q_l}\; z\right)^2,"
        r"\qquad z \sim \mathcal N(0, 1)",
        rf"n_{{\text{{in}}}} \operatorname{{Var}}(w) = {e.width} \cdot {variance:.4g}"
        rf" = {e.width * variance:.4g}, \qquad \varphi: \; {act.formula()}",
        "For ReLU the mean is half of the square, so each layer multiplies q by n Var(w) / 2: ½ with Xavier's weights, "
        "1 with Kaiming's, ⅙ with PyTorch's default. Gradients obey the same rule on their way back, with the slope of "
        "φ in its place.",
    )
    return (own, signal)


def comparisons(e: InitialisationSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    rows = [row for run, name in enumerate(e.initializers) for row in _rows(e, arrays, run, name)]
    return tuple(rows)


def _rows(e: InitialisationSettings, arrays: Arrays, run: int, name: str) -> tuple[Comparison, ...]:
    title, last = initializers.get(name).title, e.depth
    expected, seen = arrays["predicted_signal"][run], arrays["signal"][run, 0]
    if np.isnan(expected[0]) or not expected[0]:
        largest = float(np.nanmax(arrays["hidden_gradient"][run]))
        return (
            Comparison(f"{title}: units of a layer that differ, while it trains", "1", f"{most_kinds(arrays, run)}"),
            Comparison(
                f"{title}: largest gradient of a hidden weight",
                "exactly 0" if name == "zeros" else "not 0",
                "exactly 0" if largest == 0 else f"{largest:.2g}",
            ),
        )
    back, felt = arrays["predicted_gradient"][run], arrays["gradient"][run, 0]
    return (
        Comparison(f"{title}: signal, layer {last} / layer 1", _ratio(expected, -1, 0), _ratio(seen, -1, 0)),
        Comparison(f"{title}: gradient, layer 1 / layer {last}", _ratio(back, 0, -1), _ratio(felt, 0, -1)),
    )


def most_kinds(arrays: Arrays, run: int) -> int:
    """How many of a layer's units that are shown differ, at most and at any step."""
    return int(np.nanmax(arrays["kinds"][run]))


def _ratio(values: np.ndarray, over: int, under: int) -> str:
    return f"{values[over] / values[under]:.3g}"


def standings(e: InitialisationSettings, arrays: Arrays) -> Standings:
    runs = compute.trained(*trials(e))
    more = {
        "Accuracy": last(runs, "validation_accuracy"),
        "Saturated": [percent(np.mean(run["saturated"][0])) for run in runs],
        "Dead": [percent(np.mean(run["dead"][0])) for run in runs],
    }
    return table("Initialiser", [initializers.get(name).title for name in e.initializers], runs, more)


def caption(e: InitialisationSettings, arrays: Arrays) -> str:
    run = e.initializers.index(e.focused)
    largest, title = float(np.nanmax(arrays["hidden_gradient"][run])), initializers.get(e.focused).title
    if largest == 0:
        return (
            f"{title}: the gradient of every hidden weight is exactly 0, at every step. Only the outputs' biases move."
        )
    if most_kinds(arrays, run) == 1:
        return f"{title}: the units of each layer are copies of one another, and move together."
    seen = arrays["signal"][run, 0]
    return f"{title}: at the start the signal of layer {e.depth} is {seen[-1] / seen[0]:.2g} times that of layer 1."


def poster(e: InitialisationSettings) -> bytes:
    """Signals against depth on the histograms of the first initializer's layers."""
    runs = compute.trained(*trials(e))
    signal = np.log10(np.stack([mean_square(run, "activation")[0] for run in runs]) + 1e-30)
    low, high = signal.min(), signal.max() + 1e-6
    across = np.linspace(0.04, 0.96, e.depth)
    trails = [np.stack([across, 0.08 + 0.84 * (line - low) / (high - low)], axis=1) for line in signal]
    ground = np.linspace(0, 1, 64)[:, None] * np.ones(64)
    return figures.poster(ground, trails, [style.initializer(name).color for name in e.initializers])
