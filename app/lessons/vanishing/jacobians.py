"""Through the depth of a network: the Jacobian of each layer, their product, and the gradient that is left."""

from collections.abc import Sequence
from typing import Any

import numpy as np

import training_lab as lab
from app import figures
from app.compute import Trained, Trial
from app.stage import BarsPanel, CurvesPanel, ProfilePanel, Raster, RasterPanel, Scale
from app.training import layer_statistics, record
from training_lab import activations, probes

WIDTH = 32
SIGHTS = (probes.losses, probes.gradients, probes.activity, probes.jacobians)
FAINTEST, STRONGEST = -14.0, 2.0  # log10 of the gradients that the map tells apart


def network(e: Any, cures: tuple[str, ...]) -> lab.MLP:
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


def trial(e: Any, cures: tuple[str, ...]) -> Trial:
    clip = ("norm", {"max_norm": e.max_norm}) if "clip" in cures else None
    return layer_statistics.trial(e, network(e, cures), sights=SIGHTS, clip=clip)


def arrays(e: Any, runs: Sequence[Trained], focus: int) -> dict[str, np.ndarray]:
    """Of deep networks with and without cures.

    Returns:
        product [runs, frames, depth - 1], the largest singular value of the product of one, two, ... layers' Jacobians
        from the last layer back; factor [runs, frames, depth - 1], that of each layer's, from the first on; gradient
        [runs, frames, depth]; predicted_gradient [runs, depth]; map [depth, frames] of the focus, uint8; gradient_norm,
        loss [runs, frames]; layer [depth], between [depth - 1], at [frames], length [runs].
    """
    gradient = record.frames(runs, lambda run: record.mean_square(run, "signal"))
    expected = [
        layer_statistics.backward(g[0], layer_statistics.predicted(run).back)
        for g, run in zip(gradient, runs, strict=True)
    ]
    seen = np.log10(np.maximum(gradient[focus], 1e-30))
    return {
        "product": record.frames(runs, "product_norm")[..., ::-1],
        "factor": record.frames(runs, "jacobian_norm"),
        "gradient": gradient,
        "predicted_gradient": np.stack(expected),
        "map": seen.T.astype(np.float32),
        "gradient_norm": record.frames(runs, "gradient_norm"),
        "loss": record.frames(runs, "loss"),
        "layer": np.arange(1, e.depth + 1, dtype=np.float32),
        "between": np.arange(2, e.depth + 1, dtype=np.float32),
        **record.timeline(runs, e.steps),
    }


def panels(e: Any, label: str) -> tuple[Any, ...]:
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
    return (product, layer_statistics.gradient_panel(place="side"), factor, heat, norm_panel())


def norm_panel() -> CurvesPanel:
    return CurvesPanel(
        id="norm",
        title="Length of the whole gradient",
        figure=figures.curves(log=True),
        curves="gradient_norm",
        at="at",
        log=True,
    )
