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


def averaged_momentum_walk(curvature, rate, b1, steps):
    """|x_t| under m <- b m + (1 - b) g, x <- x - rate m."""
    x, m, errors = 1.0, 0.0, []
    for _ in range(steps):
        m = b1 * m + (1 - b1) * curvature * x
        x -= rate * m
        errors.append(abs(x))
    return np.array(errors)


@pytest.mark.parametrize("b1", [0.0, 0.5, 0.9])
def test_averaged_momentum_is_stable_up_to_its_limit(x64, b1):
    limit = theory.averaged_momentum_limit(b1)
    for share in (0.99, 1.01):
        errors = averaged_momentum_walk(share * limit / 0.3, 0.3, b1, 2000)
        measured = (errors[1900:].max() / errors[900:1000].max()) ** (1 / 1000)
        assert (measured < 1) == (share < 1)
        assert measured == pytest.approx(float(theory.averaged_momentum_rate(share * limit / 0.3, 0.3, b1)), rel=1e-3)


def test_adam_is_averaged_momentum_with_its_effective_rate(x64):
    """With eps far above the gradients the effective rate is constant, and its limit is 2 (1 + b) / (1 - b).

    The start is tiny because the bias correction makes the first steps long enough to grow by many orders.
    """
    limit = optimizers.get("adam").stability(**optimizers.get("adam").defaults)
    assert limit == pytest.approx(38)
    for share, stable in ((0.99, True), (1.01, False)):
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


# Under a constant gradient


def slope(x):
    return 3.0 * jnp.sum(x)


CONSTANT_GRADIENT = {
    "gradient_descent": lambda t: 0.1 * 3.0,
    "momentum": lambda t: theory.momentum_step(0.1, 3.0, 0.9, t),
    "slides_momentum": lambda t: theory.momentum_step(0.1, 3.0, 0.9, t),
    "nesterov": lambda t: theory.nesterov_step(0.1, 3.0, 0.9, t),
    "adagrad": lambda t: theory.adagrad_step(0.1, t),
    "rmsprop": lambda t: theory.rmsprop_step(0.1, 0.99, t),
    "adam": lambda t: theory.adam_step(0.1),
    "uncorrected_adam": lambda t: theory.uncorrected_adam_step(0.1, 0.9, 0.999, t),
    "amsgrad": lambda t: theory.adam_step(0.1),
    "adamax": lambda t: theory.adam_step(0.1),
    "sign_descent": lambda t: theory.adam_step(0.1),
    "lion": lambda t: theory.adam_step(0.1),
    "radam": lambda t: theory.radam_step(0.1, 3.0, 0.999, t),
}


@pytest.mark.parametrize("name", CONSTANT_GRADIENT)
def test_steps_under_a_constant_gradient(x64, name):
    trace = optimizers.descend(optimizers.get(name), {"learning_rate": 0.1}, slope, np.zeros(1), steps=300)
    steps = -np.asarray(trace.update)[:, 0]
    predicted = CONSTANT_GRADIENT[name](np.arange(1.0, 301.0))
    np.testing.assert_allclose(steps, np.broadcast_to(predicted, 300), rtol=1e-6)


def test_momentum_tends_to_ten_times_the_gradient():
    assert theory.momentum_step(0.1, 3.0, 0.9, 500) == pytest.approx(0.1 * 3 / (1 - 0.9))
    assert float(theory.radam_step(0.1, 3.0, 0.999, 50_000)) == pytest.approx(0.1, rel=1e-4)


# Decay of the weights


def test_decoupled_decay(x64):
    hypers = {"learning_rate": 0.1, "weight_decay": 0.3}
    start = np.array([2.0])
    trace = optimizers.descend(optimizers.get("adamw"), hypers, lambda x: 0.0 * jnp.sum(x), start, steps=50)
    expected = 2.0 * theory.decoupled_decay(0.1, 0.3, np.arange(51))
    np.testing.assert_allclose(trace.position[:, 0], expected, rtol=1e-9)


def test_adam_takes_no_notice_of_the_size_of_a_penalty(x64):
    """The gradient is the penalty's alone."""
    paths = [descend("adam", {"learning_rate": 0.01, "eps": 1e-12}, [size], 1.0, 50).position for size in (0.1, 1, 10)]
    np.testing.assert_allclose(paths[0], paths[1], rtol=1e-7)
    np.testing.assert_allclose(paths[2], paths[1], rtol=1e-7)
    assert paths[1][10, 0] == pytest.approx(0.9, abs=1e-3)


