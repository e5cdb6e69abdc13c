"""Numbers of the whole run, one per frame: what one looks at first."""

import jax
import jax.numpy as jnp
from jaxtyping import Array

from optimizers.clipping import global_norm
from training_lab.probes.probe import Probe
from training_lab.probes.view import Evaluation, View


def _losses(view: View) -> dict[str, Array]:
    """loss, accuracy (r2 for a regression), and with validation data validation_loss and validation_accuracy."""
    if not len(view.splits.validation.x):
        return _named("", view.on_train, view)
    train, validation = view.on_both()
    return _named("", train, view) | _named("validation_", validation, view)


def _named(prefix: str, evaluation: Evaluation, view: View) -> dict[str, Array]:
    return {f"{prefix}loss": evaluation.loss, f"{prefix}{'accuracy' if view.classes else 'r2'}": evaluation.score}


def _gradients(view: View) -> dict[str, Array]:
    """batch_loss, gradient_norm before clipping, clipped_norm after, and the factor between them."""
    before, after = global_norm(view.measured.gradients), global_norm(view.move.clipped)
    factor = jnp.where(before > 0, after / jnp.where(before > 0, before, 1), 1)
    return {
        "batch_loss": view.measured.loss,
        "gradient_norm": before,
        "clipped_norm": after,
        "clip_factor": factor,
    }


def _learning_rate(view: View) -> dict[str, Array]:
    """learning_rate of the next step, as the schedule sets it."""
    return {"learning_rate": view.hypers.get("learning_rate", view.cast(1.0))}


losses = Probe(_losses)
gradients = Probe(_gradients)
learning_rate = Probe(_learning_rate)


def _example_gradients(view: View) -> dict[str, Array]:
    """example_gradient_norm [64]: how different single examples' gradients are, at test time."""
    x, y = view.splits.train.x[:64], view.splits.train.y[:64]

    def norm(x: Array, y: Array) -> Array:
        one = type(view.splits.train)(x[None], y[None])
        return global_norm(jax.grad(view.loss)(view.params, one))

    return {"example_gradient_norm": jax.vmap(norm)(x, y)}


example_gradients = Probe(_example_gradients)
