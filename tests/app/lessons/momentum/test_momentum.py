"""The momentum lesson: what a step is made of, what becomes of the energy, and the map against its closed forms."""

from typing import Any

import numpy as np
import pytest

from app import compute
from app.lessons import registry
from app.lessons.momentum import convergence_map
from app.lessons.momentum.settings import FAMILY
from app.settings.errors import BadSettings

LESSON = registry.get("momentum")


def ran(**query: str) -> tuple[Any, dict[str, np.ndarray]]:
    e = LESSON.Experiment.parse({name.replace("__", "."): value for name, value in query.items()})
    return e, LESSON.record(e)


@pytest.mark.parametrize("form", FAMILY)
def test_what_is_carried_on_and_the_pull_make_the_step(form: str) -> None:
    _, arrays = ran(optimizers=form, surface="rosenbrock", steps="40", drop="0.5")
    carried, pull = arrays["carried"][0, :-1], arrays["pull"][0, :-1]
    position = arrays["position"][0]
    np.testing.assert_allclose(carried[:, :2], position[:-1], rtol=1e-6)
    np.testing.assert_allclose(pull[:, :2], position[:-1] + carried[:, 2:], atol=1e-6)
    np.testing.assert_allclose(pull[:, :2] + pull[:, 2:], position[1:], atol=1e-5)
    assert np.isnan(arrays["pull"][0, -1]).all()


def test_a_step_carries_on_momentum_times_the_last_one() -> None:
    _, arrays = ran(optimizers="momentum", momentum="0.7", steps="40")
    steps = np.diff(arrays["position"][0], axis=0)
    np.testing.assert_allclose(arrays["carried"][0, 1:-1, 2:], 0.7 * steps[:-1], atol=2e-6)


def test_without_friction_energy_stays_whatever_the_ravine() -> None:
    _, arrays = ran(optimizers="momentum", momentum="1", steps="1000", bowl__condition="60", bowl__rotation="30")
    energy = arrays["energy"][0]
    np.testing.assert_allclose(energy, energy[0], rtol=1e-4)
    assert np.ptp(arrays["loss"][0]) > 0.5 * energy[0]


def test_energy_of_gradient_descent_is_its_loss() -> None:
    _, arrays = ran(optimizers="gradient_descent", surface="himmelblau")
    np.testing.assert_allclose(arrays["energy"][0], arrays["loss"][0, :-1], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("form", ["momentum", "nesterov"])
@pytest.mark.parametrize("condition", ["5", "40"])
def test_the_map_is_what_the_closed_form_says(form: str, condition: str) -> None:
    e, _ = ran(optimizers=form, bowl__condition=condition)
    approach, same, error = (float(row.measured.rstrip("%")) for row in convergence_map.comparisons(e))
    assert 30 < approach < 90
    assert same > 99
    assert error < 0.005


@pytest.mark.parametrize("form", ["momentum", "nesterov"])
def test_nothing_is_faster_than_the_best_point(form: str) -> None:
    """The closed forms of the rate and of the optimum know nothing of each other."""
    e, _ = ran(optimizers=form)
    (rate, momentum), found = convergence_map.closed_forms(e)["best"][0], convergence_map.ground(e)
    assert found is not None
    best = compute.contraction(form, found.curvatures, (("learning_rate", float(rate)), ("momentum", float(momentum))))
    everywhere = compute.predicted_rates(form, found.curvatures, convergence_map._axes(e), convergence_map.CELLS)
    assert best is not None
    assert 0.98 * everywhere.min() < best < 1.001 * everywhere.min()


def test_critical_damping_crosses_in_the_best_point() -> None:
    e, _ = ran(optimizers="momentum")
    forms = convergence_map.closed_forms(e)
    for line in forms["critical"]:
        assert np.interp(forms["best"][0, 0], line[:, 0], line[:, 1]) == pytest.approx(forms["best"][0, 1], abs=2e-3)


def test_a_surface_without_curvature_has_no_map() -> None:
    e, arrays = ran(surface="monkey_saddle")
    assert (arrays["digits"] == 255).all()
    assert convergence_map.comparisons(e) == ()
    assert "nothing to predict" in LESSON.caption(e, arrays)


@pytest.mark.parametrize("wrong", [{"momentum": "1.01"}, {"shared": "false"}, {"optimizers": "adam"}, {"drop": "2"}])
def test_bad_settings_are_named(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSettings) as refusal:
        LESSON.Experiment.parse(wrong)
    assert refusal.value.problems[0].parameter in wrong
