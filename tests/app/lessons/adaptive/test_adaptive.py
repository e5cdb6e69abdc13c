"""The adaptive lesson: lengths of steps, rates of dimensions, a turned ravine, and the loss that misleads Adam."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest

import optimizers
from app.lessons import registry
from app.lessons.adaptive import adam_counterexample, online_counterexample, rotation_invariance, step_length
from tests.app.lessons.printed import executed

LESSON = registry.get("adaptive")
INVARIANT = ("gradient_descent", "momentum")


def ran(**query: str) -> tuple[Any, dict[str, np.ndarray]]:
    e = LESSON.Experiment.parse({name.replace("__", "."): value for name, value in query.items()})
    return e, LESSON.record(e)


def test_on_a_straight_slope_every_step_is_as_long_as_predicted() -> None:
    some = list(step_length.LENGTHS)
    for names in (some[:5], some[5:]):
        _, arrays = ran(surface="=3*x + 0.7*y", optimizers=",".join(names), steps="40")
        np.testing.assert_allclose(arrays["step_length"], arrays["predicted_length"], rtol=2e-3)


def test_the_first_step_of_any_run_is_predicted() -> None:
    _, arrays = ran(surface="himmelblau", optimizers="momentum,rmsprop,uncorrected_adam", steps="3")
    np.testing.assert_allclose(arrays["step_length"][:, 0], arrays["first_length"], rtol=1e-3)
    assert np.isnan(arrays["predicted_length"]).all()


def test_ellipses_are_the_rates_and_the_inverse_curvature() -> None:
    _, arrays = ran(optimizers="adam", bowl__condition="9", bowl__rotation="0", steps="20")
    half = arrays["shape"][0, :20, 2:]
    rates = arrays["effective_rate"][0]
    np.testing.assert_allclose(half[:, 3] / half[:, 0], rates[:, 1] / rates[:, 0], rtol=1e-4)
    assert (half[:, 1:3] == 0).all()
    wanted = arrays["wanted"][0, 2:].reshape(2, 2)
    assert sorted(np.linalg.norm(wanted, axis=1))[0] * 9 == pytest.approx(max(np.linalg.norm(wanted, axis=1)), rel=1e-4)


def test_only_methods_without_axes_of_their_own_do_not_notice_a_turn() -> None:
    e, arrays = ran(optimizers=",".join((*INVARIANT, "adagrad", "adam")), steps="60")
    assert e.optimizers[:2] == INVARIANT
    spread = np.ptp(arrays["turned"], axis=1) / arrays["turned"].mean(axis=1)
    assert (spread[:2] < 0.02).all()
    assert (spread[2:] > 0.5).all()


@pytest.mark.parametrize("angle", ["0", "45", "-30"])
def test_the_panel_of_angles_shows_the_run_that_is_drawn(angle: str) -> None:
    _, arrays = ran(bowl__rotation=angle, optimizers="gradient_descent,rmsprop", steps="80")
    place = np.searchsorted(rotation_invariance.angles(), float(angle))
    np.testing.assert_allclose(arrays["turned"][:, place], arrays["loss"][:, -1], rtol=0.02, atol=1e-9)


def test_turning_the_ravine_turns_the_start_until_somebody_moves_it() -> None:
    still, turned = ran()[0], ran(bowl__rotation="90")[0]
    np.testing.assert_allclose(turned.start, (-still.start[1], still.start[0]), atol=1e-9)
    assert ran(bowl__rotation="90", x="1", y="2")[0].start == (1, 2)


def test_the_misleading_rounds_are_those_of_the_counterexample() -> None:
    _, arrays = ran(problem="rounds", optimizers="adam,amsgrad", steps="200")
    for row, name in zip(arrays["place"], ("adam", "amsgrad"), strict=True):
        walk = np.asarray(online_counterexample.MISLED.walk(optimizers.get(name)).position)[::101, 0]
        np.testing.assert_allclose(row[: len(walk)], walk[:201], atol=2e-3)
    np.testing.assert_array_equal(arrays["within"][:, -1, -1], arrays["place"][:, -1])


def test_cycles_shown_begin_where_the_last_one_ended() -> None:
    _, arrays = ran(problem="rounds", optimizers="adam", steps="7")
    np.testing.assert_array_equal(arrays["within"][0, :, 0], arrays["place"][0, :-1])
    assert arrays["rates"].shape == (1, 7, adam_counterexample.CYCLE)


@pytest.mark.parity
def test_the_printed_program_is_misled_too() -> None:
    pytest.importorskip("torch")
    e, arrays = ran(problem="rounds", optimizers="adam,amsgrad", steps="3")
    paths = executed(LESSON.code(e)["PyTorch"]())["paths"]
    for row, name in zip(arrays["place"], e.optimizers, strict=True):
        np.testing.assert_allclose(paths[name][::101], row, atol=1e-4)


def test_turning_compiles_nothing() -> None:
    ends = import_module("app.compute.trajectories")._ends
    ran(optimizers="adam")
    before = ends._cache_size()
    ran(optimizers="adam", bowl__rotation="17", bowl__condition="55", adam__b1="0.5")
    assert ends._cache_size() == before
