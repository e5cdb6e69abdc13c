"""What is true about networks, and what the lessons draw over their runs: each fact measured on our own code."""

from dataclasses import replace
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import training_lab as lab
from tests.training_lab.common import TINY
from training_lab import activations, ensembles, initializers, losses, probes, regularizers, theory

KEY = jax.random.key(0)
RNG = np.random.default_rng(0)
TANH, RELU = activations.get("tanh"), activations.get("relu")


# Signals through many layers


def through(network, n=256):
    """Mean squares of what the hidden layers hand on, and of the gradients with respect to it."""
    inputs_key, init_key, outputs_key = jax.random.split(KEY, 3)
    x = jax.random.normal(inputs_key, (n, network.width))
    weights = jax.random.normal(outputs_key, (n, network.width))

    @jax.jit
    def measure():
        params, state = network.init(init_key, (network.width,), network.width)

        def value(nudge):
            forward = network.apply(params, state, x, train=True, nudge=nudge, watch=True)
            return jnp.sum(weights * forward.outputs), forward.taps.post

        signals, post = jax.grad(value, has_aux=True)(network.nudges(n, (network.width,)))
        return jnp.mean(post**2, axis=(1, 2)), jnp.mean(signals**2, axis=(1, 2))

    return measure()


SCALED = ["xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal", "orthogonal", "torch_default"]


@pytest.mark.parametrize("name", SCALED)
def test_signals_follow_the_mean_field(name):
    """Up to what 256 units leave to chance, which a ReLU lets add up from layer to layer."""
    width, record = 256, initializers.get(name)
    variance = record.variance((width, width), **record.defaults)
    bias = variance if record.biased else 0.0
    for activation, spread in (("tanh", 0.1),) if "normal" in name else (("relu", 0.35),):
        forward, _ = through(lab.MLP(depth=6, width=width, activation=activation, initializer=name))
        predicted = theory.signal_variances(activations.get(activation), width * variance, bias=bias, layers=6)
        np.testing.assert_allclose(forward, predicted, rtol=spread)


@pytest.mark.parametrize(
    ("name", "factor"), [("xavier_normal", 1 / 2), ("kaiming_normal", 1), ("torch_default", 1 / 6)]
)
def test_a_relu_layer_multiplies_the_variance(name, factor):
    record = initializers.get(name)
    shape = (100, 100)
    assert 100 * record.variance(shape, **record.defaults) / 2 == pytest.approx(factor)
    line = theory.signal_variances(RELU, 100 * record.variance(shape, **record.defaults), layers=5)
    np.testing.assert_allclose(line, factor ** np.arange(1, 6), rtol=1e-2)


def test_xavier_and_tanh_fade_slowly():
    std = np.sqrt(theory.signal_variances(TANH, 1.0, layers=30))
    np.testing.assert_allclose(std[[0, 4, 9, 29]], [0.628, 0.322, 0.228, 0.131], atol=6e-4)


def test_gradients_follow_the_mean_field_too():
    network = lab.MLP(depth=8, width=256, activation="tanh", initializer=("xavier_normal", {"gain": 1.5}))
    _, backward = through(network)
    factors = theory.gradient_factors(TANH, TANH.slope, 1.5**2, layers=8)
    measured = np.asarray(backward[:-1] / backward[1:])
    np.testing.assert_allclose(measured[2:], factors[3:], rtol=0.15)


def test_deep_batch_norm_and_relu_explode_at_the_start():
    _, backward = through(lab.MLP(depth=24, width=128, initializer="kaiming_normal", norm="batch"))
    growth = float((backward[2] / backward[-1]) ** (1 / 21))
    assert growth == pytest.approx(theory.BATCH_NORM_RELU_GROWTH, rel=0.05)
    _, without = through(lab.MLP(depth=24, width=128, initializer="kaiming_normal"))
    assert float((without[2] / without[-1]) ** (1 / 21)) == pytest.approx(1, abs=0.1)


