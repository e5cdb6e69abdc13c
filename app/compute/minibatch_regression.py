"""A regression with two weights, and stochastic gradient descent on it."""

from functools import lru_cache, partial
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

import landscapes
import optimizers
from app.compute.terrain import GRID
from app.compute.trajectories import LENGTHS
from optimizers import curvature
from training_lab import datasets

Task = Literal["linear", "logistic"]
Sampling = Literal["without", "with", "epochs"]

SAMPLES = 64
DOMAIN = ((-2.0, 4.0), (-3.0, 3.0))  # of the weights
FARTHEST = 600.0  # from the minimum, a hundred maps: a run beyond it counts as diverged
DECAY = optimizers.schedules.get("inverse_sqrt")


def linear(w: Any, features: Any, targets: Any, weights: Any) -> jax.Array:
    """Weighted half squared errors of features @ w: w [2], features [n, 2], targets [n], weights [n]."""
    return 0.5 * jnp.sum(weights * jnp.square(features @ w - targets))


def logistic(w: Any, features: Any, targets: Any, weights: Any) -> jax.Array:
    """Weighted logistic losses of features @ w; the targets are -1 and 1."""
    return jnp.sum(weights * jax.nn.softplus(-targets * (features @ w)))


LOSSES = {"linear": linear, "logistic": logistic}
EVEN = np.full(SAMPLES, 1 / SAMPLES, np.float32)


class Regression(NamedTuple):
    """A data set, and its mean loss over two weights."""

    features: np.ndarray  # [SAMPLES, 2]
    targets: np.ndarray  # [SAMPLES]
    minimum: np.ndarray  # [2]
    least: float  # the loss there
    gradients: np.ndarray  # [SAMPLES, 2] of single samples at the minimum
    hessians: np.ndarray  # [SAMPLES, 2, 2], likewise


def _data(task: Task, scatter: float) -> tuple[np.ndarray, np.ndarray]:
    """A line with an intercept, or two clouds about (2, 0) and (-2, 0) without one."""
    if task == "linear":
        line = datasets.load("line", samples=SAMPLES, noise=scatter, mean=1.0)
        return np.column_stack([line.x, np.ones(SAMPLES)]), line.y[:, 0]
    clouds = datasets.load("blobs", samples=SAMPLES, noise=scatter, classes=2)
    return clouds.x, 1.0 - 2.0 * clouds.y


@partial(jax.jit, static_argnames="task")
def _at_minimum(task: Task, features: Any, targets: Any) -> tuple[jax.Array, ...]:
    def mean(w: Any) -> jax.Array:
        return LOSSES[task](w, features, targets, EVEN)

    def newton(w: Any, _: None) -> tuple[jax.Array, None]:
        return w - curvature.solve(jax.hessian(mean)(w), jax.grad(mean)(w)), None

    minimum, _ = jax.lax.scan(newton, jnp.zeros(2), length=12)
    hessians = jax.vmap(lambda a, y: jax.hessian(LOSSES[task])(minimum, a[None], y[None], jnp.ones(1)))
    return minimum, mean(minimum), _gradients(task, minimum, features, targets), hessians(features, targets)


def _gradients(task: Task, w: Any, features: Any, targets: Any) -> jax.Array:
    """Gradients [n, 2] of single samples."""
    found: jax.Array = jax.vmap(lambda a, y: jax.grad(LOSSES[task])(w, a[None], y[None], jnp.ones(1)))(
        features, targets
    )
    return found


@lru_cache(maxsize=64)
def regression(task: Task, scatter: float) -> Regression:
    """The regression with this much noise in the targets, or with clouds this wide."""
    features, targets = (array.astype(np.float32) for array in _data(task, scatter))
    return solved(task, features, targets)


def solved(task: Task, features: np.ndarray, targets: np.ndarray) -> Regression:
    """A regression on any data [SAMPLES, 2], [SAMPLES]."""
    minimum, least, gradients, hessians = map(np.asarray, _at_minimum(task, features, targets))
    return Regression(features, targets, minimum, float(least), gradients, hessians)


