"""Curvature against the Hessian itself, on networks small enough to have one."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import training_lab as lab
from tests.training_lab.common import TINY
from training_lab import hessian, probes

KEY = jax.random.key(0)


@pytest.fixture(scope="module")
def trained():
    """A network near a minimum, its loss, and its Hessian."""
    smooth = replace(TINY, network=lab.MLP(depth=2, width=4, activation="tanh"), steps=200, log_every=100)
    run = lab.train(smooth, KEY, probes=(probes.sharpness,))
    loss = lab.loss_landscape.objective(run, examples=None)
    flat, unravel = ravel_pytree(run.params)
    dense = np.asarray(jax.jit(jax.hessian(lambda w: loss(unravel(w))))(flat), np.float64)
    return run, loss, dense


def test_products_are_those_of_the_hessian(trained):
    run, loss, dense = trained
    direction = jax.tree.map(
        lambda leaf: jnp.asarray(np.cos(np.arange(leaf.size)), jnp.float32).reshape(leaf.shape), run.params
    )
    product = ravel_pytree(jax.jit(hessian.hvp, static_argnums=())(loss, run.params, direction))[0]
    np.testing.assert_allclose(product, dense @ np.asarray(ravel_pytree(direction)[0]), rtol=1e-3, atol=1e-4)


def test_sharpness_is_the_largest_eigenvalue(trained):
    run, loss, dense = trained
    values = np.linalg.eigvalsh(dense)
    top = jax.jit(hessian.sharpness)(loss, run.params)
    assert float(top.value) == pytest.approx(values[-1], rel=1e-3)
    assert float(top.residual) < 0.02 * values[-1]
    assert run["sharpness"][-1] == pytest.approx(values[-1], rel=1e-2), "the probe warm-starts"
    again = jax.jit(lambda: hessian.sharpness(loss, run.params, top.vector, rounds=2))()
    assert float(again.value) == pytest.approx(values[-1], rel=1e-3)


def test_a_preconditioner_has_the_eigenvalues_of_the_product(trained):
    run, loss, dense = trained
    scale = jax.tree.map(lambda leaf: 0.5 + jnp.abs(leaf), run.params)
    values = np.linalg.eigvals(np.diag(np.asarray(ravel_pytree(scale)[0], np.float64)) @ dense).real
    top = jax.jit(lambda: hessian.sharpness(loss, run.params, preconditioner=scale))()
    assert float(top.value) == pytest.approx(values.max(), rel=1e-2)


def test_lanczos_finds_both_ends_of_the_spectrum(trained):
    run, loss, dense = trained
    values = np.linalg.eigvalsh(dense)
    ritz = jax.jit(lambda key: hessian.lanczos(loss, run.params, key, steps=25))(KEY)
    assert float(ritz.values[-1]) == pytest.approx(values[-1], rel=1e-3)
    assert float(ritz.values[0]) == pytest.approx(values[0], abs=1e-3 * values[-1])
    assert float(ritz.weights.sum()) == pytest.approx(1, rel=1e-4)


def test_all_steps_give_all_eigenvalues(x64):
    matrix = np.diag([-2.0, 0.5, 1.0, 3.0, 10.0])
    ritz = hessian.lanczos_of(lambda v: jnp.asarray(matrix) @ v, jnp.ones(5), steps=5)
    np.testing.assert_allclose(ritz.values, np.diag(matrix), rtol=1e-9)
    np.testing.assert_allclose(ritz.weights, 0.2, rtol=1e-9)
    grid = jnp.linspace(-5, 13, 2_000)
    density = hessian.density([ritz], grid, 0.1)
    assert float(jnp.sum(density) * (grid[1] - grid[0])) == pytest.approx(1, rel=1e-4)
    assert float(grid[jnp.argmax(density)]) == pytest.approx(
        min(np.diag(matrix), key=lambda v: abs(v - float(grid[jnp.argmax(density)]))), abs=0.02
    )


def test_the_trace_of_the_gradients_covariance(x64):
    x = jnp.asarray(np.random.default_rng(0).normal(size=(50, 3)))

    def loss(w, example):
        return 0.5 * jnp.sum((w - example) ** 2)

    assert float(hessian.covariance_trace(loss, jnp.zeros(3), x)) == pytest.approx(float(jnp.sum(jnp.var(x, axis=0))))


# The edge of stability: J. Cohen et al., ICLR 2021. Full-batch gradient descent on 256 digits.

EDGE = lab.Recipe(
    data=lab.Data(train=256),
    network=lab.MLP(depth=2, width=32, activation="tanh"),
    loss="half_squares",
    optimizer=("gradient_descent", {"learning_rate": 0.5}),
    batch_size=None,
    steps=3000,
    log_every=50,
)


def test_the_edge_of_stability():
    at_the_edge, below = (
        lab.train(
            replace(EDGE, optimizer=("gradient_descent", {"learning_rate": rate})), KEY, probes=(probes.sharpness,)
        )
        for rate in (0.5, 0.1)
    )
    hovering = at_the_edge["sharpness"][40:] * 0.5 / 2
    assert 0.93 < hovering.mean() < 1.08
    assert hovering.min() > 0.9
    assert hovering.max() < 1.15
    assert below["sharpness"][40:].max() * 0.1 / 2 < 0.6


def test_extremes_are_those_of_the_dense_hessian(trained):
    run, loss, dense = trained
    seen = lab.train(run.recipe, KEY, probes=(probes.extremes, probes.losses))
    values = np.linalg.eigvalsh(dense)
    assert seen["largest_eigenvalue"][-1] == pytest.approx(values[-1], rel=1e-3)
    assert seen["smallest_eigenvalue"][-1] == pytest.approx(values[0], abs=1e-3 * values[-1])
    slope = np.asarray(ravel_pytree(jax.jit(jax.grad(loss))(run.params))[0], np.float64)
    bend = slope @ dense @ slope
    expected = (slope @ slope) ** 2 / (2 * bend) if bend > 0 else np.inf
    assert seen["gain"][-1] == pytest.approx(expected, rel=0.02)
