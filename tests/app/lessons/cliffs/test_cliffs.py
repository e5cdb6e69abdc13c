"""Cliffs and clipping: what the rules let through, how gradients grow through time, the printed programs."""

import jax
import numpy as np
import pytest

import landscapes
from app import compute
from app.compute.trajectories import _runner
from app.lessons import payloads, registry
from app.lessons.cliffs import recurrences
from app.lessons.cliffs.clipped_runs import record
from app.lessons.cliffs.recurrences import RECURRENCES
from app.lessons.cliffs.settings import NAMES, ClippedSettings
from app.trajectories import code
from tests.app.lessons.printed import executed


def test_clipping_by_norm_never_turns_and_by_value_never_more_than_45_degrees() -> None:
    for query in ({}, {"surface": "linear_rnn", "x": "1.2", "y": "2"}, {"surface": "escarpment"}):
        arrays = record(ClippedSettings.parse(query))
        _, norm, value = (np.nan_to_num(run) for run in arrays["turned"])
        assert norm.max() < 1e-2
        assert value.max() <= 45 + 1e-2
        assert (np.nan_to_num(arrays["norms"][1:, :, 1]) <= np.array([[1.0], [2**0.5]]) * (1 + 1e-5)).all()


def test_norms_are_those_before_and_after() -> None:
    arrays = record(ClippedSettings.parse({"surface": "linear_rnn", "x": "1.2", "y": "2"}))
    gradient = np.array([10 * 2 * 1.2**9, 1.2**10]) * (2 * 1.2**10 - 1)
    np.testing.assert_allclose(arrays["norms"][1, 0], [np.hypot(*gradient), 1], rtol=1e-4)
    np.testing.assert_allclose(arrays["after"][2, 0, 2:], [1, 1], rtol=1e-6)
    assert arrays["turned"][2, 0] == pytest.approx(
        np.degrees(np.pi / 4 - np.arctan2(gradient[1], gradient[0])), abs=0.01
    )


def test_a_linear_recurrence_grows_as_a_power() -> None:
    weights = np.array([[0.5, 1.0], [1.0, 2.0], [1.3, -0.5]])
    found = recurrences.growth("linear_rnn", weights)
    expected = weights[:, :1] ** np.arange(11)
    np.testing.assert_allclose(found.measured, expected, rtol=1e-5)
    np.testing.assert_allclose(found.predicted, expected, rtol=1e-5)


@pytest.mark.parametrize("surface", RECURRENCES)
def test_growth_is_measured_as_predicted_and_belongs_to_the_surface(surface: str) -> None:
    record_ = landscapes.get(surface)
    low, high = np.array(record_.domain).T
    points = np.random.default_rng(0).uniform(low, high, size=(20, 2)).astype(np.float32)
    found = recurrences.growth(surface, points)
    np.testing.assert_allclose(found.measured, found.predicted, rtol=1e-3, atol=1e-30)
    last = found.state[:, -1]
    error = (1 / (1 + np.exp(-last)) - 0.7) ** 2 if surface == "cliff" else 0.5 * (last - 1) ** 2
    np.testing.assert_allclose(compute.values(surface, (), points), error, rtol=2e-3, atol=1e-6)


def test_forward_differentiation_is_differentiation() -> None:
    surface = landscapes.get("cliff")
    forward = surface.quick
    assert forward is not surface.fn
    with jax.enable_x64(True):
        for point in ([5.5, -1.5], [4.4, -2.2], [3.5, -1.6]):
            x = np.array(point)
            np.testing.assert_allclose(jax.grad(forward)(x, target=0.6), jax.grad(surface.fn)(x, target=0.6), rtol=1e-9)
            np.testing.assert_allclose(forward(x), surface.fn(x), rtol=1e-12)


def test_dragging_compiles_nothing_and_leaves_the_scene_alone() -> None:
    record_, e = registry.get("cliffs"), ClippedSettings()
    record(e)
    compiled_run = _runner(e.landscape.quick, False).run
    compiled = compiled_run._cache_size()
    scene = payloads.scene(record_, e)
    for change in ({"threshold": "3"}, {"gradient_descent.learning_rate": "0.2"}, {"x": "5"}):
        dragged = e.changed(change)
        record(dragged)
        assert payloads.scene(record_, dragged.scene_settings()).digest == scene.digest
    assert compiled_run._cache_size() == compiled


CASES = {
    "by a clipped gradient descent": {"surface": "linear_rnn", "x": "1.2", "y": "2", "steps": "30"},
    "by a clipped Adam": {"optimizers": "adam", "threshold": "0.01", "steps": "30"},
    "by a clipped momentum": {"surface": "escarpment", "optimizers": "momentum", "threshold": "0.3", "steps": "30"},
}


def nearly(e: ClippedSettings, paths: dict[str, np.ndarray]) -> None:
    drawn = record(e)
    edge = max(high - low for low, high in e.landscape.domain)
    assert set(paths) == set(NAMES)
    for run, name in enumerate(NAMES):
        length = int(drawn["length"][run])
        if length > e.steps:
            path = np.asarray(paths[name])
            np.testing.assert_allclose(path, drawn["position"][run], atol=1e-4 * edge, err_msg=name)


@pytest.mark.parametrize("query", CASES.values(), ids=CASES.keys())
def test_optax_program_walks_the_drawn_walk(query: dict[str, str]) -> None:
    e = ClippedSettings.parse(query)
    nearly(e, executed(code.jax_program(e, e.specs))["paths"])


@pytest.mark.parity
@pytest.mark.parametrize("query", CASES.values(), ids=CASES.keys())
def test_torch_program_walks_the_drawn_walk(query: dict[str, str]) -> None:
    pytest.importorskip("torch")
    e = ClippedSettings.parse(query)
    nearly(e, executed(code.torch_program(e, e.specs))["paths"])
