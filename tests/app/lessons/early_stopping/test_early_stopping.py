"""Early stopping: the rule against the lab's own, restored weights, paths of descent and ridge, and the programs."""

import jax.numpy as jnp
import numpy as np
import pytest

from app import compute
from app.compute import lesson_probes
from app.lessons import registry
from app.lessons.early_stopping import code, early_stopping_vs_ridge, overfitting_network
from app.lessons.early_stopping.settings import StoppingSettings
from tests.app.lessons.printed import executed
from training_lab import probes

LESSON = registry.get("early_stopping")


def recorded(**query: str) -> tuple[StoppingSettings, dict[str, np.ndarray]]:
    e = StoppingSettings.parse(query)
    return e, LESSON.record(e)


@pytest.mark.parametrize(
    ("patience", "min_delta", "best", "stop"),
    [(1, 0.0, 1, 2), (2, 0.0, 4, 6), (3, 0.0, 7, None), (2, 0.15, 1, 3), (9, 0.0, 7, None)],
)
def test_rule_by_hand(patience: int, min_delta: float, best: int, stop: int | None) -> None:
    losses = np.array([1.0, 0.5, 0.6, 0.45, 0.4, 0.5, 0.6, 0.3])
    found = overfitting_network.rule(losses, patience, min_delta)
    assert found[:2] == (best, stop)
    assert found[2][best] == 0
    assert len(found[2]) == (len(losses) if stop is None else stop + 1)


@pytest.mark.parametrize("query", [{}, {"patience": "1"}, {"patience": "3", "min_delta": "0.02"}, {"patience": "100"}])
def test_the_run_that_stops_does_what_the_rule_says(query: dict[str, str]) -> None:
    e, arrays = recorded(**query)
    stops, weights, _ = LESSON.theory(e, arrays)
    assert stops.predicted == stops.measured
    assert weights.predicted == weights.measured
    compiled = {trial.program for trial in overfitting_network.trials(e)}
    assert len(compiled) == 1


def test_the_best_weights_are_restored() -> None:
    e, arrays = recorded()
    _, run = compute.trained(*overfitting_network.trials(e))
    train = compute.splits(run.recipe.data).train
    grid = jnp.asarray(probes.plane(*lesson_probes.plane_of(train.x), overfitting_network.SIDE))
    logits = np.asarray(run.recipe.network.apply(run.params, run.statistics, grid).outputs)
    share = 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))
    np.testing.assert_allclose(arrays["restored"].ravel() / 254, share, atol=0.003)
    best, stop = arrays["stop"]
    assert arrays["losses"][1, best] == arrays["losses"][1, : stop + 1].min()


def test_test_set_is_of_its_own() -> None:
    splits = compute.splits(overfitting_network.data(StoppingSettings()))
    sizes = [len(part.x) for part in (splits.train, splits.validation, splits.test)]
    assert sizes == [overfitting_network.EXAMPLES, 300, 600]
    rows = {tuple(row) for part in (splits.train, splits.validation, splits.test) for row in np.asarray(part.x)}
    assert len(rows) == sum(sizes)


BOWLS = ({}, {"condition": "40", "angle": "-20", "rate": "0.5"}, {"rate": "1.8", "u": "-1"})


@pytest.mark.parametrize("query", BOWLS)
def test_paths_follow_their_closed_forms(query: dict[str, str]) -> None:
    e, arrays = recorded(show="bowl", **query)
    for name in ("steep", "flat"):
        np.testing.assert_allclose(arrays[name], arrays[f"{name}_closed"], atol=1e-4)
    paths = executed(code.programs(e)["NumPy"]())["paths"]
    np.testing.assert_allclose(arrays["path"], [paths["descent"], paths["ridge"]], atol=2e-4)


@pytest.mark.parity
@pytest.mark.parametrize("query", BOWLS)
def test_torch_walks_the_same_paths(query: dict[str, str]) -> None:
    pytest.importorskip("torch")
    e, arrays = recorded(show="bowl", **query)
    paths = executed(code.programs(e)["PyTorch"]())["paths"]
    np.testing.assert_allclose(arrays["path"], [paths["descent"], paths["ridge"]], atol=2e-4)


def test_descent_is_ahead_by_a_fifth_in_the_limit_of_small_steps() -> None:
    t = np.linspace(0, 50, 100_001)
    assert np.max(1 - np.exp(-t) - t / (1 + t)) == pytest.approx(early_stopping_vs_ridge.GAP, abs=1e-4)
    rows = {row.quantity: row for row in LESSON.theory(*recorded(show="bowl"))}
    assert float(rows["Flat direction: how far descent is ahead"].measured) == pytest.approx(
        early_stopping_vs_ridge.GAP, abs=0.01
    )


@pytest.mark.parity
def test_program_of_the_lab_stops_at_the_same_step() -> None:
    e, arrays = recorded()
    run = executed(code.programs(e)["JAX"]())["run"]
    assert run.steps[-1] == arrays["at"][arrays["stop"][1]]
    assert run.best_step == arrays["at"][arrays["stop"][0]]


@pytest.mark.parity
def test_torch_program_stops_early_too() -> None:
    pytest.importorskip("torch").set_num_threads(1)
    found = executed(code.programs(StoppingSettings())["PyTorch"]())
    assert 50 < found["best_step"] < found["step"] < 800
    assert found["accuracy"] > 0.85
