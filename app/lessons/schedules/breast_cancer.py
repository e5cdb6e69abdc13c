"""Optimizers and their schedules on a small real problem: is a tumour malignant, by its size and texture?

Logistic regression with two weights on 64 of the patients of W. N. Street, W. H. Wolberg, O. L. Mangasarian, "Nuclear
feature extraction for breast tumor diagnosis" (1993), as scikit-learn has them. Gradients are of mini-batches.
"""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

import landscapes
import optimizers
from app.compute.minibatch_regression import EVEN, SAMPLES, Regression, batches, length, logistic, solved
from app.compute.terrain import GRID
from app.compute.trajectories import Program, RunSpec, prepared
from training_lab import datasets

DOMAIN = ((-3.0, 7.0), (-3.0, 7.0))  # of the weights
START = (-2.0, 5.5)
COLUMNS = (0, 1)  # mean radius, mean texture


@cache
def data() -> Regression:
    """The first 64 patients in a random order; both measurements standardised over them, 1 is malignant, -1 benign."""
    all_of_them = datasets.load("breast_cancer")
    rows = np.random.default_rng(0).permutation(len(all_of_them.x))[:SAMPLES]
    chosen = np.asarray(all_of_them.x, np.float64)[rows][:, COLUMNS]
    features = (chosen - chosen.mean(axis=0)) / chosen.std(axis=0)
    return solved("logistic", features.astype(np.float32), (1.0 - 2.0 * all_of_them.y[rows]).astype(np.float32))


@cache
def excess() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coordinates [GRID], [GRID] and the loss of all patients above its minimum [GRID, GRID]."""
    patients = data()
    args = {"features": patients.features, "targets": patients.targets, "weights": EVEN}
    xs, ys, z = (np.asarray(array) for array in landscapes.analysis.grid(logistic, DOMAIN, GRID, **args))
    return xs, ys, np.maximum(z - patients.least, 0)


class Descents(NamedTuple):
    """Trajectories over the weights; float32."""

    position: np.ndarray  # [runs, steps + 1, 2]
    excess: np.ndarray  # [runs, steps + 1] loss of all patients above its minimum
    seen: np.ndarray  # [runs, steps] loss of the mini-batch, which is what a schedule sees
    learning_rate: np.ndarray  # [runs, steps]


@partial(jax.jit, static_argnames="program")
def _descent(program: Program, numbers: Any, start: Any, data: Mapping[str, Any], weights: Any) -> jax.Array:
    trace = optimizers.descend(
        program.optimizer,
        numbers.hypers,
        logistic,
        start,
        steps=program.steps,
        fn_args=data,
        step_args={"weights": weights},
        schedule=(program.schedule, numbers.schedule) if program.schedule else None,
    )
    whole = jax.vmap(lambda w: logistic(w, weights=EVEN, **data))(trace.position)
    return jnp.concatenate(
        [trace.position.T, whole[None], trace.value[None], jnp.pad(trace.learning_rate, (0, 1))[None]]
    )


def descents(runs: Sequence[RunSpec], start: tuple[float, float], batch: int, seed: int, steps: int) -> Descents:
    """Runs that all see the same mini-batches, drawn anew for each step without repeats."""
    patients, rounds = data(), length(steps)
    weights = batches("without", batch, seed, rounds)
    args = {"features": patients.features, "targets": patients.targets}
    x0 = np.asarray(start, np.float32)
    packed = np.stack([_descent(*prepared(run, rounds, ()), x0, args, weights) for run in runs])
    return Descents(
        packed[:, :2, : steps + 1].swapaxes(1, 2),
        np.maximum(packed[:, 2, : steps + 1] - np.float32(patients.least), 0),
        packed[:, 3, :steps],
        packed[:, 4, :steps],
    )
