"""The race with many seeds, with a swarm of starts and with tuned rates: what is summed up is what single runs do."""

import numpy as np
import pytest

from app.lessons import payloads, registry
from app.lessons.race import batched_runs, learning_rate_sweep, seed_ensemble
from app.lessons.race.settings import RaceSettings
from app.settings.errors import BadSettings
from app.trajectories import theory

RACE = registry.get("race")


def parsed(**query: str) -> RaceSettings:
    return RaceSettings.parse({name.replace("__", "."): value for name, value in query.items()})


def test_the_single_race_is_as_it_was() -> None:
    e = parsed()
    for name, array in theory.recording(e).items():
        np.testing.assert_array_equal(RACE.record(e)[name], array)
    assert [panel.id for panel in RACE.scene(e).panels] == ["map", "relief", "loss", "gradient", "rate"]


def test_starts_cover_the_map() -> None:
    e = parsed(surface="beale")
    starts = seed_ensemble.starts(e, 2_000)
    low, high = np.array(e.landscape.domain).T
    counts, *_ = np.histogram2d(*starts.T, bins=10, range=list(zip(low, high, strict=True)))
    assert counts.sum() == 2_000
    assert counts.min() >= 15


def test_a_swarm_is_many_single_runs() -> None:
    e = parsed(mode="swarm", surface="himmelblau", optimizers="momentum,adam", steps="120")
    arrays = RACE.record(e)
    starts = seed_ensemble.starts(e, seed_ensemble.size(e))
    assert arrays["crowd"].shape == (seed_ensemble.FRAMES, 2_000, 2)
    np.testing.assert_allclose(arrays["crowd"][0, :1_000], starts, rtol=1e-5)
    for member in (0, 17):
        x, y = starts[member]
        alone = RACE.record(e.changed({"x": f"{x:.9g}", "y": f"{y:.9g}", "mode": "single"}))
        for run in range(2):
            path = arrays["crowd"][:, run * 1_000 + member]
            np.testing.assert_allclose(path, alone["position"][run][arrays["when"]], atol=2e-3)


def test_quartiles_and_shares_are_those_of_the_points() -> None:
    e = parsed(mode="swarm", surface="himmelblau", optimizers="gradient_descent", steps="60")
    arrays = RACE.record(e)
    x, y = np.moveaxis(arrays["crowd"].astype(float), -1, 0)
    loss = (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2
    for name, part in (("low", 0.25), ("median", 0.5), ("high", 0.75)):
        np.testing.assert_allclose(arrays[name][0], np.quantile(loss, part, axis=1), rtol=0.02, atol=1e-4)
    np.testing.assert_allclose(arrays["share"][0], (loss <= 1e-3 * loss[:1]).mean(axis=1), atol=2e-3)


def test_the_first_seed_is_the_single_run_and_the_others_differ() -> None:
    e = parsed(mode="seeds", surface="bowl", noise="2", seed="7", optimizers="gradient_descent,momentum", steps="80")
    arrays = RACE.record(e)
    for run in range(2):
        own = arrays["crowd"][:, run * seed_ensemble.SEEDS : (run + 1) * seed_ensemble.SEEDS]
        np.testing.assert_allclose(own[:, 0], arrays["position"][run][arrays["when"]], atol=1e-4)
        assert (own[-1].std(axis=0) > 0.05).all()


def test_divergence_is_counted() -> None:
    e = parsed(mode="swarm", surface="bowl", optimizers="gradient_descent", gradient_descent__learning_rate="0.5")
    arrays = RACE.record(e)
    assert arrays["gone"][0] > 0.99
    assert RACE.standings(e, arrays).tones == ("bad",)


def test_a_draft_is_part_of_the_whole() -> None:
    query = {"mode": "swarm", "surface": "himmelblau", "optimizers": "adam"}
    whole, draft = RACE.record(parsed(**query)), RACE.record(parsed(**query, draft="true"))
    assert draft["crowd"].nbytes < whole["crowd"].nbytes / 12
    np.testing.assert_array_equal(draft["crowd"][-1], whole["crowd"][-1, :: seed_ensemble.THINNED])
    np.testing.assert_array_equal(draft["median"], whole["median"])


def test_the_chosen_rate_is_the_best_of_the_sweep_and_is_the_one_that_runs() -> None:
    e = parsed(mode="tuned", optimizers="gradient_descent,momentum,adam,adagrad", steps="200")
    arrays, found = RACE.record(e), learning_rate_sweep.sweep(e)
    for run, rate in enumerate(found.chosen):
        best = np.nanmin(found.losses[run])
        place = int(np.argmin(np.abs(found.rates[run] - rate)))
        assert found.losses[run, place] == best
        assert max(arrays["loss"][run, -1], learning_rate_sweep.FLOOR) == pytest.approx(best, rel=0.05)
    usual = RACE.record(parsed(optimizers="gradient_descent,momentum,adam,adagrad", steps="200"))
    assert (arrays["loss"][:, -1] <= usual["loss"][:, -1] * 1.001 + learning_rate_sweep.FLOOR).all()


def test_a_tuned_race_is_one_of_equal_gradients() -> None:
    with pytest.raises(BadSettings, match="more than one gradient"):
        parsed(mode="tuned", optimizers="gradient_descent,newton")
    e = parsed(mode="tuned", optimizers="momentum,adadelta")
    assert not [slider for slider in e.sliders() if slider.name.endswith("learning_rate")]
    assert "learning_rate=" in RACE.code(e)["optax"]() or "optax.sgd(" in RACE.code(e)["optax"]()


@pytest.mark.parametrize("mode", ["seeds", "swarm", "tuned"])
def test_dragging_compiles_nothing_and_leaves_the_scene_alone(mode: str) -> None:
    e = parsed(mode=mode, surface="bowl", noise="1", optimizers="momentum,adam", steps="50")
    RACE.record(e)
    varied = {"seeds": "noise", "swarm": "start", "tuned": "rate"}[mode]
    program = batched_runs._compiled(e.landscape.quick, varied)
    compiled, scene = program._cache_size(), payloads.scene(RACE, e.scene_settings())
    for change in ({"momentum.momentum": "0.7"}, {"x": "1.5"}, {"noise": "2"}):
        dragged = e.changed(change)
        RACE.record(dragged)
        assert payloads.scene(RACE, dragged.scene_settings()).digest == scene.digest
    assert program._cache_size() == compiled
