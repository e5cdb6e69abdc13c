"""Several networks that answer together.

    run = lab.train(recipe, jax.random.split(jax.random.key(0), 10))           # bagging too: Recipe(bootstrap=True)
    outputs = run(x)                                                           # [K, n, k]
    ensembles.decomposition(outputs, targets)

A snapshot ensemble is the outputs of one run at several frames (`probes.outputs`, with a schedule that restarts).

A. Krogh, J. Vedelsby, "Neural network ensembles, cross validation, and active learning", NeurIPS 1995.
G. Huang et al., "Snapshot ensembles: train 1, get M for free", ICLR 2017, arXiv:1704.00109.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int


class Decomposition(NamedTuple):
    """Squared errors, of which ensemble = members - diversity holds exactly."""

    ensemble: Float[Array, ""]  # of the mean answer
    members: Float[Array, ""]  # the mean of the members' own
    diversity: Float[Array, ""]  # the variance of the answers around their mean


def decomposition(outputs: Float[Array, "members n k"], targets: Float[Array, "n k"]) -> Decomposition:
    """The ambiguity decomposition; for classes give it probabilities, and rows with a one as targets."""
    mean = jnp.mean(outputs, axis=0)
    return Decomposition(
        ensemble=jnp.mean(jnp.square(mean - targets)),
        members=jnp.mean(jnp.square(outputs - targets[None])),
        diversity=jnp.mean(jnp.square(outputs - mean[None])),
    )


def probabilities(logits: Float[Array, "members n k"]) -> Float[Array, "n k"]:
    """The mean of the members' probabilities."""
    return jnp.mean(jax.nn.softmax(logits), axis=0)


def accuracy_by_size(logits: Float[Array, "members n k"], labels: Int[Array, " n"]) -> Float[Array, " members"]:
    """Accuracy of the first 1, 2, ..., K members together."""
    counts = jnp.arange(1, len(logits) + 1, dtype=logits.dtype)
    means = jnp.cumsum(jax.nn.softmax(logits), axis=0) / counts[:, None, None]
    return jnp.mean(jnp.argmax(means, axis=-1).astype(labels.dtype) == labels[None], axis=1, dtype=logits.dtype)
