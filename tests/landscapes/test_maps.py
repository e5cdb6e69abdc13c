"""Maps of where walks end, each cell against a walk of its own."""

import jax
import numpy as np
import optax
import pytest

import landscapes
import optimizers
from landscapes.analysis import DIVERGED, WALKING, basin_map, stability_map

HIMMELBLAU = landscapes.get("himmelblau")
MINIMA = np.array([point.position for point in HIMMELBLAU.critical_points if point.kind == "minimum"])
SQUARE = ((-2.0, 2.0), (-2.0, 2.0))
METHODS = {
    "gradient_descent": {"learning_rate": 0.01},
    "momentum": {"learning_rate": 0.004, "momentum": 0.9},
    "adam": {"learning_rate": 0.1},
}


def path(make, hypers, fn, start, steps):
    """One walk, step by step."""
    method, x = make(**hypers), np.asarray(start, np.float32)
    state, points = method.init(x), [x]
    step = jax.jit(lambda x, state: method.update(jax.grad(fn)(x), state, x))
    for _ in range(steps):
        update, state = step(x, state)
        x = np.asarray(x + update)
        points.append(x)
    return np.stack(points)


@pytest.mark.parametrize("name", METHODS)
def test_cells_hold_what_walks_of_their_own_do(name):
    make, hypers = optimizers.get(name).make, optimizers.get(name).resolve(METHODS[name])
    n, steps, radius = 12, 200, 0.05
    found = basin_map(HIMMELBLAU.fn, HIMMELBLAU.domain, MINIMA, make, hypers, n=n, steps=steps, radius=radius)
    (west, east), (south, north) = HIMMELBLAU.domain
    for row, column in [(0, 0), (3, 7), (5, 5), (6, 5), (8, 2), (11, 11)]:
        start = (west + column / (n - 1) * (east - west), south + row / (n - 1) * (north - south))
        walk = path(make, hypers, HIMMELBLAU.fn, start, steps)
        gaps = np.linalg.norm(walk[:, None] - MINIMA, axis=-1)
        place = int(np.argmin(gaps[-1]))
        if gaps[-1, place] > radius:
            assert found.which[row, column] in (WALKING, DIVERGED)
            continue
        outside = np.flatnonzero(gaps[:, place] > radius)
        assert found.which[row, column] == place
        assert found.steps[row, column] == (outside[-1] + 1 if len(outside) else 0)


def test_a_map_of_a_symmetric_surface_is_symmetric():
    well = landscapes.parse("(x^2 - 1)^2 + y^2")
    found = basin_map(well.fn, SQUARE, np.array([[-1.0, 0.0], [1.0, 0.0]]), optax.sgd, {"learning_rate": 0.02}, n=32)
    np.testing.assert_array_equal(found.which[:, :16], 0)
    np.testing.assert_array_equal(found.which[:, 16:], 1)
    np.testing.assert_array_equal(found.steps, found.steps[:, ::-1])


def test_walks_that_leave_and_walks_that_never_arrive_are_told_apart():
    bowl = landscapes.parse("x^2 + y^2")
    domain, minimum = SQUARE, np.zeros((1, 2))
    lost = basin_map(bowl.fn, domain, minimum, optax.sgd, {"learning_rate": 1.5}, n=4)
    slow = basin_map(bowl.fn, domain, minimum, optax.sgd, {"learning_rate": 1e-4}, n=4)
    np.testing.assert_array_equal(lost.which, DIVERGED)
    np.testing.assert_array_equal(slow.which, WALKING)
    np.testing.assert_array_equal(slow.steps, 500)
    np.testing.assert_array_equal(
        basin_map(bowl.fn, domain, np.empty((0, 2)), optax.sgd, {"learning_rate": 0.1}, n=4).which, WALKING
    )


def test_moving_a_number_compiles_nothing():
    calls = 0

    def fn(x, *, a):
        nonlocal calls
        calls += 1
        return a * (x[0] ** 2 + x[1] ** 2)

    def look(rate, a, reach):
        basin_map(fn, ((-reach, reach), (-1.0, 1.0)), np.zeros((1, 2)), optax.sgd, {"learning_rate": rate}, n=4, a=a)
        axes = {"learning_rate": np.linspace(0, rate, 3), "momentum": np.linspace(0, 0.9, 2)}
        stability_map(fn, (reach, 1.0), (0.0, 0.0), optax.sgd, {}, axes, a=a)

    look(0.1, 1.0, 1.0)
    traced = calls
    look(0.2, 3.0, 2.0)
    look(0.01, 0.5, 0.5)
    assert calls == traced


def test_the_rate_of_gradient_descent_on_a_quadratic_is_the_closed_form():
    def quadratic(x):
        return 0.5 * (x[0] ** 2 + 10 * x[1] ** 2)

    rates = np.array([0.02, 0.1, 0.15, 0.19, 0.21], np.float32)
    axes = {"learning_rate": rates, "momentum": np.array([0.0, 0.5], np.float32)}
    found = stability_map(quadratic, (1.0, 1.0), (0.0, 0.0), optax.sgd, {}, axes, steps=400)
    expected = np.maximum(np.abs(1 - rates), np.abs(1 - 10 * rates))
    np.testing.assert_allclose(found.rate[0, :4], expected[:4], rtol=0.01)
    np.testing.assert_array_equal(found.diverged, [[0, 0, 0, 0, 1], [0, 0, 0, 0, 0]])
    assert np.isnan(found.rate[0, 4])
    # Heavy ball in its complex regime: the root of the momentum.
    assert found.rate[1, 1] == pytest.approx(max(0.5**0.5, abs(np.roots([1, -(1.5 - 0.1), 0.5])).max()), rel=0.02)


def test_the_axes_must_be_two():
    with pytest.raises(ValueError, match="two axes, not 1: learning_rate"):
        stability_map(HIMMELBLAU.fn, (0, 0), (1, 1), optax.sgd, {}, {"learning_rate": np.ones(2)})
