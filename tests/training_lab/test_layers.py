"""Dropout by enumeration, moments of DropConnect, what normalisation does to gradients, and which layers are kin."""

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from training_lab import layers
from training_lab.layers import BatchNormState

KEY = jax.random.key(0)
RNG = np.random.default_rng(0)


def masks_with_probabilities(n, rate):
    for mask in product([0, 1], repeat=n):
        kept = sum(mask)
        yield np.array(mask, bool), (1 - rate) ** kept * rate ** (n - kept)


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.8])
def test_dropout_has_the_mean_and_the_variance_of_all_its_masks(x64, rate):
    x = jnp.asarray(RNG.normal(size=5))
    weights = np.asarray(RNG.normal(size=5))
    pairs = list(masks_with_probabilities(5, rate))
    outputs = np.array([layers.apply_mask(jnp.asarray(mask), x, rate) @ weights for mask, _ in pairs])
    chances = np.array([chance for _, chance in pairs])
    mean = chances @ outputs
    assert chances.sum() == pytest.approx(1)
    assert mean == pytest.approx(float(x @ weights))
    assert chances @ (outputs - mean) ** 2 == pytest.approx(rate / (1 - rate) * np.sum((np.asarray(x) * weights) ** 2))


@pytest.mark.parametrize("rate", [0.2, 0.5])
def test_both_forms_of_dropout_expect_at_test_time_what_they_see_in_training(x64, rate):
    x = jnp.asarray(RNG.normal(size=5))
    for inverted in (True, False):
        pairs = masks_with_probabilities(5, rate)
        mean = sum(chance * layers.apply_mask(jnp.asarray(m), x, rate, inverted=inverted) for m, chance in pairs)
        np.testing.assert_allclose(layers.dropout(None, x, rate, inverted=inverted, train=False), mean)
    # The slides' "scale by p", with p the probability of dropping, is right at one half only.
    plain = layers.dropout(None, x, rate, inverted=False, train=False)
    assert np.allclose(plain, rate * x) == (rate == 0.5)


def test_the_share_of_dropped_units_is_the_rate():
    dropped = [jnp.mean(layers.dropout(KEY, jnp.ones(20_000), rate) == 0) for rate in (0.0, 0.3, 0.9, 1.0)]
    np.testing.assert_allclose(dropped, [0, 0.3, 0.9, 1], atol=0.02)


def test_dropout_wants_a_key():
    with pytest.raises(ValueError, match="key"):
        layers.dropout(None, jnp.ones(3), 0.5)


def test_drop_connect_has_the_moments_of_its_gaussian():
    """Wan 2013: the input of a unit is about N(q W v, q (1 - q) (W * W)(v * v)), q the probability of keeping."""
    weight, v, rate = jnp.asarray(RNG.normal(size=(40, 3)), jnp.float32), jnp.asarray(RNG.random(40), jnp.float32), 0.3
    keys = jax.random.split(KEY, 20_000)
    sums = jax.jit(jax.vmap(lambda key: v @ layers.drop_connect(key, weight, rate, inverted=False)))(keys)
    np.testing.assert_allclose(sums.mean(axis=0), 0.7 * v @ weight, atol=0.05)
    np.testing.assert_allclose(sums.var(axis=0), 0.7 * 0.3 * jnp.square(v) @ jnp.square(weight), rtol=0.05)


# Normalisation


def batch_norm(x, channels):
    return layers.batch_norm(x, None, None, BatchNormState.start(channels, x.dtype), train=True, eps=0.0)[0]


