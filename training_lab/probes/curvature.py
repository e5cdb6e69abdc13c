"""Curvature along the run, from warm-started power iterations: what was the top direction still nearly is."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, PyTree

from training_lab import hessian
from training_lab.probes.probe import Probe
from training_lab.probes.view import View
from training_lab.training.step import penalty

ROUNDS = 6  # of power iteration per frame


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


sharpness = Probe(_sharpness, start=_start)
preconditioned_sharpness = Probe(_preconditioned, start=_start)
