"""How a small change travels from layer to layer, or from one step of time to the next."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from optimizers import small_matrices
from training_lab.networks import per_tap
from training_lab.probes.probe import Probe
from training_lab.probes.view import View, largest_singular_value

EXAMPLES = 4


def _matrices(view: View) -> Float[Array, "steps n w w"]:
    """Of single layers or steps of time; batch normalisation with the statistics of the batch."""
    network: Any = view.recipe.network
    if not hasattr(network, "jacobians"):
        raise ValueError("jacobians are for networks whose layers are all of one shape: an MLP or an RNN")
    x, state = view.batch.x[:EXAMPLES], view.member.statistics
    if view.taps.batch is not None:
        parts = [view.taps.batch.mean, view.taps.batch.var]
        first, hidden = (type(view.taps.batch)(*(part[i] for part in parts)) for i in (0, slice(1, None)))
        state = type(state)(first, hidden)
    return network.jacobians(view.params, state, x)


def products(matrices: Float[Array, "steps n w w"]) -> Float[Array, "steps n w w"]:
    """[l]: the product of all matrices from l to the last: the derivative of the end with respect to step l."""

    def multiply(later: Array, matrix: Array) -> tuple[Array, Array]:
        product = later @ matrix
        return product, product

    identity = jnp.broadcast_to(jnp.eye(matrices.shape[-1], dtype=matrices.dtype), matrices.shape[1:])
    return jax.lax.scan(multiply, identity, matrices, reverse=True)[1]


def _jacobians(view: View) -> dict[str, Array]:
    """jacobian_norm and product_norm [steps]: the largest singular value of the derivative of each hidden layer (or
    step of time) with respect to the one before, and of the last with respect to it; means over four examples.
    """
    matrices = _matrices(view)
    norm = jax.vmap(jax.vmap(largest_singular_value))
    return {
        "jacobian_norm": jnp.mean(norm(matrices), axis=1),
        "product_norm": jnp.mean(norm(products(matrices)), axis=1),
    }


def _lags(view: View) -> dict[str, Array]:
    """lag_singular_values [time - 1, 3]: largest, median and smallest of dh_T / dh_t for t = 1, ..., T - 1, of the
    first example; hidden_gradient_norm [time]: the length of dL / dh_t, over the batch.

    Singular values below 1e-7 of the largest (in float32) are rounding.
    """
    values = jax.vmap(small_matrices.singular_values)(products(_matrices(view)[:, :1])[:, 0])
    three = jnp.stack([values[:, 0], jnp.median(values, axis=1), values[:, -1]], axis=1)
    return {"lag_singular_values": three, "hidden_gradient_norm": per_tap(_norm, view.measured.signals)}


def _norm(signal: Array) -> Float[Array, ""]:
    return jnp.sqrt(jnp.sum(jnp.square(signal)))


jacobians = Probe(_jacobians)
lags = Probe(_lags)
