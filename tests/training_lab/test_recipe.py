"""Recipes: one error that names the field, and records that are keys of caches and pytrees of numbers."""

import jax
import numpy as np
import pytest

import training_lab as lab
from tests.training_lab.common import TINY
from training_lab.records import Choice

KEY = jax.random.key(0)
DIGITS = {"data": "digits"}


def recipe(**fields):
    return lab.Recipe(**({"data": TINY.data, "network": TINY.network, "batch_size": 8} | fields))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"network": lab.MLP(width=6, norm="group", groups=4)}, "network.groups"),
        ({"network": lab.CNN(filters=(8, 6), norm="group", groups=4), **DIGITS}, "network.groups"),
        ({"network": lab.CNN(kernel=9), **DIGITS}, "network.kernel"),
        ({"network": lab.CNN(kernel=5), **DIGITS}, "network.kernel"),
        ({"network": lab.CNN(filters=(2, 2, 2, 2), kernel=1), **DIGITS}, "network.filters"),
        ({"network": lab.CNN(filters=()), **DIGITS}, "network.filters"),
        ({"network": lab.CNN(pool="median"), **DIGITS}, "network.pool"),
        ({"network": lab.CNN()}, "network"),
        ({"network": lab.RNN()}, "network"),
        ({"network": lab.RNN(cell="lstn"), "data": "recall"}, "network.cell"),
        ({"network": lab.MLP(width=0)}, "network.width"),
        ({"network": lab.MLP(depth=-1)}, "network.depth"),
        ({"network": lab.MLP(norm="instance")}, "network.norm"),
        ({"network": lab.MLP(norm="bach")}, "network.norm"),
        ({"network": lab.MLP(dropout=1.0)}, "network.dropout"),
        ({"network": lab.MLP(dropout=-0.1)}, "network.dropout"),
        ({"network": lab.MLP(dropout=float("nan"))}, "network.dropout"),
        ({"network": lab.MLP(drop_connect="half")}, "network.drop_connect"),
        ({"network": lab.MLP(activation="rely")}, "network.activation"),
        ({"network": lab.MLP(initializer=("normal", {"std": -1.0}))}, "network.initializer"),
        ({"network": lab.MLP(initializer="non_normal")}, "network.initializer"),
        ({"batch_size": 100}, "batch_size"),
        ({"batch_size": 0}, "batch_size"),
        ({"epochs": 0}, "epochs"),
        ({"steps": -5}, "steps"),
        ({"steps": True}, "steps"),
        ({"log_every": 0}, "log_every"),
        ({"loss": "entropy"}, "loss"),
        ({"loss": "cross_entropy", "data": "line"}, "loss"),
        ({"optimizer": ("adam", {"learning_rate": -1.0})}, "optimizer"),
        ({"optimizer": "adamm"}, "optimizer"),
        ({"schedule": ("step", {"step_size": 0.5})}, "schedule"),
        ({"clip": "norms"}, "clip"),
        ({"penalty": ("max_norm",)}, "penalty"),
        ({"proximal": "lp"}, "proximal"),
        ({"augment": ("shift",)}, "augment"),
        ({"augment": (("noise", {"std": "loud"}),)}, "augment"),
        ({"pruning": lab.Pruning(sparsity=1.5)}, "pruning.sparsity"),
        ({"pruning": lab.Pruning(method="smallest")}, "pruning.method"),
        ({"pruning": lab.Pruning(rounds=0)}, "pruning.rounds"),
        ({"early_stopping": lab.EarlyStopping(patience=0)}, "early_stopping.patience"),
        ({"early_stopping": lab.EarlyStopping(monitor="f1")}, "early_stopping.monitor"),
        ({"early_stopping": lab.EarlyStopping(), "data": lab.Data(name="moons", validation=0.0)}, "early_stopping"),
        ({"data": "moon"}, "data.name"),
        ({"data": ("moons", {"noise": -1.0})}, "data.name"),
        ({"data": lab.Data(name="moons", scaling="standard")}, "data.scaling"),
        ({"data": lab.Data(name="moons", validation=1.0)}, "data.validation"),
        ({"data": lab.Data(name="moons", validation=0.6, test=0.5)}, "data.validation"),
        ({"data": lab.Data(name="moons", label_noise=1.5)}, "data.label_noise"),
        ({"data": lab.Data(name="moons", train=1000)}, "data.train"),
        ({"data": lab.Data(name="moons", seed=-1)}, "data.seed"),
    ],
)
def test_what_cannot_be_built_names_its_field(fields, field):
    with pytest.raises(lab.RecipeError) as error:
        lab.start(recipe(**fields), KEY)
    assert error.value.field == field
    assert str(error.value).startswith(field)


