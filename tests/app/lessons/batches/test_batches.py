"""Batch, stochastic, mini-batch: what is drawn is what the closed forms and the printed programs say."""

import numpy as np
import pytest

from app.compute import minibatch_regression
from app.compute.minibatch_regression import EVEN, SAMPLES, batches, descents, noise_balls, regression, sample_gradients
from app.lessons import payloads, registry
from app.lessons.batches import code, noise_ball
from app.lessons.batches.record import record
from app.lessons.batches.settings import RATES, RUNS, RegressionSettings
from tests.app.lessons.printed import executed

MINI = [run.name for run in RUNS].index("mini")


@pytest.mark.parametrize(("task", "scatter"), [("linear", 1.0), ("linear", 0.0), ("logistic", 1.2), ("logistic", 4.0)])
def test_the_minimum_is_one_and_the_samples_cancel_there(task: minibatch_regression.Task, scatter: float) -> None:
    data = regression(task, scatter)
    np.testing.assert_allclose(sample_gradients(task, scatter, data.minimum[None]).mean(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose(data.gradients.mean(axis=0), 0, atol=1e-6)
    assert np.linalg.eigvalsh(data.hessians.mean(axis=0)).min() > 0


def test_the_line_is_the_least_squares_fit() -> None:
    data = regression("linear", 1.0)
    np.testing.assert_allclose(data.minimum, np.linalg.lstsq(data.features, data.targets)[0], rtol=1e-4)


@pytest.mark.parametrize("sampling", ["without", "with", "epochs"])
@pytest.mark.parametrize("size", [1, 8, 24, 64])
def test_batches_are_what_they_are_called(sampling: minibatch_regression.Sampling, size: int) -> None:
    steps = 500
    weights = batches(sampling, size, 3, steps)
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)
    drawn = (weights > 0).sum(axis=1)
    if sampling == "without":
        assert (drawn == size).all()
    if sampling == "with" and size > 8:
        assert (drawn < size).any()
    if sampling == "epochs":
        per_epoch = -(-SAMPLES // size)
        epochs = (weights > 0)[: steps // per_epoch * per_epoch].reshape(-1, per_epoch, SAMPLES)
        assert (epochs.sum(axis=1) == 1).all()


def test_longer_runs_begin_like_shorter_ones() -> None:
    for sampling in ("without", "with", "epochs"):
        np.testing.assert_array_equal(batches(sampling, 8, 1, 500), batches(sampling, 8, 1, 2_000)[:500])


def test_noise_ball_against_many_runs() -> None:
    """The covariance of the ends of 256 runs that saw other batches is the predicted one."""
    weights = np.stack([batches("without", 4, seed, 500) for seed in range(256)])
    start = tuple(regression("linear", 1.0).minimum.tolist())
    runs = descents("linear", 1.0, start, 0.2, np.full(256, np.inf), weights)
    ends = runs.position[:, 100::50].reshape(-1, 2) - regression("linear", 1.0).minimum
    factor = noise_ball.factor(RegressionSettings(batch=4), RUNS[MINI])
    predicted = noise_balls("linear", 1.0, np.array([0.2]), np.array([factor])).covariance[0]
    np.testing.assert_allclose(np.sqrt(np.diag(np.cov(ends.T))), np.sqrt(np.diag(predicted)), rtol=0.05)


def test_expected_loss_against_many_runs() -> None:
    weights = np.stack([batches("with", 4, seed, 500) for seed in range(256)])
    runs = descents("linear", 1.0, (-1.0, 2.0), 0.2, np.full(256, 20.0), weights)
    e = RegressionSettings(batch=4, sampling="with", learning_rate=0.2)
    rates = np.tile(runs.learning_rate[0], (len(RUNS), 1))
    measured = runs.loss.mean(axis=0) - e.data.least
    predicted = noise_ball.expected(e, rates)[MINI]
    np.testing.assert_allclose(measured[[0, 3, 10]], predicted[[0, 3, 10]], rtol=0.1)
    np.testing.assert_allclose(measured[100:].mean(), predicted[100:].mean(), rtol=0.1)


def test_equal_work_is_counted_in_gradients() -> None:
    arrays = record(RegressionSettings(clock="evaluations", steps=256))
    assert arrays["step_count"][:, -1].tolist() == [4, 256, 32, 32]
    np.testing.assert_array_equal(arrays["evaluations"][:, -1], 256)
    together = record(RegressionSettings(steps=256))
    np.testing.assert_array_equal(arrays["position"][MINI, ::8], together["position"][MINI, :33])


def test_a_smaller_last_batch_costs_less() -> None:
    arrays = record(RegressionSettings(sampling="epochs", batch=24, steps=9))
    assert arrays["epochs"][MINI].tolist() == pytest.approx([0, 0.375, 0.75, 1, 1.375, 1.75, 2, 2.375, 2.75, 3])


def test_divergence_is_data() -> None:
    e = RegressionSettings.parse({"learning_rate": "4"})
    arrays = record(e)
    assert (arrays["length"] <= e.steps).all()
    for run, length in enumerate(arrays["length"]):
        assert np.isfinite(arrays["position"][run, :length]).all()
        assert np.isnan(arrays["position"][run, length:]).all()
    assert {row[1] for row in registry.get("batches").standings(e, arrays).rows} == {"diverged"}


def test_dragging_compiles_nothing_and_leaves_the_scene_alone() -> None:
    record_ = registry.get("batches")
    record(RegressionSettings())
    compiled = minibatch_regression._descents._cache_size()
    scene = payloads.scene(record_, RegressionSettings())
    for change in ({"batch": "17"}, {"learning_rate": "0.07"}, {"timescale": "33"}, {"noise": "0.3"}, {"x": "1"}):
        dragged = RegressionSettings().changed(change)
        record(dragged)
        if "noise" not in change:
            assert payloads.scene(record_, dragged.scene_settings()).digest == scene.digest
    assert minibatch_regression._descents._cache_size() == compiled


CASES = {
    "defaults": {"steps": "40"},
    "with replacement": {"steps": "30", "sampling": "with", "batch": "5", "seed": "4"},
    "a data loader": {"steps": "30", "sampling": "epochs", "batch": "24", "noise": "0.3"},
    "logistic": {"task": "logistic", "steps": "30", "spread": "1.5", "learning_rate": "0.8", "timescale": "3"},
}


def nearly(e: RegressionSettings, paths: dict[str, np.ndarray]) -> None:
    drawn = record(e)["position"]
    for place, run in enumerate(RUNS):
        np.testing.assert_allclose(np.asarray(paths[run.name]), drawn[place], atol=2e-4, err_msg=run.name)


@pytest.mark.parametrize("query", CASES.values(), ids=CASES.keys())
def test_optax_program_walks_the_drawn_walk(query: dict[str, str]) -> None:
    e = RegressionSettings.parse(query)
    nearly(e, executed(code.jax_program(e))["paths"])


@pytest.mark.parity
@pytest.mark.parametrize("query", CASES.values(), ids=CASES.keys())
def test_torch_program_walks_the_drawn_walk(query: dict[str, str]) -> None:
    pytest.importorskip("torch")
    e = RegressionSettings.parse(query)
    nearly(e, executed(code.torch_program(e))["paths"])


def test_the_whole_set_weighs_every_sample_alike() -> None:
    np.testing.assert_allclose(EVEN, 1 / SAMPLES)


@pytest.mark.parametrize("spread", ["3.382", "4"])
def test_data_without_a_noise_ball_are_drawn_too(spread: str) -> None:
    e = RegressionSettings.parse({"task": "logistic", "spread": spread})
    ball = noise_balls(e.task, e.scatter, np.array([RATES[e.task]]), np.ones(1))
    assert np.isnan(ball.covariance).any()
    payloads.scene(registry.get("batches"), e.scene_settings())