def test_residual_connections_let_gradients_through():
    options = {"depth": 30, "width": 64, "activation": "tanh", "initializer": "torch_default"}
    plain, residual = (through(lab.MLP(residual=residual, **options))[1] for residual in (False, True))
    assert plain[0] / plain[-1] < 1e-8
    assert 0.1 < residual[0] / residual[-1] < 1e3


# Symmetry


@pytest.mark.parametrize("name", ["zeros", "constant"])
def test_equal_units_stay_equal(name):
    recipe = replace(TINY, network=lab.MLP(depth=2, width=4, initializer=name, activation="tanh"), steps=50)
    run = lab.train(recipe, KEY, probes=(probes.parameters, probes.weights))
    kernel = run["params"].hidden.kernel
    np.testing.assert_allclose(kernel, np.broadcast_to(kernel[..., :1], kernel.shape), atol=1e-6)
    if name == "zeros":
        assert not run["layer_gradient_norm"][:, :2].any(), "the hidden layers' gradient is exactly zero"
        assert run["layer_gradient_norm"][0, 2] > 0
        assert not run["params"].first.kernel.any()


# Recurrence


def test_a_small_spectral_radius_is_no_small_norm():
    matrix = np.array([[0.5, 10.0], [0.0, 0.5]])
    assert np.abs(np.linalg.eigvals(matrix)).max() == 0.5
    assert np.linalg.norm(matrix, 2) == pytest.approx(10.025, abs=1e-3)
    drawn = initializers.get("non_normal")(KEY, (6, 6), jnp.float32)
    # Eigenvalues of a matrix that is not normal are sensitive: rounding moves them by its square root.
    assert np.abs(np.linalg.eigvals(np.asarray(drawn, float))).max() == pytest.approx(0.5, abs=0.05)
    assert np.linalg.norm(drawn, 2) == pytest.approx(10.025, rel=1e-3)


# Losses


def test_where_a_sigmoid_is_surely_wrong_squares_fall_silent():
    logit, target = jnp.array([[4.0]]), jnp.array([[0.0]])
    squares = jax.grad(lambda y: losses.get("sigmoid_mse")(y, target) / 2)(logit)
    entropy = jax.grad(lambda y: losses.get("binary_cross_entropy")(y, target))(logit)
    assert float(squares[0, 0]) == pytest.approx(0.0173, abs=5e-5)
    assert float(entropy[0, 0]) == pytest.approx(0.9820, abs=5e-5)


# Penalties


def test_proximal_steps_have_their_closed_forms(x64):
    w = jnp.asarray(RNG.normal(size=(4, 3)))
    soft = regularizers.soft_threshold(w, 0.4)
    np.testing.assert_allclose(soft, np.sign(w) * np.maximum(np.abs(w) - 0.4, 0))
    block = lab.networks.Block(w, jnp.ones(3))
    steps = {name: regularizers.get(name).proximal for name in regularizers.names() if regularizers.get(name).step}
    np.testing.assert_allclose(steps["l1"](block, 2.0, strength=0.2).kernel, soft)
    np.testing.assert_allclose(steps["l2"](block, 2.0, strength=0.2).kernel, w / 1.4)
    np.testing.assert_allclose(steps["elastic_net"](block, 2.0, strength=0.2, ratio=1.0).kernel, soft)
    np.testing.assert_allclose(steps["elastic_net"](block, 2.0, strength=0.2, ratio=0.0).kernel, w / 1.4)
    assert all((step(block, 1.0).bias == 1).all() for step in steps.values())


@pytest.mark.parametrize("name", ["l1", "l2", "elastic_net", "group_lasso"])
def test_a_proximal_step_minimises_what_it_says(x64, name):
    record, w = regularizers.get(name), jnp.asarray(RNG.normal(size=(4, 3)))
    block = lab.networks.Block(w, jnp.zeros(3))
    best = record.proximal(block, 0.7, strength=0.3)

    def value(kernel):
        return jnp.sum((kernel - w) ** 2) / 2 + 0.7 * record.penalty(block._replace(kernel=kernel), strength=0.3)

    lowest = float(value(best.kernel))
    for other in RNG.normal(scale=0.05, size=(50, 4, 3)):
        assert float(value(best.kernel + other)) >= lowest


