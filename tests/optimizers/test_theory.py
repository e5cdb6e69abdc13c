"""Closed forms against simulation."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import optimizers
from optimizers import theory

with_limit = ["gradient_descent", "momentum", "nesterov"]


def quadratic(x, curvature):
    return 0.5 * jnp.sum(curvature * x * x)


def descend(name, hypers, curvature, start, steps, **options):
    curvature = np.asarray(curvature, float)
    start = np.full(curvature.shape, start)
    optimizer = optimizers.get(name)
    return optimizers.descend(
        optimizer, hypers, quadratic, start, steps=steps, fn_args={"curvature": curvature}, **options
    )


def measured_rate(trace):
    """Factor per step between the largest errors of two windows, 400 steps apart."""
    error = np.abs(np.asarray(trace.position)).max(axis=-1)
    return (error[500:600].max() / error[100:200].max()) ** (1 / 400)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("name", with_limit)
def test_stable_just_below_the_limit_and_not_above(x64, name, momentum):
    optimizer = optimizers.get(name)
    values = {key: value for key, value in {"momentum": momentum}.items() if key in optimizer.hypers}
    limit = optimizer.stability(**(optimizer.defaults | values))
    for share, stable in ((0.99, True), (1.01, False)):
        trace = descend(name, values | {"learning_rate": 0.1}, [share * limit / 0.1], 1.0, 600)
        assert (measured_rate(trace) < 1) == stable


def test_adam_is_averaged_momentum_with_its_effective_rate(x64):
    """With eps far above the gradients the effective rate is constant, and its limit is 2 (1 + b) / (1 - b).

    The start is tiny because the bias correction makes the first steps long enough to grow by many orders.
    """
    limit = optimizers.get("adam").stability(**optimizers.get("adam").defaults)
    assert limit == pytest.approx(38)
    for share, stable in ((0.98, True), (1.02, False)):
        trace = descend("adam", {"learning_rate": 10.0, "eps": 1.0}, [share * limit / 10], 1e-120, 600)
        np.testing.assert_allclose(trace.internals["effective_rate"], 10.0, rtol=1e-3)
        assert (measured_rate(trace) < 1) == stable


@pytest.mark.parametrize("x", [0.05, 0.3, 0.6, 1.3])
@pytest.mark.parametrize("name", with_limit)
def test_errors_shrink_at_the_predicted_rate(x64, name, x):
    optimizer = optimizers.get(name)
    values = {key: value for key, value in {"learning_rate": 0.1, "momentum": 0.8}.items() if key in optimizer.hypers}
    predicted = optimizer.rate(x / 0.1, **values)
    measured = measured_rate(descend(name, values, [x / 0.1], 1.0, 600))
    assert measured == pytest.approx(float(predicted), rel=2e-3)


@pytest.mark.parametrize(
    ("name", "optimum", "best", "known"),
    [
        ("gradient_descent", theory.gradient_descent_optimum, theory.gradient_descent_best_rate, 0.9802),
        ("momentum", theory.heavy_ball_optimum, theory.heavy_ball_best_rate, 0.8182),
        ("nesterov", theory.nesterov_optimum, theory.nesterov_best_rate, 0.8847),
    ],
)
def test_the_best_setting_has_the_best_rate(x64, name, optimum, best, known):
    smallest, largest = 0.5, 50.0
    spectrum = np.linspace(smallest, largest, 201)
    rate = optimizers.get(name).rate
    tuned = optimum(smallest, largest)
    achieved = float(jnp.max(rate(spectrum, **tuned)))
    assert achieved == pytest.approx(best(largest / smallest), abs=1e-6)
    assert achieved == pytest.approx(known, abs=5e-5)
    for detuned in ({key: value * factor} for key, value in tuned.items() for factor in (0.97, 1.03)):
        assert jnp.max(rate(spectrum, **(tuned | detuned))) > achieved


def test_critical_momentum_parts_creeping_from_oscillating():
    critical = theory.critical_momentum(2.0, 0.1)
    assert theory.heavy_ball_rate(2.0, 0.1, critical + 0.01) == pytest.approx(float(jnp.sqrt(critical + 0.01)))
    assert theory.heavy_ball_rate(2.0, 0.1, critical - 0.01) > jnp.sqrt(critical - 0.01) + 1e-3


@pytest.mark.parametrize(("name", "momentum"), [("gradient_descent", 0.0), ("momentum", 0.8)])
def test_noise_keeps_the_walker_in_a_ball(name, momentum):
    values = {"learning_rate": 0.3, "momentum": momentum}
    optimizer = optimizers.get(name)
    hypers = {key: value for key, value in values.items() if key in optimizer.hypers}

    def ends(key):
        start, fn_args = jnp.zeros(4, jnp.float32), {"curvature": 1.5}
        run = optimizers.descend(optimizer, hypers, quadratic, start, steps=400, fn_args=fn_args, noise=0.2, key=key)
        return run.position[200:]

    positions = jax.vmap(ends)(jax.random.split(jax.random.key(0), 200))
    predicted = theory.noise_ball_variance(1.5, 0.3, 0.2, momentum)
    assert np.var(positions) == pytest.approx(predicted, rel=0.05)


def test_leaving_a_saddle_takes_the_predicted_steps(x64):
    steps = int(theory.saddle_escape_steps(1.0, 0.1, 1e-6))
    assert steps == 145
    position = np.abs(descend("gradient_descent", {"learning_rate": 0.1}, [-1.0], 1e-6, 200).position[:, 0])
    assert position[steps - 1] < 1 <= position[steps]


def slope(x):
    return 3.0 * jnp.sum(x)


def test_steps_under_a_constant_gradient(x64):
    def walk(name, **hypers):
        return np.asarray(optimizers.descend(optimizers.get(name), hypers, slope, np.zeros(2), steps=300).update)

    np.testing.assert_allclose(walk("adam", learning_rate=0.1), -0.1, rtol=1e-6)
    np.testing.assert_allclose(walk("momentum", learning_rate=0.1)[-1], -0.1 * 3 / (1 - 0.9), rtol=1e-9)
    expected = [[-0.1 / math.sqrt(t)] * 2 for t in range(1, 301)]
    np.testing.assert_allclose(walk("adagrad", learning_rate=0.1), expected, rtol=1e-9)
