"""Closed forms of stochastic gradient descent on a mean of quadratics, against simulation."""

from itertools import combinations, product

import jax.numpy as jnp
import numpy as np
import pytest

from optimizers import mini_batches

N = 8
RNG = np.random.default_rng(0)
FEATURES = np.column_stack([RNG.normal(1, 1, N), np.ones(N)])
TARGETS = FEATURES @ [1.0, 0.5] + RNG.normal(size=N)
MINIMUM = np.linalg.lstsq(FEATURES, TARGETS, rcond=None)[0]
HESSIANS = FEATURES[:, :, None] * FEATURES[:, None, :]
GRADIENTS = (FEATURES @ MINIMUM - TARGETS)[:, None] * FEATURES


def drawn(rng: np.random.Generator, walks: int, batch: int, replacement: bool) -> np.ndarray:
    """Sample numbers [walks, batch], drawn independently for each walk."""
    if replacement:
        return rng.integers(N, size=(walks, batch))
    return rng.permuted(np.tile(np.arange(N), (walks, 1)), axis=1)[:, :batch]


def simulated(rates: np.ndarray, batch: int, replacement: bool, walks: int = 10_000) -> np.ndarray:
    """Offsets [steps + 1, walks, 2] of many walks from one start."""
    rng = np.random.default_rng(1)
    offsets = [np.tile([1.5, -1.0], (walks, 1))]
    for rate in rates:
        chosen = drawn(rng, walks, batch, replacement)
        rows = FEATURES[chosen]
        residuals = np.einsum("wbd,wd->wb", rows, offsets[-1] + MINIMUM) - TARGETS[chosen]
        offsets.append(offsets[-1] - rate * np.einsum("wb,wbd->wd", residuals, rows) / batch)
    return np.stack(offsets)


CASES = [(1, True, 0.05), (3, True, 0.1), (3, False, 0.15), (7, False, 0.4)]


@pytest.mark.parametrize(("batch", "replacement", "rate"), CASES)
def test_noise_ball_is_what_every_possible_batch_makes_of_it(x64, batch, replacement, rate):
    """The stationary covariance comes out of a step as it went in, averaged over all batches that can be drawn."""
    factor = mini_batches.sampling_factor(batch, N, replacement=replacement)
    ball = np.asarray(mini_batches.stationary_covariance(GRADIENTS, HESSIANS, rate, factor))
    drawings = product(range(N), repeat=batch) if replacement else combinations(range(N), batch)
    after = []
    for chosen in map(list, drawings):
        turned = np.eye(2) - rate * HESSIANS[chosen].mean(axis=0)
        moved = rate * GRADIENTS[chosen].mean(axis=0)
        after.append(turned @ ball @ turned.T + np.outer(moved, moved))
    np.testing.assert_allclose(np.mean(after, axis=0), ball, rtol=1e-9)


@pytest.mark.parametrize(("batch", "replacement", "rate"), CASES)
def test_expected_loss_at_every_step(x64, batch, replacement, rate):
    factor = mini_batches.sampling_factor(batch, N, replacement=replacement)
    rates = rate / np.sqrt(1 + np.arange(40) / 10)
    hessian = HESSIANS.mean(axis=0)
    walks = simulated(rates, batch, replacement)
    measured = 0.5 * np.einsum("twa,ab,twb->t", walks, hessian, walks) / walks.shape[1]
    predicted = mini_batches.expected_excess(GRADIENTS, HESSIANS, walks[0, 0], rates, factor)
    np.testing.assert_allclose(measured, predicted, rtol=0.05)


def test_constant_rate_ends_in_the_noise_ball(x64):
    factor = mini_batches.sampling_factor(4, N, replacement=False)
    excess = mini_batches.expected_excess(GRADIENTS, HESSIANS, np.array([1.5, -1.0]), np.full(1_500, 0.2), factor)
    ball = mini_batches.stationary_covariance(GRADIENTS, HESSIANS, 0.2, factor)
    assert excess[-1] == pytest.approx(float(0.5 * jnp.sum(HESSIANS.mean(axis=0) * ball)), rel=1e-6)


def test_the_whole_set_is_gradient_descent(x64):
    factor = mini_batches.sampling_factor(N, N, replacement=False)
    assert factor == 0
    largest = np.linalg.eigvalsh(HESSIANS.mean(axis=0))[-1]
    assert mini_batches.mean_square_limit(HESSIANS, factor) == pytest.approx(2 / largest)
    np.testing.assert_allclose(mini_batches.stationary_covariance(GRADIENTS, HESSIANS, 0.1, factor), 0, atol=1e-12)


@pytest.mark.parametrize(("batch", "replacement"), [(1, True), (4, True), (4, False)])
def test_the_second_moment_grows_above_the_limit_only(x64, batch, replacement):
    factor = mini_batches.sampling_factor(batch, N, replacement=replacement)
    limit = float(mini_batches.mean_square_limit(HESSIANS, factor))

    def end(share):
        rates = np.full(4_000, share * limit)
        return mini_batches.expected_excess(GRADIENTS * 0, HESSIANS, np.array([1.0, 1.0]), rates, factor)[-1]

    assert end(0.98) < 1e-3
    assert end(1.02) > 1e3