def test_a_hint_tells_what_is_known():
    with pytest.raises(lab.RecipeError, match=r"no optimizer is called 'adamm'; known: .*adam"):
        lab.start(recipe(optimizer="adamm"), KEY)
    with pytest.raises(lab.RecipeError, match="cannot be used: no activation is called 'rely'; known: linear"):
        lab.start(recipe(network=lab.MLP(activation="rely")), KEY)


def test_recipes_are_equal_by_value_and_keys_of_caches():
    one = recipe(optimizer=("adam", {"learning_rate": 0.1, "b1": 0.8}), augment=("noise",))
    two = recipe(optimizer=("adam", {"b1": 0.8, "learning_rate": 0.1}), augment=(Choice("noise"),))
    assert one == two
    assert hash(one) == hash(two)
    assert one != recipe(optimizer=("adam", {"learning_rate": 0.2}))


def test_blanks_are_filled_in():
    filled = lab.start(recipe(batch_size=8, epochs=10), KEY).recipe
    assert (filled.steps, filled.log_every) == (60, 3)
    assert filled.optimizer.values == {"b1": 0.9, "b2": 0.999, "eps": 1e-8, "learning_rate": 0.003}
    assert filled.data.name.values == {"samples": 60.0, "noise": 0.1}


def test_all_numbers_are_leaves_and_nothing_else_is():
    full = recipe(
        network=lab.MLP(dropout=0.1, activation=("leaky_relu", {"negative_slope": 0.2})),
        clip=("norm", {"max_norm": 2.0}),
        penalty=(("l1", {"strength": 0.3}),),
        augment=(("noise", {"std": 0.4}),),
        pruning=lab.Pruning(sparsity=0.5),
        early_stopping=lab.EarlyStopping(min_delta=0.6, patience=7),
        optimizer=("adam", {"learning_rate": 0.8}),
    )
    assert sorted(jax.tree.leaves(full)) == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 2.0, 7]
    doubled = jax.tree.map(lambda number: 2 * number, full)
    assert doubled.network.dropout == 0.2
    assert doubled.data is None, "programs do not depend on the name of the data"


def test_data_of_ones_own():
    x = np.random.default_rng(0).normal(size=(20, 3))
    data = lab.Dataset(x, np.arange(20) % 4, "mine", "me", classes=4)
    training = lab.start(lab.Recipe(batch_size=4, steps=1), KEY, dataset=data)
    assert training.splits.train.x.shape == (16, 3)
    assert training.carry.member.params.last.bias.shape == (4,)


def test_data_that_were_prepared_before():
    recipe = lab.Recipe(data="moons", batch_size=8, steps=3)
    data = lab.datasets.load("moons", recipe.data.seed)
    parts = lab.datasets.prepare(recipe.data, data)
    training = lab.start(recipe, KEY, dataset=data, splits=parts)
    assert training.splits is parts
    same = lab.train(recipe, KEY, dataset=data, splits=parts)
    np.testing.assert_array_equal(same["loss"], lab.train(recipe, KEY)["loss"])
    with pytest.raises(ValueError, match="dataset"):
        lab.start(recipe, KEY, splits=parts)
