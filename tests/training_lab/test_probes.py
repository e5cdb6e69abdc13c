"""Telemetry: what each probe reports, that it is right, and that what is not asked for is not there."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import training_lab as lab
from tests.training_lab.common import TINY
from training_lab import probes
from training_lab.probes import Probe
from training_lab.training import loop
from training_lab.training.progress import _clock

KEY = jax.random.key(0)
GRID = probes.plane((-2, -2), (2, 2), side=5)
RECIPE = replace(
    TINY,
    network=lab.MLP(depth=3, width=6, norm="batch", dropout=0.25, activation="tanh"),
    clip=("norm", {"max_norm": 0.5}),
    batch_size=12,
    steps=8,
    log_every=4,
)
ALL = (
    *probes.DEFAULT,
    probes.activity,
    probes.histograms,
    probes.jacobians,
    probes.example_gradients,
    probes.sharpness,
    probes.preconditioned_sharpness,
    probes.step_sizes,
    probes.batch_statistics,
    probes.dropout_masks,
    probes.parameters,
    probes.filters,
    probes.outputs(GRID),
    probes.hidden(GRID),
)


@pytest.fixture(scope="module")
def run():
    return lab.train(RECIPE, KEY, probes=ALL)


SHAPES = {
    "loss": (),
    "accuracy": (),
    "validation_loss": (),
    "validation_accuracy": (),
    "batch_loss": (),
    "gradient_norm": (),
    "clipped_norm": (),
    "clip_factor": (),
    "learning_rate": (),
    "weight_norm": (4,),
    "layer_gradient_norm": (4,),
    "update_ratio": (4,),
    "zero_fraction": (4,),
    "activation_mean": (3,),
    "activation_std": (3,),
    "signal_mean": (3,),
    "signal_std": (3,),
    "saturated": (3,),
    "dead": (3,),
    "activation_histogram": (3, 40),
    "signal_histogram": (3, 40),
    "weight_histogram": (4, 40),
    "jacobian_norm": (2,),
    "product_norm": (2,),
    "example_gradient_norm": (48,),
    "sharpness": (),
    "preconditioned_sharpness": (),
    "step_size_quantiles": (4, 5),
    "dropout_mask": (3, 6),
    "filters": (2, 6),
    "outputs": (25, 2),
    "hidden": (3, 25, 6),
}


def test_shapes(run):
    arrays = {name: value for name, value in run.telemetry.items() if isinstance(value, np.ndarray)}
    assert {name: value.shape[1:] for name, value in arrays.items()} == SHAPES
    assert all(len(value) == 3 for value in arrays.values())
    assert run.telemetry.keys() - arrays.keys() == {"params", "batch", "running"}
    assert run["batch"].mean.shape == run["running"].var.shape == (3, 3, 6)


def test_an_unknown_name_lists_the_known(run):
    with pytest.raises(KeyError, match="gradient_norm"):
        run["gradients"]


def test_norms_and_clipping(run):
    np.testing.assert_allclose(run["clipped_norm"], np.minimum(run["gradient_norm"], 0.5), rtol=1e-4)
    np.testing.assert_allclose(run["clip_factor"], run["clipped_norm"] / run["gradient_norm"], rtol=1e-4)
    total = np.sqrt(np.sum(run["layer_gradient_norm"] ** 2, axis=1))
    np.testing.assert_allclose(total, run["gradient_norm"], rtol=1e-5)
    first = run["params"].first
    norm = np.sqrt(sum(np.sum(leaf[0] ** 2) for leaf in jax.tree.leaves(first)))
    assert run["weight_norm"][0, 0] == pytest.approx(norm, rel=1e-5)


def test_snapshots_are_those_of_their_frames(run):
    np.testing.assert_array_equal(run["filters"], run["params"].first.kernel)
    np.testing.assert_array_equal(run["params"].last.kernel[-1], run.params.last.kernel)
    np.testing.assert_allclose(run["outputs"][-1], run(GRID, scaled=True), rtol=1e-5, atol=1e-6)
    last = run["hidden"][-1, -1] @ run.params.last.kernel + run.params.last.bias[None]
    np.testing.assert_allclose(last, run["outputs"][-1], rtol=1e-5, atol=1e-6)


def test_histograms_are_shares(run):
    for name in ("activation_histogram", "signal_histogram", "weight_histogram"):
        np.testing.assert_allclose(run[name].sum(axis=-1), 1, rtol=1e-5)
    values = np.array([-9.0, -0.99, -0.01, 0.0, 0.5, 1.0, 9.0], np.float32)
    ours = probes.layers.histogram(jnp.asarray(values), probes.WEIGHT_EDGES)
    theirs = np.histogram(np.clip(values, -1, 1), probes.WEIGHT_EDGES)[0] / len(values)
    np.testing.assert_allclose(ours, theirs)


def test_dropout_masks_are_on_or_off(run):
    assert run["dropout_mask"].dtype == bool
    assert 0.5 < run["dropout_mask"].mean() < 0.95
    assert not np.array_equal(run["dropout_mask"][0], run["dropout_mask"][1])


def test_weight_masks_are_those_that_training_draws(x64):
    network = lab.MLP(depth=3, width=4, drop_connect=0.4)
    params, state = network.init(KEY, (3,), 2, jnp.float64)
    x = jax.random.normal(KEY, (5, 3), jnp.float64)
    kept = network.kept_weights(params, KEY)
    assert [mask.shape for mask in kept] == [(3, 4), (4, 4), (4, 4)]
    h = x
    blocks = [params.first, *(jax.tree.map(lambda leaf, i=i: leaf[i], params.hidden) for i in range(2))]
    for block, mask in zip(blocks, kept, strict=True):
        h = jax.nn.relu(h @ (block.kernel * mask.astype(h.dtype) / 0.6) + block.bias[None])
    outputs = network.apply(params, state, x, key=KEY, train=True).outputs
    np.testing.assert_allclose(outputs, h @ params.last.kernel + params.last.bias[None], rtol=1e-12)


def test_batch_statistics_approach_each_other():
    recipe = replace(RECIPE, batch_size=None, steps=100, log_every=100, optimizer=("gradient_descent", {}))
    recipe = replace(recipe, network=replace(RECIPE.network, dropout=None))
    seen = lab.train(recipe, KEY, probes=(probes.batch_statistics,))
    np.testing.assert_allclose(seen["running"].mean[0], 0)
    np.testing.assert_allclose(seen["running"].mean[-1], seen["batch"].mean[-1], atol=0.02)
    np.testing.assert_allclose(seen["running"].var[-1], seen["batch"].var[-1], rtol=0.05)


def test_saturation_and_death():
    network = lab.MLP(depth=1, width=4, activation="tanh")
    recipe = replace(TINY, network=network, steps=1)
    params = lab.start(recipe, KEY).carry.member.params
    bias = jnp.array([9.0, -9.0, 0.0, 0.0])
    params = params._replace(first=params.first._replace(kernel=0 * params.first.kernel, bias=bias))
    seen = lab.train(recipe, KEY, params=params, probes=(probes.activity,))
    assert (seen["saturated"][0, 0], seen["dead"][0, 0]) == (0.5, 0.0)
    relu = replace(recipe, network=replace(network, activation="relu"))
    seen = lab.train(relu, KEY, params=params, probes=(probes.activity,))
    assert seen["dead"][0, 0] == 0.75, "at exactly zero a ReLU counts as off"


def test_regressions_report_r2():
    recipe = lab.Recipe(data="line", network=lab.MLP(width=4), loss="mse", batch_size=20, steps=2)
    seen = lab.train(recipe, KEY)
    assert {"r2", "validation_r2"} <= seen.telemetry.keys()
    y, outputs = np.asarray(seen.splits.train.y), np.asarray(seen(seen.splits.train.x, scaled=True))
    assert seen["r2"][-1] == pytest.approx(1 - np.sum((y - outputs) ** 2) / np.sum((y - y.mean()) ** 2), rel=1e-4)


def test_recurrent_networks():
    data = lab.Data(name=("recall", {"length": 12, "samples": 40}))
    network = lab.RNN(width=4, activation="linear", recurrent=("orthogonal", {"gain": 0.8}))
    recipe = lab.Recipe(data=data, network=network, batch_size=8, steps=2, log_every=1)
    seen = lab.train(
        recipe,
        KEY,
        probes=(probes.jacobians, probes.lags, probes.activity, probes.hidden(np.ones((1, 12, 1), np.float32))),
    )
    np.testing.assert_allclose(seen["lag_singular_values"][0, :, 0], 0.8 ** np.arange(11, 0, -1), rtol=1e-4)
    np.testing.assert_allclose(seen["lag_singular_values"][0, :, 2], 0.8 ** np.arange(11, 0, -1), rtol=1e-4)
    np.testing.assert_allclose(seen["jacobian_norm"][0], 0.8, rtol=1e-4)
    np.testing.assert_allclose(seen["product_norm"][0], 0.8 ** np.arange(11, 0, -1), rtol=1e-4)
    norms = seen["hidden_gradient_norm"][0]
    np.testing.assert_allclose(norms[1:] / norms[:-1], 1 / 0.8, rtol=1e-3)
    assert seen["activation_std"].shape == (3, 12)
    assert seen["hidden"].shape == (3, 12, 1, 4)


def test_convolutional_networks():
    recipe = lab.Recipe(
        data=lab.Data(train=40, validation=0.01),
        network=lab.CNN(filters=(2, 3), norm="batch", dropout=0.1),
        batch_size=8,
        steps=2,
        log_every=1,
    )
    several = (probes.activity, probes.histograms, probes.batch_statistics, probes.dropout_masks, probes.filters)
    seen = lab.train(recipe, KEY, probes=(*several, probes.hidden(np.zeros((1, 8, 8, 1), np.float32))))
    assert seen["activation_std"].shape == (3, 2)
    assert seen["filters"].shape == (3, 3, 3, 1, 2)
    assert [maps.shape for maps in seen["hidden"]] == [(3, 1, 8, 8, 2), (3, 1, 4, 4, 3)]
    assert [mask.shape for mask in seen["dropout_mask"]] == [(3, 4, 4, 2), (3, 2, 2, 3)]
    assert [norm.mean.shape for norm in seen["batch"]] == [(3, 2), (3, 3)]
    with pytest.raises(ValueError, match="MLP or an RNN"):
        lab.train(recipe, KEY, probes=(probes.jacobians,))


@pytest.mark.parametrize(
    ("probe", "words"),
    [
        (probes.batch_statistics, "norm"),
        (probes.dropout_masks, "dropout"),
        (probes.weight_masks, "drop_connect"),
        (probes.pruning_masks, "pruning"),
    ],
)
def test_probes_say_what_they_need(probe, words):
    with pytest.raises(ValueError, match=words):
        operations(probe)


def test_two_probes_may_not_report_one_name():
    with pytest.raises(ValueError, match="two probes report filters"):
        operations(probes.filters, probes.filters)


# What one does not ask for


def operations(*chosen):
    training = lab.start(TINY, KEY, probes=chosen)
    inputs = (training.recipe, training.splits, chosen, _clock(training.recipe, 10), training.carry)
    return loop.advance.trace(*inputs).jaxpr


def products(jaxpr):
    """How many matrix products a program holds, loops and branches included."""
    return str(jaxpr).count("dot_general")


def test_what_is_not_asked_for_costs_nothing():
    nothing, losses = products(operations()), products(operations(probes.losses))
    # One forward pass of three layers (the scanned one written once) for both parts of the data.
    assert losses == nothing + 3
    assert products(operations(probes.learning_rate)) == nothing
    both = products(operations(probes.gradients, probes.weights))
    assert both == products(operations(probes.gradients)), "what two probes share is computed once"
    assert both > nothing


def test_a_probe_may_remember():
    def count(view, memory):
        return {"calls": memory}, memory + 1

    probe = Probe(count, start=lambda view: jnp.zeros((), jnp.int32))
    np.testing.assert_array_equal(lab.train(TINY, KEY, probes=(probe,))["calls"], np.arange(7))
    half = lab.advance(lab.start(TINY, KEY, probes=(probe,)), 13)
    np.testing.assert_array_equal(lab.finish(lab.advance(half, 99))["calls"], np.arange(7))