def test_max_norm_and_group_lasso_act_on_units(x64):
    w = jnp.asarray(RNG.normal(size=(6, 4))) * jnp.array([[0.01, 1.0, 1.0, 5.0]])
    block = lab.networks.Block(w, jnp.zeros(4))
    cut = regularizers.get("max_norm").proximal(block, 0.1, max_norm=3.0).kernel
    np.testing.assert_allclose(jnp.linalg.norm(cut, axis=0), jnp.minimum(jnp.linalg.norm(w, axis=0), 3))
    off = regularizers.get("group_lasso").proximal(block, 1.0, strength=0.1).kernel
    np.testing.assert_array_equal(jnp.all(off == 0, axis=0), [True, False, False, False])


def test_only_the_proximal_step_gives_exact_zeros():
    recipe = lab.Recipe(
        data=lab.Data(name="diabetes"),
        network=lab.MLP(depth=0),
        loss="mse",
        optimizer=("gradient_descent", {"learning_rate": 0.05}),
        batch_size=None,
        steps=400,
        log_every=400,
    )
    shrunk = ("l1", {"strength": 0.2})
    proximal = lab.train(replace(recipe, proximal=shrunk), KEY).params.last.kernel
    subgradient = lab.train(replace(recipe, penalty=(shrunk,)), KEY).params.last.kernel
    zeros = np.asarray(proximal == 0)
    assert 3 <= zeros.sum() <= 8
    assert not (subgradient == 0).any()
    np.testing.assert_allclose(subgradient, proximal, atol=0.02)


# Linear regression: what is equal to ridge


@pytest.fixture
def regression(x64):
    x = RNG.normal(size=(30, 4)) * np.array([2.0, 1.0, 0.5, 0.2])
    return x, x @ RNG.normal(size=4) + 0.3 * RNG.normal(size=30), RNG.normal(size=4)


def test_dropout_of_the_inputs_is_a_ridge_of_its_own(regression):
    x, y, w = regression
    total = 0.0
    for mask in product([False, True], repeat=4):
        kept = jnp.tile(jnp.array(mask)[None], (30, 1))
        dropped = np.asarray(lab.layers.apply_mask(kept, jnp.asarray(x), 0.3))
        total += np.prod(np.where(mask, 0.7, 0.3)) * np.sum((y - dropped @ w) ** 2)
    assert total == pytest.approx(np.sum((y - x @ w) ** 2) + theory.dropout_penalty(x, 0.3) @ w**2)


def test_noise_on_the_inputs_is_ridge(regression):
    x, y, w = regression
    copies = jnp.tile(jnp.asarray(x), (20_000, 1))
    noisy, _ = lab.augment.get("noise")(KEY, copies, copies, std=0.4)
    measured = jnp.sum((jnp.tile(y, 20_000) - noisy @ w) ** 2) / 20_000
    predicted = np.sum((y - x @ w) ** 2) + theory.noise_penalty(30, 0.4) * np.sum(w**2)
    assert float(measured) == pytest.approx(predicted, rel=5e-3)