@lru_cache(maxsize=64)
def excess(task: Task, scatter: float, domain: landscapes.surface.Domain) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coordinates [GRID], [GRID] and the loss above its minimum [GRID, GRID]."""
    data = regression(task, scatter)
    args = {"features": data.features, "targets": data.targets, "weights": EVEN}
    xs, ys, z = (np.asarray(array) for array in landscapes.analysis.grid(LOSSES[task], domain, GRID, **args))
    return xs, ys, np.maximum(z - data.least, 0)


@lru_cache(maxsize=32)
def orders(sampling: Sampling, seed: int, steps: int) -> np.ndarray:
    """Sample numbers [steps, SAMPLES]: rows are random permutations or, with replacement, independent draws."""
    rng = np.random.default_rng(seed)
    if sampling == "with":
        return rng.integers(SAMPLES, size=(steps, SAMPLES))
    return rng.permuted(np.tile(np.arange(SAMPLES), (steps, 1)), axis=1)


def batches(sampling: Sampling, batch: int, seed: int, steps: int) -> np.ndarray:
    """Weights [steps, SAMPLES] of the samples in each step: one over its size for each time that one is in a batch.

    Each batch is the beginning of a row of ``orders``; with "epochs" a row is an epoch, cut into batches, of which the
    last is smaller if need be.
    """
    per_row = -(-SAMPLES // batch) if sampling == "epochs" else 1
    step = np.arange(steps)
    columns = (step % per_row * batch)[:, None] + np.arange(batch)
    there = columns < SAMPLES
    chosen = orders(sampling, seed, steps)[(step // per_row)[:, None], np.minimum(columns, SAMPLES - 1)]
    counts = np.bincount((step[:, None] * SAMPLES + chosen)[there], minlength=steps * SAMPLES)
    found: np.ndarray = (counts.reshape(steps, SAMPLES) / there.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


class Descents(NamedTuple):
    """Trajectories over the weights; float32, NaN from where one counts as diverged."""

    position: np.ndarray  # [runs, steps + 1, 2]
    loss: np.ndarray  # [runs, steps + 1], of the whole set
    gradient: np.ndarray  # [runs, steps, 2], the one that a step was made from
    learning_rate: np.ndarray  # [runs, steps]


@partial(jax.jit, static_argnames="task")
def _descents(task: Task, start: Any, features: Any, targets: Any, weights: Any, rate: Any, timescales: Any) -> Any:
    def run(weights: Any, timescale: Any) -> jax.Array:
        trace = optimizers.descend(
            optimizers.get("gradient_descent"),
            {"learning_rate": rate},
            LOSSES[task],
            start,
            steps=weights.shape[0],
            fn_args={"features": features, "targets": targets},
            step_args={"weights": weights},
            schedule=(DECAY, {"timescale": timescale}),
        )
        loss = jax.vmap(lambda w: LOSSES[task](w, features, targets, EVEN))(trace.position)
        per_step = jnp.column_stack([trace.gradient, trace.learning_rate])
        return jnp.concatenate([trace.position.T, loss[None], jnp.pad(per_step.T, ((0, 0), (0, 1)))])

    return jax.vmap(run)(weights, timescales)


def length(steps: int) -> int:
    """The compiled length of runs that show this many steps."""
    return next(length for length in LENGTHS if length >= steps)


def descents(
    task: Task, scatter: float, start: tuple[float, float], rate: float, timescales: np.ndarray, weights: np.ndarray
) -> Descents:
    """Gradient descent on the regression, one run for each row of ``weights`` [runs, steps, SAMPLES].

    Args:
        timescales: [runs] of the decay of the learning rate; infinite for a constant one.
    """
    data, x0 = regression(task, scatter), np.asarray(start, np.float32)
    args = (task, x0, data.features, data.targets, weights, np.float32(rate), timescales.astype(np.float32))
    packed = np.asarray(_descents(*args))
    near = (np.abs(packed[:, :2] - data.minimum[:, None]) < FARTHEST).all(axis=1)
    packed = np.where(np.logical_and.accumulate(near, axis=1)[:, None], packed, np.float32(np.nan))
    return Descents(packed[:, :2].swapaxes(1, 2), packed[:, 2], packed[:, 3:5, :-1].swapaxes(1, 2), packed[:, 5, :-1])


@partial(jax.jit, static_argnames="task")
def _sample_gradients(task: Task, points: Any, features: Any, targets: Any) -> jax.Array:
    return jax.vmap(lambda w: _gradients(task, w, features, targets))(points)


def sample_gradients(task: Task, scatter: float, points: np.ndarray) -> np.ndarray:
    """Gradients [n, SAMPLES, 2] of every sample at points [n, 2]. The number of points is compiled in."""
    data = regression(task, scatter)
    return np.asarray(_sample_gradients(task, points, data.features, data.targets))


class NoiseBalls(NamedTuple):
    """Where runs with constant rates stay in the long run, by the closed forms of ``optimizers.mini_batches``."""

    covariance: np.ndarray  # [runs, 2, 2], NaN where there is none
    excess: np.ndarray  # [runs] mean loss above the minimum
    limit: np.ndarray  # [runs] largest stable learning rate


@partial(jax.jit, compiler_options=landscapes.analysis.COMPILED_SOON)
@partial(jax.vmap, in_axes=(None, None, 0, 0))
def _noise_balls(gradients: Any, hessians: Any, rate: Any, factor: Any) -> tuple[jax.Array, ...]:
    ball = optimizers.mini_batches.stationary_covariance(gradients, hessians, rate, factor)
    limit = optimizers.mini_batches.mean_square_limit(hessians, factor)
    ball = jnp.where(rate < limit, ball, jnp.nan)
    excess = jnp.sum(jnp.mean(hessians, axis=0) * ball) / 2
    return ball, jnp.where(rate < limit, excess, jnp.inf), limit


def noise_balls(task: Task, scatter: float, rates: np.ndarray, factors: np.ndarray) -> NoiseBalls:
    """Noise balls for learning rates [runs], and for gradients with ``factors`` [runs] times a sample's variance."""
    data = regression(task, scatter)
    found = _noise_balls(data.gradients, data.hessians, rates.astype(np.float32), factors.astype(np.float32))
    return NoiseBalls(*map(np.asarray, found))


_expected = jax.jit(jax.vmap(optimizers.mini_batches.expected_excess, in_axes=(None, None, None, 0, 0)))


def expected_excess(
    task: Task, scatter: float, start: tuple[float, float], rates: np.ndarray, factors: np.ndarray
) -> np.ndarray:
    """Expected loss above the minimum [runs, steps + 1] for learning rates [runs, steps] and factors [runs]."""
    data = regression(task, scatter)
    offset = np.asarray(start, np.float32) - data.minimum
    return np.asarray(_expected(data.gradients, data.hessians, offset, rates, factors.astype(np.float32)))
