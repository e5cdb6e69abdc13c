"""A run from beginning to end, and what it leaves behind."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, PyTree

from training_lab.datasets import Dataset, Splits
from training_lab.recipe import Recipe
from training_lab.training.divergence import Divergence, diagnose, weights_are_finite
from training_lab.training.progress import Training, advance, member_at, start

Ended = Literal["finished", "stopped", "diverged", "cancelled"]
SECONDS_PER_CHUNK = 0.15  # between two looks at `cancelled`


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a training run leaves behind: telemetry as NumPy arrays, weights as JAX arrays.

    With an array of K keys, everything but `steps` has an axis of length K: telemetry as its second, after that of the
    frames, all else as its first.

    Attributes:
        recipe: with all its blanks filled in.
        steps: [frames], updates made before each frame.
        telemetry: what the probes reported, [frames, ...] by name.
        params, statistics: of the end, or with early stopping of the best validation; `masks` of pruning, if any.
        best_step: where they are from; the last step without early stopping.
        ended: "finished", "stopped" (early), "diverged", or "cancelled". For an ensemble, how its last member ended.
        divergence: what broke where; None unless the run diverged. For an ensemble, of the first member that did.
        splits: the data as the network saw them.
    """

    recipe: Recipe
    steps: np.ndarray
    telemetry: Mapping[str, Any]
    params: PyTree
    statistics: PyTree
    masks: PyTree
    best_step: Any
    ended: Ended
    divergence: Divergence | None
    dataset: Dataset
    splits: Splits

    def __getitem__(self, name: str) -> Any:
        if name not in self.telemetry:
            raise KeyError(f"no probe reported {name!r}; there are: {', '.join(self.telemetry)}")
        return self.telemetry[name]

    def __call__(self, x: Any, *, scaled: bool = False) -> Array:
        """Outputs for inputs [n, ...], which are scaled first unless they are already; [K, n, k] for an ensemble."""
        x = jnp.asarray(x, self.params.last.bias.dtype)
        x = x if scaled else self.splits.scaling(x)
        return _outputs(self.recipe.network, self.params, self.statistics, x, self.params.last.bias.ndim == 2)


@partial(jax.jit, static_argnums=4)
def _outputs(network: Any, params: PyTree, statistics: PyTree, x: Array, many: bool) -> Array:
    def apply(params: PyTree, statistics: PyTree) -> Array:
        return network.apply(params, statistics, x).outputs

    return (jax.vmap(apply) if many else apply)(params, statistics)


def train(
    recipe: Recipe,
    key: Array,
    *,
    progress: Callable[[Training], Any] | None = None,
    cancelled: Callable[[], bool] | None = None,
    **given: Any,
) -> Run:
    """Train from beginning to end; `given` is what `start` takes.

    Args:
        key: one random key, or an array of K for an ensemble.
        progress: called with the training as far as it has got, several times a second.
        cancelled: asked as often; a run that is cancelled ends as far as it has got.
    """
    training = start(recipe, key, **given)
    watched = progress is not None or cancelled is not None
    steps = min(training.recipe.log_every or 1, training.steps) if watched else training.steps
    while not training.done and not (cancelled and cancelled()):
        began = time.perf_counter()
        training = advance(training, steps)
        if progress:
            progress(training)
        if watched and time.perf_counter() - began < SECONDS_PER_CHUNK / 2:
            steps *= 2
    return finish(training)


def finish(training: Training) -> Run:
    """What there is of a run, at its end or not."""
    member = training.carry.member
    steps, telemetry = training.frames()
    weights, statistics, best_step = member.params, member.statistics, training.carry.step
    if member.best is not None:
        weights, statistics, best_step = member.best.params, member.best.statistics, member.best.step
    return Run(
        recipe=training.recipe,
        steps=steps,
        telemetry=telemetry,
        params=weights,
        statistics=statistics,
        masks=member.masks,
        best_step=np.asarray(best_step) if training.many else int(best_step),
        ended=_ended(training),
        divergence=_divergence(training) if np.any(np.asarray(member.failed) >= 0) else None,
        dataset=training.dataset,
        splits=training.splits,
    )


def _ended(training: Training) -> Ended:
    if training.alive:
        return "finished" if training.done else "cancelled"
    return "diverged" if np.all(np.asarray(training.carry.member.failed) >= 0) else "stopped"


def _divergence(training: Training) -> Divergence:
    """Go through the run again up to the step that failed, and look closely.

    Weights that broke in a step show in the loss of the next one: then that step is the one to look at.
    """
    failed = np.asarray(training.carry.member.failed).ravel()
    who = int(np.argmin(np.where(failed < 0, np.iinfo(failed.dtype).max, failed)))
    step = int(failed[who])
    member = member_at(training, step, who)
    if not weights_are_finite(member) and step > 0:
        step -= 1
        member = member_at(training, step, who)
    return diagnose(training.recipe, training.splits, step, member)