def test_early_stopping_is_ridge(regression):
    """Along every eigenvector of a quadratic: as far as descent has come is what some ridge penalty leaves."""
    x, y, _ = regression
    dataset = lab.Dataset(x, y[:, None], "regression", "drawn", classes=0)
    recipe = lab.Recipe(
        data=lab.Data(scaling="none", validation=0.0),
        network=lab.MLP(depth=0, initializer="zeros"),
        loss="half_squares",
        optimizer=("gradient_descent", {"learning_rate": 0.05}),
        batch_size=None,
        steps=40,
        log_every=10,
    )
    run = lab.train(recipe, KEY, dataset=dataset, probes=(probes.parameters,), dtype=np.float64)
    design = np.concatenate([x, np.ones((30, 1))], axis=1)
    curvatures, basis = np.linalg.eigh(design.T @ design / 30)
    optimum = np.linalg.lstsq(design, y, rcond=None)[0]
    walked = np.concatenate([run["params"].last.kernel[..., 0], run["params"].last.bias], axis=1)
    for steps, weights in zip(run.steps[1:], walked[1:], strict=True):
        kept = basis.T @ weights / (basis.T @ optimum)
        np.testing.assert_allclose(kept, theory.early_stopping_factor(curvatures, 0.05, int(steps)), rtol=1e-6)
        penalty = theory.equivalent_ridge(curvatures, 0.05, int(steps))
        np.testing.assert_allclose(theory.ridge_factor(curvatures, penalty), kept, rtol=1e-6)
    assert theory.equivalent_ridge(1e-6, 0.05, 40) == pytest.approx(1 / (40 * 0.05), rel=1e-3)


def test_data_normalisation():
    conditions = [theory.shifted_feature_condition(mean) for mean in (0, 1, 3)]
    np.testing.assert_allclose(conditions, [1, 6.854, 119], rtol=1e-3)
    assert [theory.steps_at_best_rate(condition) for condition in conditions] == [1, 24, 411]
    for mean, condition in zip((0, 1, 3), conditions, strict=True):
        assert np.linalg.cond(np.array([[1, mean], [mean, 1 + mean**2]])) == pytest.approx(condition)


# Ensembles


def test_the_error_of_an_ensemble_is_that_of_its_members_minus_their_diversity(x64):
    outputs, targets = jnp.asarray(RNG.normal(size=(5, 20, 3))), jnp.asarray(RNG.normal(size=(20, 3)))
    parts = ensembles.decomposition(outputs, targets)
    assert float(parts.ensemble) == pytest.approx(float(parts.members - parts.diversity), rel=1e-12)
    assert parts.diversity > 0


def test_an_ensemble_is_never_worse_than_its_mean_member():
    """The logarithm is concave: so says Jensen's inequality of the likelihood, whatever the members are."""
    run = lab.train(replace(TINY, bootstrap=True), jax.random.split(KEY, 8), probes=())
    logits, labels = run(run.splits.validation.x, scaled=True), np.asarray(run.splits.validation.y)
    together = ensembles.probabilities(logits)[np.arange(12), labels]
    alone = jax.nn.softmax(logits)[:, np.arange(12), labels]
    assert -jnp.mean(jnp.log(together)) < -jnp.mean(jnp.log(alone))
    by_size = ensembles.accuracy_by_size(logits, jnp.asarray(labels))
    mean_answer = np.argmax(ensembles.probabilities(logits), axis=-1)
    assert float(by_size[0]) == pytest.approx(np.mean(np.argmax(logits[0], axis=-1) == labels))
    assert float(by_size[-1]) == pytest.approx(np.mean(mean_answer == labels))


# Settings that reach what the lessons promise


def test_digits_with_an_mlp():
    run = lab.train(lab.Recipe(network=lab.MLP(width=64), epochs=30, log_every=660), KEY, probes=(probes.losses,))
    assert run["validation_accuracy"][-1] >= 0.96


def test_digits_with_a_cnn():
    run = lab.train(
        lab.Recipe(network=lab.CNN(), optimizer=("adam", {"learning_rate": 0.01}), epochs=10, log_every=220),
        KEY,
        probes=(probes.losses,),
    )
    assert run["validation_accuracy"][-1] >= 0.95


def latch(radius, keys):
    data = lab.Data(name=("recall", {"length": 50}))
    network = lab.RNN(width=16, recurrent=("orthogonal", {"gain": radius}))
    recipe = lab.Recipe(data=data, network=network, steps=300, log_every=300)
    return lab.train(recipe, keys, probes=(probes.losses,))["validation_accuracy"][-1]


def test_a_recurrent_network_latches():
    keys = jax.random.split(KEY, 3)
    assert (latch(0.8, keys) == 1).all()
    assert np.median(latch(0.5, keys)) < 0.75
