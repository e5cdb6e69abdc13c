"""Dropout: masks counted and expected, spreads in closed form, the slides' scaling, what is measured, the programs."""

from itertools import product

import jax
import numpy as np
import pytest

import training_lab as lab
from app import compute
from app.lessons import registry
from app.lessons.dropout import coadaptation, code, dropout_network, dropout_unit, masks
from app.lessons.dropout.settings import DropoutSettings
from tests.app.lessons.printed import executed

LESSON = registry.get("dropout")


def recorded(**query: str) -> tuple[DropoutSettings, dict[str, np.ndarray]]:
    e = DropoutSettings.parse(query)
    return e, LESSON.record(e)


@pytest.mark.parametrize(("units", "rate"), [(5, 0.5), (6, 0.2), (8, 0.7)])
def test_different_networks_are_as_many_as_expected(units: int, rate: float) -> None:
    chances = [np.prod(np.where(mask, 1 - rate, rate)) for mask in product([False, True], repeat=units)]
    draws = np.arange(1, 61)
    exact = np.sum(1 - (1 - np.array(chances)) ** draws[:, None], axis=1)
    np.testing.assert_allclose(masks.expected_different(units, rate, 60), exact, rtol=1e-9)
    drawn = np.random.default_rng(0).random((400, 60, units)) >= rate
    counted = np.mean([masks.different(each) for each in drawn], axis=0)
    np.testing.assert_allclose(counted, exact, rtol=0.03)


def test_of_many_weights_no_mask_comes_twice() -> None:
    np.testing.assert_allclose(masks.expected_different(272, 0.2, 300), np.arange(1, 301), rtol=1e-6)
    assert masks.expected_different(32, 0.0, 5).tolist() == [1] * 5


@pytest.mark.parametrize("kind", ["dropout", "drop_connect"])
@pytest.mark.parametrize("inverted", [True, False])
def test_spread_over_all_masks_has_its_closed_form(kind: str, inverted: bool) -> None:
    rng, rate = np.random.default_rng(1), 0.3
    network = tuple(
        masks.Layer(rng.normal(size=(2, a, b)).astype(np.float32), rng.normal(size=(2, b)).astype(np.float32))
        for a, b in ((1, 6), (6, 1))
    )
    x = np.linspace(-2, 2, 9, dtype=np.float32)
    recipe = lab.MLP(depth=1, width=6, inverted=inverted, **{kind: rate})
    drawn = masks.thinned(network, x, rate, recipe, 20_000, np.random.default_rng(0))
    np.testing.assert_allclose(drawn.std(axis=0), masks.deviation(network, x, rate, recipe), rtol=0.03, atol=1e-3)
    if kind == "dropout":
        np.testing.assert_allclose(drawn.mean(axis=0), masks.whole(network, x, rate, recipe), atol=0.05)


@pytest.mark.parametrize("query", [{}, {"kind": "drop_connect"}])
def test_masks_are_those_of_the_run(query: dict[str, str]) -> None:
    e, arrays = recorded(**query)
    assert (arrays["off"] > 0).mean() == pytest.approx(e.rate, abs=0.02)
    assert arrays["on"].shape == (301, 34 if e.kind == "dropout" else 288)
    off = arrays["on"][:, 1:33] if e.kind == "dropout" else arrays["on"][:, :272]
    np.testing.assert_array_equal(off == 0, arrays["off"].T > 0)
    run = compute.trained(dropout_network.trials(e)[0])[0]
    answers = masks.whole(masks.layers(run, np.array([300])), dropout_network.ACROSS, e.rate, run.recipe.network)
    np.testing.assert_allclose(arrays["mean"][0, -1, :, 1], answers[0], rtol=1e-5)


