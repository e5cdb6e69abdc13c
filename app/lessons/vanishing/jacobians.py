"""Through the depth of a network: the Jacobian of each layer, their product, and the gradient that is left."""

import numpy as np

import training_lab as lab
from app import compute, figures
from app.compute import Trial
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.vanishing import gradient_flow
from app.lessons.vanishing.settings import FlowSettings
from app.stage import BarsPanel, Panel, ProfilePanel, Raster, RasterPanel, Run, Scale, Standings
from app.training import layer_statistics
from app.training.record import frames, mean_square, timeline
from training_lab import activations, probes, theory

WIDTH = 32
SIGHTS = (probes.losses, probes.gradients, probes.activity, probes.jacobians)
FAINTEST, STRONGEST = -14.0, 2.0  # log10 of the gradients that the map tells apart


def network(e: FlowSettings, cures: tuple[str, ...]) -> lab.MLP:
    """The network of an experiment with some cures."""
    activation = "relu" if "relu" in cures else e.activation
    initializer = ("xavier_normal", {"gain": e.gain})
    if "init" in cures:
        initializer = ("kaiming_normal", {"gain": activations.get(activation).gain})
    return lab.MLP(
        depth=e.depth,
        width=WIDTH,
        activation=activation,
        initializer=initializer,
        residual="residual" in cures,
        norm="batch" if "norm" in cures else None,
    )


def trial(e: FlowSettings, cures: tuple[str, ...]) -> Trial:
    clip = ("norm", {"max_norm": e.max_norm}) if "clip" in cures else None
    return layer_statistics.trial(e, network(e, cures), sights=SIGHTS, clip=clip)


def trials(e: FlowSettings) -> tuple[Trial, ...]:
    return gradient_flow.pair(e, trial)


def runs(e: FlowSettings) -> tuple[Run, ...]:
    return gradient_flow.runs(e)


def record(e: FlowSettings) -> dict[str, np.ndarray]:
    """Of deep networks with and without cures.

    Returns:
        product [runs, frames, depth - 1], the largest singular value of the product of one, two, ... layers' Jacobians
        from the last layer back; factor [runs, frames, depth - 1], that of each layer's, from the first on; gradient
        [runs, frames, depth]; predicted_gradient [runs, depth]; map [depth, frames] of the focus, uint8; gradient_norm,
        loss [runs, frames]; layer [depth], between [depth - 1], at [frames], length [runs].
    """
    found, focus = compute.trained(*trials(e)), gradient_flow.focused(e)
    gradient = frames(found, lambda run: mean_square(run, "signal"))
    expected = [
        layer_statistics.backward(g[0], layer_statistics.predicted(run).back)
        for g, run in zip(gradient, found, strict=True)
    ]
    seen = np.log10(np.maximum(gradient[focus], 1e-30))
    return {
        "product": frames(found, "product_norm")[..., ::-1],
        "factor": frames(found, "jacobian_norm"),
        "gradient": gradient,
        "predicted_gradient": np.stack(expected),
        "map": seen.T.astype(np.float32),
        "gradient_norm": frames(found, "gradient_norm"),
        "loss": frames(found, "loss"),
        "layer": np.arange(1, e.depth + 1, dtype=np.float32),
        "between": np.arange(2, e.depth + 1, dtype=np.float32),
        **timeline(found, e.steps),
    }


