"""Normalisation layers: the block against the lab's layers, a hand-made backward pass against JAX, runs, programs."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from app.lessons import registry
from app.lessons.normalisation_layers import code, deep_signals, norm_axes, normalised_training
from app.lessons.normalisation_layers.settings import KINDS, LayerSettings
from tests.app.lessons.printed import executed
from training_lab import layers, theory
from training_lab.layers import BatchNormState

LESSON = registry.get("normalisation_layers")


def recorded(**query: str) -> tuple[LayerSettings, dict[str, np.ndarray]]:
    e = LayerSettings.parse(query)
    return e, LESSON.record(e)


def by_the_lab(kind: str, x: np.ndarray) -> np.ndarray:
    given = jnp.asarray(np.moveaxis(x, 1, 2), jnp.float32)  # channels last
    y = {
        "batch": lambda: layers.batch_norm(given, None, None, BatchNormState.start(6), train=True)[0],
        "layer": lambda: layers.layer_norm(given),
        "group": lambda: layers.group_norm(given, groups=norm_axes.GROUPS),
        "instance": lambda: layers.instance_norm(given),
        "rms": lambda: layers.rms_norm(given),
    }[kind]()
    return np.moveaxis(np.asarray(y), 2, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_block_is_normalised_as_by_the_lab(kind: str) -> None:
    for query in ({}, {"batch": "1", "positions": "1"}):
        x = norm_axes.numbers(LayerSettings.parse(query))
        np.testing.assert_allclose(norm_axes.normalise(kind, x).normalised, by_the_lab(kind, x), atol=2e-3)


@pytest.mark.parametrize(("kind", "size"), [("batch", 32), ("layer", 24), ("group", 8), ("instance", 4), ("rms", 24)])
def test_a_set_has_as_many_numbers_as_is_said(kind: str, size: int) -> None:
    e, arrays = recorded(kind=kind, row="5", column="17")
    (left, top), (right, bottom) = arrays["frame"][0, [0, 2]]
    assert (right - left) * (bottom - top) == size
    place = tuple(KINDS).index(kind)
    assert (arrays["who"][place] >= 1).sum() == size
    assert arrays["who"][place, 4, 16] == 2
    assert f": {size} numbers" in LESSON.caption(e, arrays)


def test_rows_beyond_the_batch_are_undefined() -> None:
    _, arrays = recorded(batch="3", row="8")
    assert np.isnan(arrays["cells"][:, 3:]).all()
    assert np.isfinite(arrays["cells"][:, :3]).all()
    assert np.isnan(arrays["by_example"][:, :, 3:]).all()


def test_backward_pass_by_hand_is_that_of_jax() -> None:
    x, weights, top = (jnp.asarray(array) for array in deep_signals._drawn())
    for kind, axis in (("none", None), ("batch", 0), ("layer", 1)):

        def layer(h: Any, given: Any, axis: int | None = axis) -> Any:
            weight, nudge = given
            z = h @ weight
            if axis is not None:
                z = (z - z.mean(axis, keepdims=True)) / jnp.sqrt(z.var(axis, keepdims=True) + deep_signals.EPS)
            return jax.nn.relu(z) + nudge, None

        def handed_on(nudges: Any, layer: Any = layer) -> Any:
            return jnp.sum(top[:16] * jax.lax.scan(layer, x[:16], (weights, nudges))[0])

        gradients = jax.jit(jax.grad(handed_on))(jnp.zeros((deep_signals.DEPTH, 16, deep_signals.WIDTH)))
        expected = jnp.mean(jnp.square(gradients), axis=(1, 2))[::-1]
        np.testing.assert_allclose(deep_signals.passes(kind, 16)[1], expected, rtol=2e-2)


def test_growth_is_that_of_wide_layers_and_large_batches() -> None:
    _, arrays = recorded(show="deep", examples="128")
    assert deep_signals.growth(arrays["gradient"][1]) == pytest.approx(theory.BATCH_NORM_RELU_GROWTH, rel=0.03)
    assert deep_signals.growth(arrays["gradient"][0]) == pytest.approx(1, abs=0.05)
    assert deep_signals.growth(arrays["gradient"][2]) == pytest.approx(1, abs=0.05)
    assert arrays["shared"][0, 1] == pytest.approx(1 / np.pi, abs=0.03)
    assert (np.diff(deep_signals.growths()) < 0.02).all()


def test_training_with_and_without() -> None:
    """Scale-free weights, statistics that are remembered, and a test time that differs for batches only."""
    e, arrays = recorded(show="training", learning_rate="1")
    for row in LESSON.theory(e, arrays):
        if row.predicted.startswith("0"):
            assert float(row.measured) < 1e-5, row.quantity
    np.testing.assert_allclose(arrays["ratio"][[0, 2]], 1, atol=1e-4)
    assert np.abs(arrays["ratio"][1] - 1).max() > 0.1
    assert arrays["variance"][1, 0, 1] == 1
    assert arrays["mean"][1, 0, 1] == 0
    assert np.isnan(arrays["variance"][[0, 2]]).all()
    assert (arrays["lowest"] <= arrays["loss"]).all()
    assert (arrays["loss"] <= arrays["highest"]).all()


def test_remembered_variance_of_single_examples_is_a_power() -> None:
    _, arrays = recorded(show="training", norms="batch", size="1", learning_rate="0.03")
    np.testing.assert_allclose(arrays["variance"][0, :, 1], 0.9 ** arrays["at"], rtol=1e-3, atol=1e-7)
    np.testing.assert_allclose(arrays["expected"][0], 0.9 ** arrays["at"], rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_jax_program_has_the_drawn_numbers(kind: str) -> None:
    e, arrays = recorded(kind=kind, gamma="1.5", beta="0.5")
    y = np.asarray(executed(code.jax_block(e))["y"])
    np.testing.assert_allclose(y.reshape(8, -1), arrays["cells"][-1], atol=2e-4)


@pytest.mark.parity
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("affine", ["true", "false"])
def test_torch_program_has_the_drawn_numbers(kind: str, affine: str) -> None:
    pytest.importorskip("torch")
    e, arrays = recorded(kind=kind, gamma="1.5", beta="0.5", affine=affine)
    y = executed(code.torch_block(e))["y"].numpy()
    np.testing.assert_allclose(y.reshape(8, -1), arrays["cells"][-1], atol=2e-4)


@pytest.mark.parity
@pytest.mark.parametrize("dialect", ["PyTorch", "JAX"])
def test_programs_of_deep_networks_grow_alike(dialect: str) -> None:
    pytest.importorskip("torch").set_num_threads(1)
    growth = executed(code.programs(LayerSettings(show="deep"))[dialect]())["growth"]
    assert growth["batch"] == pytest.approx(theory.BATCH_NORM_RELU_GROWTH, rel=0.1)
    assert growth["none"] == pytest.approx(1, abs=0.1)


@pytest.mark.parity
def test_torch_program_of_a_run_learns_as_well() -> None:
    pytest.importorskip("torch").set_num_threads(1)
    e, arrays = recorded(show="training", norms="batch")
    accuracy = executed(code.programs(e)["PyTorch"]())["accuracy"]
    assert accuracy == pytest.approx(float(arrays["accuracy"][0, -1]), abs=0.05)
    assert normalised_training.recipe(e, "batch", 0.3, 200, 5).network.norm == "batch"
