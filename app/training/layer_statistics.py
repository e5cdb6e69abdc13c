"""Deep networks on digits, layer by layer: how strong signals and gradients are, and what was to be expected."""

from collections.abc import Sequence

import numpy as np

import training_lab as lab
from app import compute, figures
from app.compute import Sight, Trained, Trial
from app.compute.lesson_probes import symmetry
from app.stage import BarsPanel, ProfilePanel, Run
from app.stage.panels import Place
from app.training import record, style
from app.training.settings import Descent
from training_lab import probes

DIGITS = lab.Data(name="digits")
BATCH = 64
FEATURES, CLASSES = 64, 10
SIGHTS = (probes.losses, probes.activity, probes.histograms, symmetry)
Named = tuple[str, dict[str, float]]  # a record of the lab, and its numbers
FACETS = 4  # layers whose histograms are shown


def trial(
    e: Descent,
    network: lab.MLP,
    *,
    sights: tuple[Sight, ...] = SIGHTS,
    clip: tuple[str, dict[str, float]] | None = None,
) -> Trial:
    """Training a network on digits by plain gradient descent, with a clipping of the gradients if one is named."""
    optimizer = ("gradient_descent", {"learning_rate": e.learning_rate})
    recipe = lab.Recipe(
        data=DIGITS,
        network=network,
        optimizer=optimizer,
        batch_size=BATCH,
        steps=e.steps,
        log_every=e.log_every,
        clip=clip,
    )
    return Trial(recipe, sights, e.seed)


def arrays(e: Descent, runs: Sequence[Trained], focus: int) -> dict[str, np.ndarray]:
    """The recording of some deep networks; histograms and shares are those of the one in focus.

    Returns:
        signal, gradient [runs, frames, depth], mean squares; predicted_signal, predicted_gradient [runs, depth] at the
        start; loss [runs, frames]; shares [2, frames, depth], saturated and dead; activations, gradients
        [facets, frames, bins]; layer [depth], at [frames], length [runs].
    """
    signal = record.frames(runs, lambda run: record.mean_square(run, "activation"))
    gradient = record.frames(runs, lambda run: record.mean_square(run, "signal"))
    expected = [predicted(run) for run in runs]
    shown, layers = runs[focus], shown_layers(signal.shape[-1])
    histograms = {name: np.asarray(shown[f"{name}_histogram"], np.float32) for name in ("activation", "signal")}
    return {
        "signal": signal,
        "gradient": gradient,
        "predicted_signal": np.stack([each.forward for each in expected]).astype(np.float32),
        "predicted_gradient": np.stack([backward(g[0], each.back) for g, each in zip(gradient, expected, strict=True)]),
        "loss": record.frames(runs, "loss"),
        "shares": np.stack([shown["saturated"], shown["dead"]]).astype(np.float32),
        "activations": histograms["activation"][:, layers].swapaxes(0, 1),
        "gradients": histograms["signal"][:, layers].swapaxes(0, 1),
        "layer": np.arange(1, signal.shape[-1] + 1, dtype=np.float32),
        **record.timeline(runs, e.steps),
    }


def predicted(run: Trained) -> compute.Signals:
    """What the mean-field theory expects of a run's network before it is trained."""
    x = compute.splits(run.recipe.data).train.x
    network = run.recipe.network
    assert isinstance(network, lab.MLP)
    return compute.signals(network, x.shape[1] * x.shape[2] * x.shape[3], float(np.mean(np.square(x))))


def backward(measured: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """The mean square gradient of each layer, predicted from that of the last."""
    products = np.cumprod(np.append(factors[:-1], 1.0)[::-1])[::-1]
    gradients: np.ndarray = measured[-1] * products
    return gradients.astype(np.float32)


def shown_layers(depth: int) -> np.ndarray:
    """Places of the layers whose histograms are shown."""
    return np.unique(np.linspace(0, depth - 1, FACETS).round().astype(int))


def scene_arrays() -> dict[str, np.ndarray]:
    edges = compute.histogram_edges()
    return {"activation_edges": edges["activation"], "gradient_edges": edges["signal"]}


def signal_panel(place: Place = "strip") -> ProfilePanel:
    return ProfilePanel(
        id="signal",
        title="Signal: mean square of the activations",
        figure=figures.axes(labels=("layer", ""), log=(False, True)),
        x="layer",
        lines="signal",
        overlay="predicted_signal",
        dots=True,
        place=place,
    )


def gradient_panel(place: Place = "side") -> ProfilePanel:
    return ProfilePanel(
        id="gradient",
        title="Gradient: mean square with respect to the activations",
        figure=figures.axes(labels=("layer", ""), log=(False, True)),
        x="layer",
        lines="gradient",
        overlay="predicted_gradient",
        dots=True,
        place=place,
    )


def shares_panel(label: str, place: Place = "strip") -> ProfilePanel:
    return ProfilePanel(
        id="shares",
        title=f"Saturated and dead: {label}",
        figure=figures.axes(y=(0, 1), labels=("layer", "share")),
        x="layer",
        lines="shares",
        series=style.lines("saturated activations", "dead units", first=4),
        dots=True,
        place=place,
    )


def histogram_panels(depth: int, run: Run) -> tuple[BarsPanel, BarsPanel]:
    """Activations and gradients of some layers of the run in focus."""
    facets = tuple(f"layer {layer + 1}" for layer in shown_layers(depth))
    return (
        BarsPanel(
            id="activations",
            title="Activations",
            figure=figures.bars(facets=facets),
            bars="activations",
            edges="activation_edges",
            facets=facets,
            series=(run,),
            weight=1.5,
        ),
        BarsPanel(
            id="gradients",
            title="Size of the gradients, log₁₀",
            figure=figures.bars(facets=facets),
            bars="gradients",
            edges="gradient_edges",
            facets=facets,
            series=(run,),
            weight=1.5,
        ),
    )
