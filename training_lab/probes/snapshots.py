"""Pictures of the network over time: its weights, what it answers to given inputs, what its hidden units do there."""

from typing import Any

import numpy as np
from jaxtyping import Array, Float, PyTree

from training_lab.probes.probe import Probe
from training_lab.probes.view import View


def _parameters(view: View) -> dict[str, PyTree]:
    return {"params": view.params}


def _filters(view: View) -> dict[str, Array]:
    """filters: the kernel of the first layer."""
    first = next(part for part in view.params if part is not None)
    return {"filters": (first[0] if type(first) is tuple else first).kernel}


def _masks_of_pruning(view: View) -> dict[str, PyTree]:
    if view.member.masks is None:
        raise ValueError("pruning_masks needs a recipe with pruning, or a run with masks")
    return {"pruning_mask": view.member.masks}


def _outputs(view: View, inputs: Array) -> dict[str, Array]:
    return {"outputs": view.apply(inputs).outputs}


def _hidden(view: View, inputs: Array) -> dict[str, PyTree]:
    taps = view.apply(inputs, watch=True).taps
    assert taps is not None
    return {"hidden": taps.post}


parameters = Probe(_parameters)
filters = Probe(_filters)
pruning_masks = Probe(_masks_of_pruning)


def outputs(inputs: Any) -> Probe:
    """outputs [n, k]: what the network answers to inputs [n, ...], scaled as the training data are."""
    return Probe(_outputs, {"inputs": inputs})


def hidden(inputs: Any) -> Probe:
    """hidden: what its hidden layers hand on there, [depth, n, width], [time, n, width], or a tuple of feature maps."""
    return Probe(_hidden, {"inputs": inputs})


def plane(low: Any, high: Any, side: int = 80, dtype: Any = np.float32) -> Float[np.ndarray, "pixels 2"]:
    """The points of a square grid, row by row from below, as inputs for `outputs` and `hidden`."""
    axes = [np.linspace(a, b, side, dtype=dtype) for a, b in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(side * side, 2)
