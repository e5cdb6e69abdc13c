"""Ours against torch.nn: with the answers kept in the repository, and, where torch is installed, with fresh ones."""

import runpy
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import training_lab as lab
from training_lab import activations, initializers, layers, losses
from training_lab.datasets import Dataset
from training_lab.layers import CELLS, BatchNormState
from training_lab.networks import Affine, Block, CNNParams, MLPParams, Recurrence, RNNParams

ORACLE = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("make_torch_answers.py"))))
# Initial weights are compared by moments of 1e5 draws and more: a normal's variance is known to half a percent.
MOMENTS = {"rtol": 0.02, "atol": 1e-12}


@pytest.fixture(scope="module")
def kept():
    with np.load(ORACLE.FILE) as file:
        return dict(file)


@pytest.fixture(scope="module")
def fresh():
    pytest.importorskip("torch")
    return dict(ORACLE.answers())


# Ours for torch's arrays: images come with channels first, kernels as (out, in, height, width).


def last(x):
    return jnp.moveaxis(x, 1, -1)


def first(x):
    return jnp.moveaxis(x, -1, 1)


def hwio(w):
    return jnp.transpose(w, (2, 3, 1, 0))


def conv(a):
    return first(layers.conv2d(last(a["x"]), hwio(a["w"]), a["b"]))


def batch_norm(a, train):
    state = BatchNormState(a["mean"], jnp.square(a["var"]))
    state = jax.tree.map(jax.lax.stop_gradient, state)
    outputs = []
    for x in (a["x"], a["z"]):
        y, state = layers.batch_norm(last(x), a["scale"], a["offset"], state, train=train)
        outputs.append(first(y).ravel())
    return jnp.concatenate([*outputs, *state])


def normalized(fn, a, **options):
    return first(fn(last(a["x"]), a["scale"], a["offset"], **options))


def unrolled(kind, a):
    cell = CELLS[kind]
    state = (jnp.zeros((2, 4)),) * cell.states
    seen = []
    for x in jnp.moveaxis(a["x"], 1, 0):
        given = layers.dense(x, a["w"].T, a["b"])
        state = cell.step(given, layers.dense(state[0], a["u"].T, a["c"]), state, jnp.tanh)
        seen.append(state[0])
    return jnp.stack(seen, axis=1)


def positioned(a):
    """torch's layer_norm of images has parameters [channels, height, width]."""
    scale, offset = (jnp.moveaxis(a[name], 0, -1) for name in ("scale", "offset"))
    return first(layers.layer_norm(last(a["x"]), scale, offset))


OURS = {
    "dense": lambda a: layers.dense(a["x"], a["w"].T, a["b"]),
    "conv2d": conv,
    "conv2d_even": conv,
    "max_pool": lambda a: first(layers.max_pool(last(a["x"]))),
    "avg_pool": lambda a: first(layers.avg_pool(last(a["x"]), 3)),
    "batch_norm_train": partial(batch_norm, train=True),
    "batch_norm_eval": partial(batch_norm, train=False),
    "batch_norm_images": partial(batch_norm, train=True),
    "layer_norm": partial(normalized, layers.layer_norm),
    "layer_norm_images": positioned,
    "group_norm": partial(normalized, layers.group_norm, groups=2),
    "group_norm_images": partial(normalized, layers.group_norm, groups=2),
    "instance_norm": partial(normalized, layers.instance_norm),
    "rms_norm": lambda a: layers.rms_norm(a["x"], a["scale"]),
    "simple": partial(unrolled, "simple"),
    "gru": partial(unrolled, "gru"),
    "lstm": partial(unrolled, "lstm"),
}


def our_loss(name, values, a):
    return losses.get(name)(a["outputs"], a.get("targets", ORACLE.LABELS), **values)


def ours(name):
    kind, _, rest = name.partition("/")
    if kind == "layer":
        return OURS[rest]
    if kind == "activation":
        return lambda a: activations.get(rest)(a["x"])
    return partial(our_loss, *ORACLE.loss_settings()[rest])


def our_answer(name, case):
    arguments = {key: jnp.asarray(array) for key, array in ORACLE.drawn(name, case.shapes).items()}

    @jax.jit
    def value_and_gradients(arguments):
        value, back = jax.vjp(ours(name), arguments)
        return value, back(jnp.asarray(ORACLE.weights_of_sum(value.shape)))[0]

    value, gradients = value_and_gradients(arguments)
    return {"value": value} | {f"d_{key}": gradient for key, gradient in gradients.items()}


def assert_same(name, case, answers):
    for key, array in our_answer(name, case).items():
        # torch gives no gradient at all to what it treats as a buffer.
        theirs = answers.get(f"{name}/{key}", np.zeros_like(array))
        np.testing.assert_allclose(array, theirs, rtol=1e-9, atol=1e-11, err_msg=f"{name}: {key}")


def layer_cases():
    return [pytest.param(name, case, id=name) for name, case in ORACLE.cases().items()]


@pytest.mark.parametrize(("name", "case"), layer_cases())
def test_values_and_gradients_are_those_of_torch(x64, kept, name, case):
    assert f"{name}/value" in kept, "run tests/training_lab/make_torch_answers.py"
    assert_same(name, case, kept)


def test_torch_too_gives_the_gradient_of_a_max_pool_to_the_first():
    """Where several numbers are largest, as they are behind units that are off."""
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(0).integers(0, 3, (2, 3, 6, 8)).astype(np.float32)
    theirs = torch.tensor(x, requires_grad=True)
    torch.nn.functional.max_pool2d(theirs, 2).sum().backward()
    ours = jax.grad(lambda x: jnp.sum(layers.max_pool(last(x))))(jnp.asarray(x))
    np.testing.assert_array_equal(ours, theirs.grad)