@pytest.mark.parametrize("rate", ["0.2", "0.5", "0.8"])
def test_scaling_of_the_slides_is_right_at_one_half_only(rate: str) -> None:
    e, arrays = recorded(show="unit", rate=rate)
    np.testing.assert_allclose(arrays["ratio"][:, -1], [1, 1, (1 - e.rate) / e.rate], rtol=0.02)
    measured = arrays["said"][:, 0, -1]
    assert np.abs(measured - arrays["predicted"]).sum(axis=1).max() < 20  # percent of all examples, over all bins
    for row in LESSON.theory(e, arrays):
        assert float(row.measured) == pytest.approx(float(row.predicted), rel=0.06, abs=0.02), row.quantity


def test_nothing_dropped_is_nothing_changed() -> None:
    e, arrays = recorded(show="unit", rate="0")
    np.testing.assert_allclose(arrays["ratio"][:2], 1, rtol=1e-5)
    assert np.isfinite(arrays["ratio"]).all()
    assert "silence" in LESSON.caption(e, arrays)


def test_dropout_narrows_the_gap_and_units_can_be_spared() -> None:
    for seed in ("0", "1", "2"):
        _, arrays = recorded(show="digits", rate="0.5", steps="600", seed=seed)
        assert arrays["accuracy"][0, -1] > arrays["accuracy"][1, -1]
        assert arrays["gap"][0, -1] < 0.9 * arrays["gap"][1, -1]
        assert arrays["removed"][0, 5] > arrays["removed"][1, 5] + 0.1
        assert arrays["alike"][0, -1] < arrays["alike"][1, -1]


def test_correlation_is_that_of_numpy() -> None:
    e = DropoutSettings.parse({"show": "digits", "steps": "600", "rate": "0.5"})
    run = compute.trained(coadaptation.trials(e)[1])[0]
    held = compute.splits(run.recipe.data).validation
    x = np.asarray(held.x).reshape(len(held.x), -1)
    units = np.maximum(x @ np.asarray(run.params.first.kernel) + np.asarray(run.params.first.bias), 0)
    alive = units.std(axis=0) > 0
    expected = np.corrcoef(units[:, alive].T)
    np.testing.assert_allclose(run["correlation"][-1][np.ix_(alive, alive)], expected, atol=1e-4)
    pairs = np.abs(expected)[~np.eye(alive.sum(), dtype=bool)]
    assert coadaptation.alike(run["correlation"])[-1] == pytest.approx(pairs.mean(), abs=1e-4)


@pytest.mark.parametrize("rate", ["0.2", "0.5"])
def test_jax_program_has_the_same_ratios(rate: str) -> None:
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        ratios = executed(code.programs(DropoutSettings(show="unit", rate=float(rate)))["JAX"]())["ratios"]
    np.testing.assert_allclose(list(ratios.values()), dropout_unit.factors(float(rate)), rtol=0.02)


@pytest.mark.parity
def test_program_of_the_lab_trains_what_is_drawn() -> None:
    e, arrays = recorded()
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        run = executed(code.programs(e)["JAX, by the training lab"]())["run"]
    np.testing.assert_allclose(run["loss"], arrays["loss"][0], rtol=1e-3)


@pytest.mark.parity
def test_torch_program_has_the_same_ratios() -> None:
    pytest.importorskip("torch")
    ratios = executed(code.programs(DropoutSettings(show="unit"))["PyTorch"]())["ratios"]
    np.testing.assert_allclose(list(ratios.values()), dropout_unit.factors(0.2), rtol=0.02)


@pytest.mark.parity
@pytest.mark.parametrize(
    "query", [{}, {"kind": "drop_connect"}, {"scaling": "plain"}, {"show": "digits", "rate": "0.5", "steps": "600"}]
)
def test_torch_program_learns_as_well(query: dict[str, str]) -> None:
    pytest.importorskip("torch").set_num_threads(1)
    e, arrays = recorded(**query)
    loss = executed(code.programs(e)["PyTorch"]())["validation_loss"]
    assert 0.5 < loss / arrays["validation_loss"][0, -1] < 2
