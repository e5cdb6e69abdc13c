"""Slices: their centre, what they do not change with, paths in planes, and the same numbers on several devices."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import training_lab as lab
from tests.training_lab.common import TINY
from training_lab import loss_landscape, probes
from training_lab.kernels import filter_norms, kernels_of

KEY = jax.random.key(0)
AXIS = np.linspace(-1, 1, 5)


@pytest.fixture(scope="module")
def run():
    return lab.train(replace(TINY, steps=60), KEY, probes=(probes.losses, probes.parameters))


@pytest.fixture(scope="module")
def plane(run):
    return loss_landscape.random_plane(KEY, run.params)


def test_the_centre_is_the_trained_loss(run, plane):
    values = loss_landscape.slice(loss_landscape.objective(run), run.params, plane, (AXIS, AXIS))
    assert values.shape == (5, 5)
    assert float(values[2, 2]) == pytest.approx(float(run["loss"][-1]), rel=1e-5)
    line = loss_landscape.slice(loss_landscape.objective(run), run.params, plane[:1], (AXIS,))
    np.testing.assert_allclose(line, values[2], rtol=1e-5)


def test_rows_go_along_the_second_direction(run, plane):
    loss = loss_landscape.objective(run)
    values = loss_landscape.slice(loss, run.params, plane, (AXIS, AXIS[:3]))
    moved = jax.tree.map(lambda w, x, y: w + AXIS[3] * x + AXIS[0] * y, run.params, *plane)
    assert values.shape == (3, 5)
    assert float(values[0, 3]) == pytest.approx(float(loss(moved)), rel=1e-5)


@pytest.mark.parametrize("block", [1, 7, 25, 64])
def test_blocks_change_nothing(run, plane, block):
    loss = loss_landscape.objective(run)
    whole = loss_landscape.slice(loss, run.params, plane, (AXIS, AXIS))
    parts = loss_landscape.slice(loss, run.params, plane, (AXIS, AXIS), block=block)
    np.testing.assert_allclose(parts, whole, rtol=1e-5)


def test_any_function_will_do():
    values = loss_landscape.slice(lambda w: jnp.sum(w**2), jnp.zeros(2), (jnp.array([1.0, 0.0]),), (AXIS,))
    np.testing.assert_allclose(values, AXIS**2)


def test_one_program_serves_all_runs_of_an_architecture(run, plane):
    loss_landscape.slice(loss_landscape.objective(run), run.params, plane, (AXIS, AXIS))
    compiled = loss_landscape._values._cache_size()
    other = lab.train(replace(TINY, optimizer=("adam", {"learning_rate": 0.1})), jax.random.key(5), probes=())
    loss_landscape.slice(loss_landscape.objective(other), other.params, plane, (AXIS, AXIS))
    assert loss_landscape._values._cache_size() == compiled


def test_the_bowl_is_the_second_order_model_of_a_slice(run, plane):
    loss, near = loss_landscape.objective(run), np.array([[0.01, 0.0], [0.0, -0.01], [0.01, 0.02]])
    bowl = loss_landscape.bowl(loss, run.params, plane)
    assert float(bowl.value) == pytest.approx(float(loss(run.params)), rel=1e-6)
    slice_ = loss_landscape.along(loss, run.params, plane, near)
    np.testing.assert_allclose(bowl(near), slice_, rtol=1e-4)
    slope, image = jax.jit(jax.grad(loss))(run.params), jax.jit(lab.hessian.hvp)(loss, run.params, plane[1])
    for one, expected in ((slope, bowl.slope[0]), (image, bowl.curvature[0, 1])):
        inner = sum(float(jnp.sum(a * b)) for a, b in zip(*map(jax.tree.leaves, (plane[0], one)), strict=True))
        assert float(expected) == pytest.approx(inner, rel=1e-3, abs=1e-5)


# Filter normalisation


def test_directions_have_the_filters_lengths_and_no_biases(run, plane):
    for direction in plane:
        for d, w in zip(kernels_of(direction), kernels_of(run.params), strict=True):
            np.testing.assert_allclose(filter_norms(d), filter_norms(w), rtol=1e-5)
        assert not direction.first.bias.any()
        assert not direction.hidden.bias.any()


def rescaled(params, factor):
    """The same function: the weights into the first layer of ReLUs multiplied, those out of it divided."""
    first = params.first._replace(kernel=params.first.kernel * factor, bias=params.first.bias * factor)
    return params._replace(first=first, hidden=params.hidden._replace(kernel=params.hidden.kernel / factor))


def test_rescaling_relus_leaves_a_filter_normalised_slice_alone(run):
    loss, other = loss_landscape.objective(run), rescaled(run.params, np.float32(8))
    assert float(loss(other)) == pytest.approx(float(loss(run.params)), rel=1e-5)
    for normalized in (True, False):
        slices = [
            loss_landscape.slice(loss, p, loss_landscape.random_plane(KEY, p, normalized=normalized), (AXIS, AXIS))
            for p in (run.params, other)
        ]
        assert np.allclose(*slices, rtol=1e-4) == normalized


# Paths


def test_the_plane_of_a_path(run):
    path = loss_landscape.pca(run["params"])
    assert path.coordinates.shape == (len(run.steps), 2)
    np.testing.assert_array_equal(path.coordinates[-1], 0)
    assert path.error[-1] == 0
    assert 0 < path.explained[1] < path.explained[0] < 1
    assert path.explained.sum() > 0.8
    assert (path.error < 1).all()
    # Everything that the plane does not explain is error.
    rows = np.concatenate([leaf.reshape(len(leaf), -1) for leaf in jax.tree.leaves(run["params"])], axis=1)
    distances = np.sum((rows - rows[-1]).astype(float) ** 2, axis=1)
    left = np.sum(path.error**2 * distances) / distances.sum()
    assert left == pytest.approx(1 - path.explained.sum(), rel=1e-4)


def test_explained_variance_is_that_of_the_singular_values(run):
    rows = np.concatenate([leaf.reshape(len(leaf), -1) for leaf in jax.tree.leaves(run["params"])], axis=1)
    sizes = np.linalg.svd((rows - rows[-1]).astype(float), compute_uv=False) ** 2
    np.testing.assert_allclose(loss_landscape.pca(run["params"]).explained, sizes[:2] / sizes.sum(), rtol=1e-6)


def test_projections_on_any_directions(run, plane):
    path = loss_landscape.pca(run["params"])
    coordinates, error = loss_landscape.project(run["params"], path.center, path.directions)
    np.testing.assert_allclose(coordinates, path.coordinates, atol=1e-5)
    np.testing.assert_allclose(error, path.error, atol=1e-5)
    _, random_error = loss_landscape.project(run["params"], run.params, plane)
    assert random_error[0] > 0.8, "random directions show next to nothing of a path"


# Several devices

SHARED = """
import jax, numpy as np
import training_lab as lab
from tests.training_lab.common import TINY
run = lab.train(TINY, jax.random.key(0), probes=())
plane = lab.loss_landscape.random_plane(jax.random.key(0), run.params)
axes = (np.linspace(-1, 1, 7),) * 2
loss = lab.loss_landscape.objective(run)
alone = lab.loss_landscape.slice(loss, run.params, plane, axes, block=4)
assert len(jax.devices()) == 4
shared = lab.loss_landscape.slice(loss, run.params, plane, axes, block=4, devices=jax.devices())
np.testing.assert_allclose(shared, alone, rtol=1e-6)
"""


def test_devices_share_the_work():
    environment = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=4", "JAX_PLATFORMS": "cpu"}
    environment["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", SHARED], check=True, env=environment, cwd=root, timeout=120)
