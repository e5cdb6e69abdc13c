"""What sets single methods apart: facts that neither PyTorch nor optax is asked for."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import optimizers
from optimizers import curvature
from optimizers.methods import bfgs

MINIMUM = np.array([3.0, 0.5])


def beale(x):
    a, b = x[0], x[1]
    return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2


def valley(x):
    return 0.5 * (3 * x[0] * x[0] + 40 * x[1] * x[1]) + 5 * x[0] * x[1] - x[0]


def walk(name, fn=beale, start=(1.0, 1.5), steps=60, **hypers):
    return optimizers.descend(optimizers.get(name), hypers, fn, np.array(start), steps=steps)


# Averages and look-ahead


def test_the_two_forms_of_nesterov_are_one_walk_seen_from_two_points(x64):
    hypers = {"learning_rate": 0.01, "momentum": 0.8}
    ahead, behind = walk("nesterov", **hypers), walk("nesterov_lookahead", **hypers)
    np.testing.assert_allclose(behind.gradient, ahead.gradient, rtol=1e-9)
    lead = hypers["momentum"] * np.asarray(behind.internals["velocity"])
    np.testing.assert_allclose(behind.position[1:] - lead, ahead.position[1:], rtol=1e-9)


def test_schedule_free_takes_its_gradients_between_the_walk_and_the_answer(x64):
    trace = walk("schedule_free", learning_rate=0.01, b1=0.7)
    z = np.asarray(trace.internals["z"])
    between = 0.3 * z + 0.7 * np.asarray(trace.position[1:])
    np.testing.assert_allclose(jax.vmap(jax.grad(beale))(between)[:-1], trace.gradient[1:], rtol=1e-8)
    means = np.cumsum(z, axis=0) / np.arange(1, 61)[:, None]
    np.testing.assert_allclose(trace.position[1:], means, rtol=1e-8)


def test_averaging_cancels_noise():
    """The mean of the visits varies far less than a visit."""

    def ends(name, key):
        start, hypers = jnp.zeros(2, jnp.float32), {"learning_rate": 0.3}
        options = {"steps": 600, "noise": 1.0, "key": key}
        return optimizers.descend(optimizers.get(name), hypers, lambda x: 0.5 * jnp.sum(x * x), start, **options)

    keys = jax.random.split(jax.random.key(0), 200)
    visits, means = (
        jax.vmap(lambda key, n=n: ends(n, key).position[-1])(keys) for n in ("gradient_descent", "averaged_sgd")
    )
    assert np.var(means) < 0.05 * np.var(visits)


# Weight decay


def test_decoupled_decay_shrinks_weights_whatever_the_gradient(x64):
    trace = walk("adamw", fn=lambda x: 0.0 * jnp.sum(x), learning_rate=0.1, weight_decay=0.5, steps=30)
    np.testing.assert_allclose(trace.position[30], 0.95**30 * np.array([1.0, 1.5]), rtol=1e-9)


def test_without_decay_adamw_is_adam(x64):
    np.testing.assert_array_equal(walk("adamw", weight_decay=0.0).position, walk("adam").position)


def test_an_l2_penalty_in_adam_is_one_in_the_loss(x64):
    def penalised(x):
        return beale(x) + 0.15 * jnp.sum(x * x)

    ours, theirs = walk("adam_l2", weight_decay=0.3), walk("adam", fn=penalised)
    np.testing.assert_allclose(ours.position, theirs.position, rtol=1e-9)


def test_without_correction_only_the_start_differs(x64):
    """b1 = b2 = 0 has no means that could start at zero; otherwise the first step is (1 - b1) / sqrt(1 - b2) rates."""
    plain, bare = (walk(name, b1=0.0, b2=0.0) for name in ("adam", "uncorrected_adam"))
    np.testing.assert_allclose(plain.position, bare.position, rtol=1e-12)
    first = walk("uncorrected_adam", learning_rate=0.01, b1=0.8, b2=0.99).update[0]
    np.testing.assert_allclose(np.abs(first), 0.01 * 0.2 / 0.1, rtol=1e-6)


# Sizes of steps


@pytest.mark.parametrize("name", ["sign_descent", "lion"])
def test_signs_make_every_step_equally_long(x64, name):
    np.testing.assert_allclose(np.abs(walk(name, learning_rate=0.01).update), 0.01, rtol=1e-9)


def test_muon_steps_are_about_one_learning_rate_long(x64):
    """Five Newton-Schulz iterations leave singular values between 0.67 and 1.22."""
    lengths = np.linalg.norm(walk("muon", learning_rate=0.01).update, axis=1) / 0.01
    assert lengths.min() > 0.6
    assert lengths.max() < 1.25


def test_lamb_moves_by_a_share_of_the_weights(x64):
    trace = walk("lamb", learning_rate=0.02)
    shares = np.linalg.norm(trace.update, axis=1) / np.linalg.norm(trace.position[:-1], axis=1)
    np.testing.assert_allclose(shares, 0.02, rtol=1e-9)


def test_amsgrad_never_raises_a_rate(x64):
    """Once the bias correction has faded: b2 = 0.5 forgets it within a few steps."""
    rate = np.asarray(walk("amsgrad", learning_rate=0.01, b2=0.5, steps=200).internals["effective_rate"])[60:]
    assert (np.diff(rate, axis=0) <= 1e-12).all()
    forgetful = np.asarray(walk("adam", learning_rate=0.01, b2=0.5, steps=200).internals["effective_rate"])[60:]
    assert (np.diff(forgetful, axis=0) > 1e-12).any()


def test_prodigy_finds_the_distance(x64):
    """From a millionth to a tenth of the distance from the start to the minimum and more, never beyond it."""
    trace = walk("prodigy", steps=300)
    assert np.abs(trace.position[-1] - MINIMUM).max() < 1e-3
    transformation = optimizers.get("prodigy").make(**optimizers.get("prodigy").defaults)

    def step(_, run):
        x, state = run
        updates, state = transformation.update(jax.grad(beale)(x), state, x)
        return x + updates, state

    x = jnp.array([1.0, 1.5])
    _, state = jax.lax.fori_loop(0, 200, step, (x, transformation.init(x)))
    distance = np.abs(MINIMUM - [1.0, 1.5]).max()
    assert distance / 10 < float(state.inner.estim_lr) < distance


# Curvature


def test_newton_solves_a_quadratic_in_one_step(x64):
    trace = walk("newton", fn=valley, steps=2)
    assert np.abs(trace.gradient[1]).max() < 1e-12


@pytest.mark.parametrize("name", ["newton", "damped_newton"])
def test_near_a_minimum_the_right_digits_double(x64, name):
    trace = walk(name, start=(2.9, 0.47), steps=20, **({"damping": 1e-6} if name == "damped_newton" else {}))
    error = np.linalg.norm(np.asarray(trace.position) - MINIMUM, axis=1)
    first = int(np.argmax(error < 3e-3))
    assert error[first + 1] < 30 * error[first] ** 2 + 1e-6 * (name == "damped_newton") * error[first]


def test_newton_is_lured_by_a_saddle_and_damped_newton_is_not(x64):
    saddle = np.array([0.0, 1.0])
    np.testing.assert_allclose(walk("newton").position[-1], saddle, atol=1e-9)
    np.testing.assert_allclose(walk("damped_newton").position[-1], MINIMUM, atol=1e-9)


@pytest.mark.parametrize("name", ["damped_newton", "bfgs"])
def test_the_loss_never_rises(x64, name):
    trace = walk(name, start=(0.5, -1.0), steps=100)
    assert (np.diff(trace.value) <= 0).all()
    assert np.abs(trace.gradient[-1]).max() < 1e-6


def test_the_plane_is_solved_like_any_space(x64):
    matrix, vector = jnp.array([[3.0, 1.0], [1.0, -2.0]]), jnp.array([0.5, 4.0])
    np.testing.assert_allclose(curvature.solve(matrix, vector), np.linalg.solve(matrix, vector), rtol=1e-12)
    assert float(curvature.least_eigenvalue(matrix)) == pytest.approx(np.linalg.eigvalsh(matrix)[0], rel=1e-12)


def test_bfgs_learns_what_the_last_step_has_shown(x64):
    """B y = s, symmetric and positive definite, after every step."""
    transformation = optimizers.get("bfgs").make(learning_rate=1.0)
    x = jnp.array([1.0, 1.5])
    state = transformation.init(x)
    for _ in range(12):
        updates, after = transformation.update(jax.grad(beale)(x), state, x, value_fn=beale)
        s, y = after.params - state.params, after.gradient - state.gradient
        if not after.fresh:
            np.testing.assert_allclose(after.inverse @ y, s, rtol=1e-6, atol=1e-12)
            np.testing.assert_allclose(after.inverse, after.inverse.T, rtol=1e-9, atol=1e-12)
            assert np.linalg.eigvalsh(after.inverse)[0] > 0
        x, state = x + updates, after


def test_bfgs_passes_over_a_step_along_negative_curvature(x64):
    state = optimizers.get("bfgs").make(learning_rate=1.0).init(jnp.zeros(2))
    inverse, fresh = bfgs.learn(state, jnp.array([1.0, 0.0]), jnp.array([-2.0, 0.0]))
    np.testing.assert_array_equal(inverse, np.eye(2))
    assert fresh


def test_bfgs_converges_faster_than_any_rate(x64):
    error = np.linalg.norm(np.asarray(walk("bfgs").position) - MINIMUM, axis=1)
    shrinking = np.flatnonzero((error[1:] > 1e-13) & (error[:-1] < 1e-2))
    ratios = error[shrinking + 1] / error[shrinking]
    assert ratios[-1] < 0.5 * ratios[0] < 0.05
