"""Telemetry: what to record of a run, as a tuple of probes handed to `train`.

    run = lab.train(recipe, key, probes=(*probes.DEFAULT, probes.histograms, probes.outputs(grid)))
    run["gradient_norm"]        # [frames]

A probe reports arrays by name; a frame of them is recorded before the first step, then every `log_every` steps, and at
the end. What is shared between probes is computed once, and what nobody asks for costs nothing. One's own:

    def largest_weight(view):
        return {"largest_weight": jnp.max(jnp.abs(view.params.first.kernel))}

    probes.Probe(largest_weight)
"""

from training_lab.probes.curvature import extremes, preconditioned_sharpness, sharpness
from training_lab.probes.curves import example_gradients, gradients, learning_rate, losses
from training_lab.probes.jacobians import jacobians, lags
from training_lab.probes.layers import (
    ACTIVATION_EDGES,
    LOG_GRADIENT_EDGES,
    WEIGHT_EDGES,
    activity,
    batch_statistics,
    dropout_masks,
    histograms,
    step_sizes,
    weight_masks,
    weights,
)
from training_lab.probes.probe import Probe
from training_lab.probes.snapshots import filters, hidden, outputs, parameters, plane, pruning_masks
from training_lab.probes.view import Evaluation, View

DEFAULT = (losses, gradients, learning_rate, weights)

__all__ = [
    "ACTIVATION_EDGES",
    "DEFAULT",
    "LOG_GRADIENT_EDGES",
    "WEIGHT_EDGES",
    "Evaluation",
    "Probe",
    "View",
    "activity",
    "batch_statistics",
    "dropout_masks",
    "example_gradients",
    "extremes",
    "filters",
    "gradients",
    "hidden",
    "histograms",
    "jacobians",
    "lags",
    "learning_rate",
    "losses",
    "outputs",
    "parameters",
    "plane",
    "preconditioned_sharpness",
    "pruning_masks",
    "sharpness",
    "step_sizes",
    "weight_masks",
    "weights",
]
