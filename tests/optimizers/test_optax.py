"""Ours against optax, and optax through our door."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import optimizers
from optimizers import Hyper
from tests.optimizers import agreement

STEPS = 40
START = np.array([-0.7, 1.3])
LEARNING_RATE = Hyper(0.01, 1e-6, 10.0, log=True, symbol=r"\eta")
FACTORIES = {
    "adabelief": optax.adabelief,
    "adamax": optax.adamax,
    "adan": optax.adan,
    "amsgrad": optax.amsgrad,
    "fromage": optax.fromage,
    "lion": optax.lion,
    "nadam": optax.nadam,
    "novograd": optax.novograd,
    "radam": optax.radam,
    "rprop": optax.rprop,
    "sm3": optax.sm3,
    "yogi": optax.yogi,
    "prodigy": optax.contrib.prodigy,
}


def himmelblau(x):
    return (x[0] * x[0] + x[1] - 11) ** 2 + (x[0] + x[1] * x[1] - 7) ** 2


def optax_walk(transformation, steps=STEPS):
    """Positions of a plain loop, as in optax's own documentation."""
    transformation = optax.with_extra_args_support(transformation)

    @jax.jit
    def step(params, state):
        value, grad = jax.value_and_grad(himmelblau)(params)
        extra = {"value": value, "grad": grad, "value_fn": himmelblau}
        updates, state = transformation.update(grad, state, params, **extra)
        return optax.apply_updates(params, updates), state

    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        params = jnp.asarray(START)
        state = transformation.init(params)
        positions = [params]
        for _ in range(steps):
            params, state = step(params, state)
            positions.append(params)
        return np.array(positions)


@pytest.mark.parametrize("name", [name for name in optimizers.names() if optimizers.get(name).optax])
def test_the_optax_code_walks_the_same_way(x64, name):
    row = agreement.compared(name, "optax", agreement.optax_answers(name))
    assert row["step_50"] <= agreement.TOLERANCES[0]
    assert row["step_200"] <= agreement.TOLERANCES[1]
    assert row["points"] > 3 * row["left_out"]


@pytest.mark.parametrize("name", FACTORIES)
def test_any_optax_optimizer_walks_through_our_door(x64, name):
    optimizer = optimizers.from_optax(name, FACTORIES[name], {"learning_rate": LEARNING_RATE})
    trace = optimizers.descend(optimizer, {"learning_rate": 0.02}, himmelblau, START, steps=STEPS)
    np.testing.assert_allclose(trace.position, optax_walk(FACTORIES[name](0.02)), rtol=1e-8, atol=1e-8)
    moved = np.abs(trace.gradient) > 0
    rate = np.asarray(trace.internals["effective_rate"])
    np.testing.assert_allclose((-rate * trace.gradient)[moved], np.asarray(trace.update)[moved], rtol=1e-9)


def test_methods_that_look_at_the_loss_or_call_it(x64):
    polyak = optimizers.from_optax("polyak", lambda: optax.polyak_sgd(), {})
    trace = optimizers.descend(polyak, {}, himmelblau, START, steps=STEPS)
    np.testing.assert_allclose(trace.position, optax_walk(optax.polyak_sgd()), rtol=1e-8, atol=1e-8)
    assert np.isnan(trace.learning_rate).all()

    lbfgs = optimizers.from_optax("lbfgs", lambda: optax.lbfgs(), {})
    trace = optimizers.descend(lbfgs, {}, himmelblau, START, steps=15)
    assert trace.value[-1] < 1e-12


@pytest.mark.parametrize(
    ("name", "field", "learning_rate"), [("yogi", "mu", 0.1), ("adabelief", "mu", 0.1), ("prodigy", "exp_avg", 1.0)]
)
def test_the_rate_of_a_method_that_averages_is_measured_along_its_mean(x64, name, field, learning_rate):
    """Along the gradient it would change its sign wherever the momentum and the gradient disagree."""
    hypers = {"learning_rate": learning_rate}
    trace = optimizers.descend(optimizers.get(name), hypers, himmelblau, START, steps=100)
    rate = np.asarray(trace.internals["effective_rate"])
    assert (rate > 0).all()
    assert (np.asarray(trace.update) * np.asarray(trace.gradient) > 0).any()
    np.testing.assert_allclose(-rate * trace.internals[field], trace.update, rtol=1e-9)


def test_internals_carry_the_names_of_the_state():
    adam = optimizers.from_optax("optax_adam", optax.adam, {"learning_rate": LEARNING_RATE}, title="Adam of optax")
    trace = optimizers.descend(adam, {}, himmelblau, START.astype(np.float32), steps=3)
    assert set(trace.internals) == {"effective_rate", "mu", "nu"}
    assert adam.title == "Adam of optax"

    twice = optimizers.from_optax(
        "twice",
        lambda learning_rate: optax.chain(optax.trace(0.5), optax.trace(0.5), optax.scale(-learning_rate)),
        {"learning_rate": LEARNING_RATE},
    )
    trace = optimizers.descend(twice, {}, himmelblau, START.astype(np.float32), steps=3)
    assert set(trace.internals) == {"effective_rate", "trace", "trace_2"}