def panels(e: FlowSettings) -> tuple[Panel, ...]:
    label = runs(e)[gradient_flow.focused(e)].label
    factors = tuple(str(count) for count in range(1, e.depth))
    product = BarsPanel(
        id="product",
        title="The product of Jacobians, factor by factor, from the last layer back",
        figure=figures.bars(categories=factors, labels=("factors", "largest singular value"), log=True),
        bars="product",
        categories=factors,
        place="main",
    )
    factor = ProfilePanel(
        id="factor",
        title="One layer's Jacobian: largest singular value",
        figure=figures.axes(labels=("layer", ""), log=(False, True)),
        x="between",
        lines="factor",
        dots=True,
        place="side",
    )
    heat = RasterPanel(
        id="map",
        title=f"Where gradients die: {label}",
        figure=figures.axes(x=(0, e.steps), y=(0.5, e.depth + 0.5), labels=("step", "layer")),
        raster=Raster(
            cells="map",
            x=(0, e.steps),
            y=(1, e.depth),
            scale=Scale(low=FAINTEST, high=STRONGEST, legend=True),
            label="log₁₀ of the mean square gradient",
        ),
        place="strip",
    )
    return (product, layer_statistics.gradient_panel(), factor, heat, gradient_flow.norm_panel())


def left(e: FlowSettings, arrays: Arrays) -> list[float]:
    """The gradient's length at the first layer over that at the last, of each run, before training."""
    first, last = arrays["gradient"][:, 0, 0], arrays["gradient"][:, 0, -1]
    return [float(share) for share in np.sqrt(first / last)]


def standings(e: FlowSettings, arrays: Arrays) -> Standings:
    return gradient_flow.standings(e, trials(e), left(e, arrays))


def caption(e: FlowSettings, arrays: Arrays) -> str:
    return gradient_flow.caption(e, f"{e.depth - 1} layers", left(e, arrays))


def comparisons(e: FlowSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    return tuple(row for place, line in enumerate(runs(e)) for row in _rows(e, arrays, place, line.label))


def _rows(e: FlowSettings, arrays: Arrays, run: int, label: str) -> tuple[Comparison, ...]:
    expected, seen = arrays["predicted_gradient"][run], arrays["gradient"][run, 0]
    factor = float((seen[0] / seen[-1]) ** (1 / (e.depth - 1)))
    quantity = f"{label}: factor of the mean square gradient, a layer"
    if not np.isnan(expected[0]):
        return (Comparison(quantity, f"{(expected[0] / expected[-1]) ** (1 / (e.depth - 1)):.3g}", f"{factor:.3g}"),)
    cured = network(e, e.chosen)
    if cured.norm == "batch" and cured.activation.name == "relu" and not cured.residual:
        return (Comparison(quantity, f"{theory.BATCH_NORM_RELU_GROWTH:.3g} (wide, large batch)", f"{factor:.3g}"),)
    return ()


def formula(e: FlowSettings) -> tuple[Formula, ...]:
    slope = activations.get(e.activation).steepest
    symbols = (
        r"\frac{\partial L}{\partial h_l} = \frac{\partial L}{\partial h_L} \prod_{k=l+1}^{L}"
        r"\operatorname{diag}(\varphi'(a_k))\, W_k, \qquad \mathbb E\, |\delta_l|^2 = n \operatorname{Var}(w)\,"
        r"\mathbb E[\varphi'(a)^2]\; \mathbb E\, |\delta_{l+1}|^2"
    )
    numbers = rf"\max \varphi' = {slope:.3g}, \qquad n \operatorname{{Var}}(w) = g^2 = {e.gain**2:.3g}"
    note = (
        "The sigmoid's slope is never above a quarter, so with g = 1 each layer keeps at most a sixteenth of the "
        "squared gradient. A skip connection adds the identity to each factor, and such a product does not die."
    )
    return (Formula("A product over layers", symbols, numbers, note),)


def poster(e: FlowSettings) -> bytes:
    """The gradient against depth, over the map of gradients."""
    shown = record(e)
    curves = np.log10(shown["gradient"][:, 0] + 1e-30)
    low, high = curves.min(), curves.max() + 1e-6
    across = np.linspace(0.04, 0.96, e.depth)
    trails = [np.stack([across, 0.08 + 0.84 * (line - low) / (high - low)], axis=1) for line in curves]
    return figures.poster(shown["map"], trails, [line.color for line in runs(e)])
