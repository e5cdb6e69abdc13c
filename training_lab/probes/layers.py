"""What happens in each layer; [layers] counts all layers with parameters, [taps] the hidden ones (or steps of time)."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PyTree

from training_lab import activations
from training_lab.kernels import kernels_of
from training_lab.networks import per_tap
from training_lab.probes.probe import Probe
from training_lab.probes.view import View

BINS = 40
# Fixed edges, so that frames can be compared; the first and the last bin take what lies beyond.
ACTIVATION_EDGES = np.linspace(-4, 4, BINS + 1)
WEIGHT_EDGES = np.linspace(-1, 1, BINS + 1)
LOG_GRADIENT_EDGES = np.linspace(-12, 0, BINS + 1)  # of log10 |gradient|


def _norm(block: PyTree) -> Float[Array, ""]:
    return jnp.sqrt(sum(jnp.sum(jnp.square(leaf)) for leaf in jax.tree.leaves(block)))


def _weights(view: View) -> dict[str, Array]:
    """Per layer: weight_norm, layer_gradient_norm, update_ratio (|update| / |weights|), zero_fraction of the kernel."""
    norms = view.params.per_layer(_norm)
    update = view.move.updates.per_layer(_norm)
    return {
        "weight_norm": norms,
        "layer_gradient_norm": view.measured.gradients.per_layer(_norm),
        "update_ratio": update / jnp.maximum(norms, jnp.finfo(norms.dtype).tiny),
        "zero_fraction": view.params.per_layer(_zero_fraction),
    }


def _zero_fraction(block: PyTree) -> Float[Array, ""]:
    weights = jnp.concatenate([kernel.ravel() for kernel in kernels_of(block)])
    return jnp.mean(weights == 0, dtype=weights.dtype)


def _activations(view: View) -> dict[str, Array]:
    """Per tap: activation_mean and _std, signal_mean and _std (of the gradient with respect to the activation),
    saturated (share of activations with next to no slope), dead (share of units that are off for the whole batch).
    """
    seen: dict[str, Array] = {}
    for name, taps in (("activation", view.taps.post), ("signal", view.measured.signals)):
        seen |= {f"{name}_mean": per_tap(jnp.mean, taps), f"{name}_std": per_tap(jnp.std, taps)}
    if view.taps.pre is None:
        return seen
    return seen | {"saturated": per_tap(_saturated(view), view.taps.pre), "dead": per_tap(_dead(view), view.taps.pre)}


def _saturated(view: View) -> Callable[[Array], Array]:
    activation = view.recipe.network.activation
    record, values = activations.get(activation.name), view.cast(activation.values)
    return lambda pre: jnp.mean(record.saturated(pre, **values), dtype=pre.dtype)


def _dead(view: View) -> Callable[[Array], Array]:
    """Units whose slope is zero for every example (and position)."""
    activation = view.recipe.network.activation
    record, values = activations.get(activation.name), view.cast(activation.values)
    return lambda pre: jnp.mean(
        jnp.all(record.slope(pre, **values) == 0, axis=tuple(range(pre.ndim - 1))), dtype=pre.dtype
    )


def _histograms(view: View) -> dict[str, Array]:
    """activation_histogram [taps, 40], signal_histogram [taps, 40] of log10 |gradient|, weight_histogram [layers, 40].

    Shares that add up to one; see the edges in `training_lab.probes`.
    """
    return {
        "activation_histogram": per_tap(lambda post: histogram(post, ACTIVATION_EDGES), view.taps.post),
        "signal_histogram": per_tap(_log_histogram, view.measured.signals),
        "weight_histogram": view.params.per_layer(
            lambda block: histogram(jnp.concatenate([k.ravel() for k in kernels_of(block)]), WEIGHT_EDGES)
        ),
    }


def _log_histogram(signal: Array) -> Float[Array, " bins"]:
    size = jnp.maximum(jnp.abs(signal), jnp.finfo(signal.dtype).tiny)
    return histogram(jnp.log10(size), LOG_GRADIENT_EDGES)


def histogram(values: Float[Array, "..."], edges: Any) -> Float[Array, " bins"]:
    """Shares of values in equal bins; what lies beyond the edges counts in the first and the last."""
    bins = len(edges) - 1
    position = (values.ravel() - edges[0]) * (bins / (edges[-1] - edges[0]))
    index = jnp.clip(jnp.floor(jnp.nan_to_num(position)), 0, bins - 1).astype(jnp.int32)
    return jnp.bincount(index, length=bins).astype(values.dtype) / values.size


def _step_sizes(view: View) -> dict[str, Array]:
    """step_size_quantiles [layers, 5]: minimum, quartiles and maximum of the effective learning rates."""
    quantiles = jnp.linspace(0, 1, 5)
    rate = view.internals["effective_rate"]
    # A method with one rate for all parameters reports a scalar.
    rates = jax.tree.map(lambda leaf: jnp.broadcast_to(rate, leaf.shape), view.params) if _is_scalar(rate) else rate

    def of(block: PyTree) -> Float[Array, " five"]:
        leaves = jax.tree.leaves(block)
        return jnp.quantile(jnp.concatenate([leaf.ravel() for leaf in leaves]), quantiles.astype(leaves[0].dtype))

    return {"step_size_quantiles": rates.per_layer(of)}


def _is_scalar(rate: PyTree) -> bool:
    return not isinstance(rate, tuple) and jnp.ndim(rate) == 0


def _batch_statistics(view: View) -> dict[str, PyTree]:
    """batch_mean, batch_var of the next batch and running_mean, running_var, of each batch normalisation [taps, n]."""
    if view.taps.batch is None:
        raise ValueError("batch_statistics needs a network with norm = 'batch'")
    running = view.member.statistics
    layers = running.convolutions if hasattr(running, "convolutions") else [running.first, running.hidden]
    return {"batch": view.taps.batch, "running": _stacked(layers)}


def _stacked(layers: Any) -> PyTree:
    """One BatchNormState for an MLP, a tuple of them for convolutions."""
    if isinstance(layers, tuple):
        return layers
    first, hidden = layers
    first = jax.tree.map(lambda leaf: leaf[None], first)
    return first if hidden is None else jax.tree.map(lambda one, more: jnp.concatenate([one, more]), first, hidden)


def _masks(view: View) -> dict[str, PyTree]:
    """dropout_mask [taps, ...]: what dropout keeps of the first example of the next batch."""
    masks = view.masks
    if masks is None:
        raise ValueError("dropout_masks needs a network with dropout")
    first = (lambda mask: mask[0]) if isinstance(masks, tuple) else (lambda mask: mask[:, 0])
    return {"dropout_mask": tuple(map(first, masks)) if isinstance(masks, tuple) else first(masks)}


def _kept_weights(view: View) -> dict[str, PyTree]:
    """weight_mask [inputs, width] of each hidden layer: what DropConnect keeps in the next step."""
    network: Any = view.recipe.network
    if getattr(network, "drop_connect", None) is None:
        raise ValueError("weight_masks needs a network with drop_connect")
    return {"weight_mask": network.kept_weights(view.params, view.batch.key)}


weights = Probe(_weights)
activity = Probe(_activations)
histograms = Probe(_histograms)
step_sizes = Probe(_step_sizes)
batch_statistics = Probe(_batch_statistics)
dropout_masks = Probe(_masks)
weight_masks = Probe(_kept_weights)
