"""Augmentation: what the network sees, that noise is ridge regression, what helps and what does not, the programs."""

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from app import compute
from app.lessons import registry
from app.lessons.augmentation import augmented_training, code, noise_as_ridge
from app.lessons.augmentation.settings import AugmentationSettings
from tests.app.lessons.printed import executed

LESSON = registry.get("augmentation")


def recorded(**query: str) -> tuple[Any, dict[str, np.ndarray]]:
    e = AugmentationSettings.parse(query)
    return e, LESSON.record(e)


@pytest.mark.parametrize("std", [0.0, 0.3, 1.0, 2.0])
def test_ridge_is_that_of_scikit_learn(std: float) -> None:
    p = noise_as_ridge.problem()
    expected = Ridge(alpha=len(p.x) * std**2, fit_intercept=False).fit(p.x, p.y).coef_
    np.testing.assert_allclose(noise_as_ridge.ridge(std), expected, atol=1e-6)


def test_least_squares_on_noisy_copies_by_hand() -> None:
    """The moments add up to what the copies themselves give."""
    p, std = noise_as_ridge.problem(), 0.7
    z = np.random.default_rng(0).normal(size=(noise_as_ridge.COPIES, *p.x.shape))[:3]
    copies = np.concatenate(list(p.x + std * z))
    expected = np.linalg.lstsq(copies, np.tile(p.y, 3), rcond=None)[0]
    np.testing.assert_allclose(noise_as_ridge.fitted(std)[2], expected, rtol=1e-9)


@pytest.mark.parametrize("std", ["0.2", "0.5", "1.5"])
def test_noise_is_ridge(std: str) -> None:
    e, arrays = recorded(show="ridge", std=std)
    assert arrays["distance"][0, -1] < 0.08
    assert arrays["distance"][0, -1] < arrays["distance"][0, 0] / 3
    loss = LESSON.theory(e, arrays)[-1]
    assert float(loss.measured) == pytest.approx(float(loss.predicted), rel=0.02)


def test_the_digits_as_they_are_are_seen_as_they_are() -> None:
    e, arrays = recorded(methods="")
    raw = np.asarray(compute.splits(augmented_training.DATA).raw)[:12, ..., 0]
    np.testing.assert_allclose(arrays["seen"][0], np.rint(254 * raw / 16), atol=1)
    assert (arrays["seen"] == arrays["seen"][0]).all()
    assert LESSON.theory(e, arrays)[0].measured == "12"


def test_what_does_nothing_leaves_the_run_as_it_is() -> None:
    """The chain with every number at rest trains as well as no chain."""
    _, arrays = recorded(methods="noise", **{"noise.std": "0"})
    np.testing.assert_allclose(arrays["accuracy"][0], arrays["accuracy"][1], atol=0.02)
    np.testing.assert_allclose(arrays["loss"][0, :10], arrays["loss"][1, :10], rtol=0.02)


def test_flips_have_two_faces() -> None:
    _, arrays = recorded(methods="flip")
    faces = [len(np.unique(tile.reshape(51, -1), axis=0)) for tile in arrays["seen"].swapaxes(0, 1)]
    assert max(faces) == 2
    raw = np.rint(254 / 16 * np.asarray(compute.splits(augmented_training.DATA).raw)[:12, ..., 0])
    away = [np.abs(arrays["seen"] - each).max(axis=(2, 3)) <= 1 for each in (raw, raw[:, :, ::-1])]
    assert (away[0] | away[1]).all()
    assert away[1].mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_small_changes_help_and_large_ones_do_not(seed: str) -> None:
    _, helped = recorded(methods="shift,rotate,noise", seed=seed, **{"shift.pixels": "0.5", "noise.std": "0.5"})
    assert helped["validation_loss"][0, -1] < 0.6 * helped["validation_loss"][1, -1]
    _, harmed = recorded(methods="rotate", seed=seed, **{"rotate.degrees": "180"})
    assert harmed["accuracy"][0, -1] < harmed["accuracy"][1, -1] - 0.05
    np.testing.assert_array_equal(helped["loss"][1], harmed["loss"][1])


@pytest.mark.parametrize("alpha", [0.1, 0.2, 1.0, 4.0])
def test_larger_share_of_a_mixture(alpha: float) -> None:
    drawn = np.random.default_rng(0).beta(alpha, alpha, size=200_000)
    assert augmented_training.larger_share(alpha) == pytest.approx(np.maximum(drawn, 1 - drawn).mean(), abs=2e-3)


def test_jax_program_of_the_regression_is_near_ridge() -> None:
    e, arrays = recorded(show="ridge")
    weights = executed(code.programs(e)["JAX"]())["weights"]
    np.testing.assert_allclose(weights, arrays["predicted"], atol=0.03)


@pytest.mark.parity
def test_torch_program_of_the_regression_is_near_ridge() -> None:
    pytest.importorskip("torch")
    e, arrays = recorded(show="ridge")
    np.testing.assert_allclose(executed(code.programs(e)["PyTorch"]())["weights"], arrays["predicted"], atol=0.03)


@pytest.mark.parity
def test_program_of_the_lab_trains_what_is_drawn() -> None:
    e, arrays = recorded()
    run = executed(code.programs(e)["JAX, by the training lab"]())["run"]
    np.testing.assert_allclose(run["loss"], arrays["loss"][0], rtol=0.05, atol=1e-4)


@pytest.mark.parity
@pytest.mark.parametrize("methods", ["", "shift,rotate,noise", "crop,flip,cutout", "mixup"])
def test_torch_program_learns_as_well(methods: str) -> None:
    pytest.importorskip("torch").set_num_threads(1)
    e, arrays = recorded(methods=methods)
    accuracy = executed(code.torch_program(e))["accuracy"]
    assert accuracy == pytest.approx(float(arrays["accuracy"][0, -1]), abs=0.05)
