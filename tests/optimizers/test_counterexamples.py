"""Problems on which a method fails that is usually right: it does fail, and the others do not."""

import jax.numpy as jnp
import numpy as np
import pytest

import landscapes
import optimizers
from optimizers import counterexamples

CYCLE, MISLED = (counterexamples.get(name) for name in ("heavy_ball_cycles", "adam_misled"))


def path(example, name, **options):
    return np.asarray(example.walk(optimizers.get(name), **options).position)[:, 0]


def test_the_heavy_ball_cycles_through_three_points(x64):
    walk = path(CYCLE, "momentum")
    np.testing.assert_allclose(walk[-3:], walk[-6:-3], rtol=1e-12)
    assert np.ptp(walk[-3:]) > 3


@pytest.mark.parametrize("name", ["gradient_descent", "nesterov"])
def test_others_arrive_where_the_heavy_ball_cycles(x64, name):
    assert abs(path(CYCLE, name)[-1]) < 1e-9


def test_the_heavy_ball_arrives_on_a_quadratic_with_these_curvatures(x64):
    """The setting is the best one there."""
    tuned = optimizers.theory.heavy_ball_optimum(1.0, 25.0)
    assert {name: pytest.approx(value) for name, value in CYCLE.settings["momentum"].items()} == tuned


def test_the_surface_of_the_same_name_is_the_same_function(x64):
    surface = landscapes.get("lessard").fn
    for x in np.linspace(-3, 4, 50):
        assert float(surface(jnp.array([x, 0.0]))) == pytest.approx(float(CYCLE.fn(jnp.array([x]))), rel=1e-12)


def test_adam_walks_to_the_wrong_end_and_amsgrad_does_not():
    """The mean slope is 10 / 101, so that the best point is -1."""
    slopes = MISLED.rounds(101 * 50)["slope"]
    assert slopes.mean() == pytest.approx(10 / 101)
    adam, amsgrad = (path(MISLED, name) for name in ("adam", "amsgrad"))
    assert adam[-1010:].mean() > 0.98
    assert amsgrad[-1010:].mean() < -0.94
    assert np.abs([adam, amsgrad]).max() <= 1
    assert np.diff(amsgrad[1010::1010]).max() < 0, "on its way to -1"


def test_the_rate_falls_as_one_over_the_root():
    trace = MISLED.walk(optimizers.get("adam"), steps=100)
    np.testing.assert_allclose(trace.learning_rate, 0.5 / np.sqrt(np.arange(1, 101)), rtol=1e-5)


def test_unknown_names_list_the_known():
    with pytest.raises(KeyError, match="adam_misled"):
        counterexamples.get("nope")


def test_a_projection_is_made_once():
    adam = optimizers.get("adam")
    assert optimizers.projected(adam, -1.0, 1.0) is optimizers.projected(adam, -1.0, 1.0)