def test_batch_norm_makes_the_loss_blind_to_the_scale_of_the_weights_before_it(x64):
    x, target = jnp.asarray(RNG.normal(size=(16, 5))), jnp.asarray(RNG.normal(size=(16, 4)))
    weight = jnp.asarray(RNG.normal(size=(5, 4)))

    def loss(weight):
        return jnp.mean((jnp.tanh(batch_norm(x @ weight, 4)) - target) ** 2)

    gradient = jax.grad(loss)
    assert loss(3 * weight) == pytest.approx(float(loss(weight)), rel=1e-12)
    np.testing.assert_allclose(jnp.sum(weight * gradient(weight), axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(gradient(3 * weight), gradient(weight) / 3, rtol=1e-9)


def test_batch_norm_of_a_batch_of_one_is_the_offset():
    y, state = layers.batch_norm(
        jnp.array([[3.0, -2.0]]), jnp.ones(2), jnp.array([0.5, 0.7]), BatchNormState.start(2), train=True
    )
    np.testing.assert_allclose(y, [[0.5, 0.7]])
    np.testing.assert_allclose(state.mean, [0.3, -0.2], rtol=1e-6)
    assert np.isfinite(state.var).all()


def test_of_several_largest_numbers_the_first_has_the_gradient_of_a_max_pool():
    window = jnp.array([[1.0, 2.0], [2.0, 2.0]]).reshape(1, 2, 2, 1)
    gradient = jax.grad(lambda x: jnp.sum(layers.max_pool(x)))(window)
    np.testing.assert_array_equal(gradient.reshape(2, 2), [[0, 1], [0, 0]])
    # Of a whole image of zeros, as units that are off leave behind.
    gradient = jax.grad(lambda x: jnp.sum(layers.max_pool(x, 3)))(jnp.zeros((2, 7, 6, 2)))
    expected = np.zeros((2, 7, 6, 2))
    expected[:, :6:3, ::3] = 1
    np.testing.assert_array_equal(gradient, expected)


def test_the_first_of_several_largest_has_all_of_the_curvature_too():
    flat = jnp.array([1.0, 2.0, 2.0, 2.0])
    square = lambda x: jnp.sum(jnp.square(layers.max_pool(x.reshape(1, 2, 2, 1))))  # noqa: E731
    np.testing.assert_array_equal(jax.hessian(square)(flat), np.diag([0, 2, 0, 0]))


def test_what_is_not_a_number_goes_through_a_max_pool():
    for place in range(4):
        window = jnp.zeros(4).at[place].set(jnp.nan).reshape(1, 2, 2, 1)
        assert np.isnan(layers.max_pool(window)).all()


@pytest.mark.parametrize(("window", "image"), [((3, 3), (6, 5)), ((5, 1), (3, 4)), ((4, 7), (2, 3)), ((1, 1), (1, 1))])
def test_a_convolution_is_the_sum_over_its_window(x64, window, image):
    x, kernel = jnp.asarray(RNG.normal(size=(2, *image, 3))), jnp.asarray(RNG.normal(size=(*window, 3, 2)))
    before = [(side - 1) // 2 for side in window]
    padding = [(lower, side - 1 - lower) for lower, side in zip(before, window, strict=True)]
    expected = jax.lax.conv_general_dilated(x, kernel, (1, 1), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))
    np.testing.assert_allclose(layers.conv2d(x, kernel, jnp.zeros(2)), expected, rtol=1e-12, atol=1e-12)


def test_running_statistics_converge_to_those_of_the_data():
    state = BatchNormState.start(3)
    for batch in RNG.normal(loc=2.0, scale=3.0, size=(200, 64, 3)).astype(np.float32):
        _, state = layers.batch_norm(jnp.asarray(batch), None, None, state, train=True)
    np.testing.assert_allclose(state.mean, 2, atol=0.4)
    np.testing.assert_allclose(state.var, 9, rtol=0.15)


def test_group_norm_lies_between_layer_and_instance_norm(x64):
    x = jnp.asarray(RNG.normal(size=(2, 4, 5, 6)))
    np.testing.assert_allclose(layers.group_norm(x, groups=1), layers.layer_norm(x), rtol=1e-9)
    np.testing.assert_allclose(layers.group_norm(x, groups=6), layers.instance_norm(x), rtol=1e-9)
    with pytest.raises(ValueError, match="6 channels"):
        layers.group_norm(x, groups=4)
    with pytest.raises(ValueError, match="positions"):
        layers.instance_norm(x[:, 0, 0])


def test_rms_norm_leaves_the_mean(x64):
    x = jnp.asarray(RNG.normal(loc=1.0, size=(3, 50)))
    y = layers.rms_norm(x)
    np.testing.assert_allclose(jnp.mean(y**2, axis=1), 1, rtol=1e-9)
    np.testing.assert_allclose(y / y[:, :1], x / x[:, :1], rtol=1e-9)