def test_every_layer_is_compared():
    assert set(OURS) == set(ORACLE.LAYERS)


def test_gains_are_those_of_torch(kept):
    ours = [activations.get(name).gain for name in ("linear", "sigmoid", "tanh", "relu", "leaky_relu")]
    np.testing.assert_allclose(ours, kept["gains"], rtol=1e-12)


# Initial weights


def our_shape(shape):
    out, inputs, *window = shape
    return (*window, inputs, out)


def assert_same_moments(label, setting, answers):
    name, values = setting
    record = initializers.get(name)
    kinds = {kind: our_shape(shape) for kind, shape in ORACLE.INIT_SHAPES.items()}
    if name == "torch_recurrent":
        del kinds["conv"]
    drawn_of = jax.jit(lambda: {kind: record(jax.random.key(1), shape, **values) for kind, shape in kinds.items()})()
    for kind, drawn in drawn_of.items():
        shape = ORACLE.INIT_SHAPES[kind]
        _, variance, largest = answers[f"init/{label}/{kind}"]
        stated = record.variance(our_shape(shape), **record.resolve(values))
        np.testing.assert_allclose(stated, variance, **MOMENTS)
        mean, measured, size = ORACLE.moments(np.asarray(drawn, np.float64))
        np.testing.assert_allclose(measured, variance, **MOMENTS)
        if record.hypers.keys() != {"value"}:
            assert abs(mean) <= 5 * np.sqrt(variance / np.prod(shape))
        if "normal" not in name and name != "orthogonal":
            np.testing.assert_allclose(size, largest, rtol=1e-3)


@pytest.mark.parametrize("label", ORACLE.initializer_settings())
def test_initial_weights_are_distributed_as_those_of_torch(kept, label):
    assert_same_moments(label, ORACLE.initializer_settings()[label], kept)


# Whole networks


def given_params(name, a):
    """Our parameters, from torch's arrays."""
    if name == "mlp":
        blocks = [Block(a[f"w{i}"].T, a[f"b{i}"], Affine(a[f"scale{i}"], a[f"offset{i}"])) for i in range(2)]
        hidden = jax.tree.map(lambda leaf: leaf[None], blocks[1])
        return MLPParams(blocks[0], hidden, Block(a["w2"].T, a["b2"]))
    if name == "cnn":
        return CNNParams(tuple(Block(hwio(a[f"w{i}"]), a[f"b{i}"]) for i in range(2)), Block(a["w2"].T, a["b2"]))
    return RNNParams(Recurrence(a["w"].T, a["u"].T, a["b"], a["c"]), Block(a["w2"].T, a["b2"]))


NETWORKS = {
    "mlp": lab.MLP(depth=2, width=5, activation="tanh", norm="batch", residual=True),
    "cnn": lab.CNN(filters=(2, 3)),
    "rnn": lab.RNN(cell="gru", width=4),
}


def our_run(name):
    arrays = ORACLE.drawn(name, ORACLE.NETWORKS[name][1])
    x = arrays.pop("x")
    dataset = Dataset(np.moveaxis(x, 1, -1) if x.ndim == 4 else x, ORACLE.LABELS, "given", "numpy", classes=3)
    # The data keep their order, which for batch normalisation and for means makes no difference.
    recipe = lab.Recipe(
        data=lab.Data(validation=0.0, scaling="none"),
        network=NETWORKS[name],
        optimizer=("adam", {"learning_rate": 0.05}),
        clip=("norm", {"max_norm": 0.5}),
        penalty=(("l2", {"strength": 0.01}),),
        batch_size=None,
        steps=ORACLE.STEPS,
        log_every=1,
    )
    params = given_params(name, {key: jnp.asarray(array) for key, array in arrays.items()})
    run = lab.train(recipe, jax.random.key(0), dataset=dataset, params=params, dtype=np.float64)
    return run, run(dataset.x)


def assert_same_training(name, answers):
    run, outputs = our_run(name)
    np.testing.assert_allclose(run["batch_loss"][: ORACLE.STEPS], answers[f"network/{name}/loss"], rtol=1e-8)
    np.testing.assert_allclose(outputs, answers[f"network/{name}/outputs"], rtol=1e-6, atol=1e-8)
    shapes = ORACLE.NETWORKS[name][1].keys() - {"x"}
    end = given_params(name, {key: jnp.asarray(answers[f"network/{name}/end_{key}"]) for key in shapes})
    jax.tree.map(partial(np.testing.assert_allclose, rtol=1e-6, atol=1e-8), run.params, end)


@pytest.mark.parametrize("name", NETWORKS)
def test_training_is_that_of_torch(x64, kept, name):
    assert_same_training(name, kept)


def test_the_file_says_which_torch(kept):
    assert str(kept["torch_version"]).startswith("2.")
    assert ORACLE.FILE.stat().st_size < 1e6


@pytest.mark.parity
def test_all_of_it_is_what_torch_says_now(x64, fresh):
    for name, case in ORACLE.cases().items():
        assert_same(name, case, fresh)
    for label, setting in ORACLE.initializer_settings().items():
        assert_same_moments(label, setting, fresh)
    for name in NETWORKS:
        assert_same_training(name, fresh)


@pytest.mark.parity
def test_the_file_is_what_torch_says_now(kept, fresh):
    assert set(kept) == set(fresh)
    for name in kept.keys() - {"torch_version"}:
        np.testing.assert_allclose(kept[name], fresh[name], rtol=1e-7, atol=1e-9, err_msg=name)
