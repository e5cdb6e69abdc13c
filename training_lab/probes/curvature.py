"""Curvature along the run, by power iteration (what was the top direction still nearly is) and by Lanczos."""

from typing import Any

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, PyTree

from training_lab import hessian
from training_lab.probes.probe import Probe
from training_lab.probes.view import EXAMPLES, View
from training_lab.training.step import penalty

ROUNDS = 6  # of power iteration per frame
LANCZOS = 30  # steps of Lanczos per frame


def _start(view: View) -> PyTree:
    """The top direction at the start, known well before the first frame."""
    return hessian.sharpness(_loss(view), view.params, rounds=50).vector


def _loss(view: View) -> Any:
    """On the whole training set, at test time, with all penalties."""
    return lambda params: view.loss(params, view.splits.train) + penalty(view.recipe, params)


def _sharpness(view: View, memory: PyTree) -> tuple[dict[str, Array], PyTree]:
    """sharpness: the Hessian's largest eigenvalue on the whole training set (at test time)."""
    top = hessian.sharpness(_loss(view), view.params, memory, rounds=ROUNDS)
    return {"sharpness": top.value}, top.vector


def _preconditioned(view: View, memory: PyTree) -> tuple[dict[str, Array], PyTree]:
    """preconditioned_sharpness: the same, as an adaptive method sees it, with its effective rates per learning rate."""
    rates = view.internals["effective_rate"]
    learning_rate = view.hypers["learning_rate"]
    scale = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf / learning_rate, leaf.shape), rates)
    top = hessian.sharpness(_loss(view), view.params, memory, rounds=ROUNDS, preconditioner=scale)
    return {"preconditioned_sharpness": top.value}, top.vector


def _extremes(view: View) -> dict[str, Array]:
    """largest_eigenvalue and smallest_eigenvalue of the Hessian of the loss of the first 512 training examples, by
    Lanczos from a fixed random vector, and gain: by how much the quadratic of this point falls along the gradient
    (infinite where it curves down there). At test time, without penalties.
    """
    train = view.splits.train
    split = type(train)(train.x[:EXAMPLES], train.y[:EXAMPLES])

    def loss(params: PyTree) -> Array:
        return view.loss(params, split)

    ritz = hessian.lanczos(loss, view.params, jax.random.key(0), steps=LANCZOS)
    slope = jax.grad(loss)(view.params)
    curvature = optax.tree.vdot(slope, hessian.hvp(loss, view.params, slope))
    gain = optax.tree.norm(slope) ** 4 / (2 * jnp.maximum(curvature, 0))
    return {"largest_eigenvalue": ritz.values[-1], "smallest_eigenvalue": ritz.values[0], "gain": gain}


extremes = Probe(_extremes)
sharpness = Probe(_sharpness, start=_start)
preconditioned_sharpness = Probe(_preconditioned, start=_start)