# Off the quadratic


def product(x):
    return 0.5 * (x[0] * x[1]) ** 2


@pytest.mark.parametrize("share", [0.4, 0.9, 1.2, 1.6, 1.9, 2.2])
def test_catapult(x64, share):
    """In units of 2 / l: below one the walk stays, up to two it ends where it is flatter, above two it flies off."""
    start = np.array([3.0, 0.1])
    curvature = float(start @ start)
    lazy, largest = theory.catapult_limits(curvature)
    rate = share * lazy
    trace = optimizers.descend(optimizers.get("gradient_descent"), {"learning_rate": rate}, product, start, steps=3000)
    end = float(trace.position[-1] @ trace.position[-1])
    if share < 1:
        assert end == pytest.approx(curvature, rel=0.02)
        assert (np.diff(trace.value) <= 0).all()
    elif rate < largest:
        assert trace.value[-1] < 1e-12
        assert max(trace.value) > trace.value[0]
        assert end < theory.edge_of_stability(rate) < curvature
    else:
        assert not np.isfinite(end)


@pytest.mark.parametrize("target", [0.5, 2.0])
def test_a_deep_linear_mode_is_half_learned_at_the_predicted_time(x64, target):
    def mode(x):
        return 0.5 * (x[0] * x[1] - target) ** 2

    rate, start = 1e-3, 1e-3
    steps = int(1.5 * theory.deep_linear_half_time(target, start) / rate)
    both = np.full(2, math.sqrt(start))
    trace = optimizers.descend(optimizers.get("gradient_descent"), {"learning_rate": rate}, mode, both, steps=steps)
    half = int(np.argmax(trace.position.prod(axis=1) >= target / 2))
    assert half * rate == pytest.approx(float(theory.deep_linear_half_time(target, start)), rel=0.01)


def test_stopping_early_shrinks_like_a_ridge_penalty(x64):
    curvature, rate, minimum = np.array([0.05, 0.5, 2.0]), 0.1, np.array([1.0, -2.0, 3.0])

    def bowl(x):
        return 0.5 * jnp.sum(curvature * (x - minimum) ** 2)

    trace = optimizers.descend(optimizers.get("gradient_descent"), {"learning_rate": rate}, bowl, np.zeros(3), steps=40)
    for steps in (5, 40):
        shrinkage = theory.early_stopping_shrinkage(curvature, rate, steps)
        np.testing.assert_allclose(trace.position[steps], shrinkage * minimum, rtol=1e-9)
        ridge = curvature / (curvature + theory.early_stopping_penalty(rate, steps))
        assert np.abs(shrinkage - ridge).max() < 0.21  # "about": they agree at both ends and differ most in between


# Conditioning


@pytest.mark.parametrize(("mean", "known", "steps"), [(0.0, 1.0, None), (1.0, 6.85, 24), (3.0, 119.0, 411)])
def test_a_mean_in_the_data_makes_a_valley(x64, mean, known, steps):
    hessian = np.array([[1.0, mean], [mean, 1 + mean**2]])
    condition = float(theory.mean_condition_number(mean))
    assert condition == pytest.approx(np.linalg.cond(hessian), rel=1e-9)
    assert condition == pytest.approx(known, rel=2e-3)
    if steps is None:
        return
    assert theory.steps_to_shrink(theory.gradient_descent_best_rate(condition)) == steps
    smallest, largest = np.linalg.eigvalsh(hessian)
    trace = descend(
        "gradient_descent", theory.gradient_descent_optimum(smallest, largest), [smallest, largest], 1.0, 500
    )
    error = np.abs(trace.position).max(axis=1)
    assert error[steps] <= 1e-3 < error[steps - 1]


def test_nesterov_as_in_the_textbook(x64):
    spectrum = np.linspace(0.5, 50.0, 201)
    setting = theory.nesterov_textbook(0.5, 50.0)
    achieved = float(jnp.max(optimizers.get("nesterov").rate(spectrum, **setting)))
    assert achieved == pytest.approx(theory.nesterov_textbook_rate(100.0), abs=1e-6)
    assert achieved == pytest.approx(0.9, abs=1e-6)
