"""What lessons look at in a network beyond the lab's own probes; everything small enough to be kept and sent."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from training_lab.networks.blocks import Block
from training_lab.probes import Probe, View

SHOWN = 8  # inputs, units of each hidden layer and outputs in an excerpt of a network


def _symmetry(view: View) -> dict[str, Array]:
    """Of an MLP: excerpt [edges], the kernels between the units that are shown; alike [depth, shown], for each the
    first unit of its layer with the same weights; hidden_gradient [], the largest |gradient| of a hidden weight.
    """
    params, gradients = view.params, view.measured.gradients
    pixels = params.first.kernel[_spread(len(params.first.kernel))]
    kernels = [pixels, *([] if params.hidden is None else params.hidden.kernel), params.last.kernel]
    alike = [_alike(params.first)] + ([] if params.hidden is None else list(jax.vmap(_alike)(params.hidden)))
    inward = [gradients.first.kernel] + ([] if gradients.hidden is None else [gradients.hidden.kernel])
    return {
        "excerpt": jnp.concatenate([_corner(kernel).ravel() for kernel in kernels]),
        "alike": jnp.stack(alike),
        "hidden_gradient": jnp.max(jnp.stack([jnp.max(jnp.abs(kernel)) for kernel in inward])),
    }


def _spread(inputs: int) -> np.ndarray:
    """Of many inputs, such as pixels, some from everywhere."""
    return np.unique(np.linspace(0, inputs - 1, min(SHOWN, inputs)).round().astype(int))


def _corner(kernel: Float[Array, "in out"]) -> Float[Array, "shown_in shown_out"]:
    return kernel[:SHOWN, :SHOWN]


def _alike(block: Block) -> Int[Array, " shown"]:
    columns = jnp.concatenate([block.kernel, block.bias[None]])
    same = jnp.all(columns[:, :SHOWN, None] == columns[:, None, :], axis=0)
    return jnp.argmax(same, axis=1).astype(jnp.int32)


symmetry = Probe(_symmetry)
