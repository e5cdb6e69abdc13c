"""Pruning: how many weights are left and when, which ones go, what is drawn of the network, and the programs."""

import numpy as np
import pytest

from app import compute
from app.lessons import registry
from app.lessons.pruning import code, pruned_network
from app.lessons.pruning.settings import WAYS, PruningSettings
from tests.app.lessons.printed import executed

LESSON = registry.get("pruning")


def recorded(**query: str) -> tuple[PruningSettings, dict[str, np.ndarray]]:
    e = PruningSettings.parse(query)
    return e, LESSON.record(e)


@pytest.mark.parametrize("query", [{}, {"kept": "0.03", "when": "0.2", "rounds": "5", "steps": "200"}])
def test_as_many_weights_are_left_as_planned(query: dict[str, str]) -> None:
    e, arrays = recorded(**query)
    np.testing.assert_allclose(arrays["left"], arrays["planned"], atol=1 / pruned_network.WEIGHTS)
    gone = round((1 - e.kept) * pruned_network.WEIGHTS)
    assert arrays["count"].tolist() == [pruned_network.WEIGHTS, *[pruned_network.WEIGHTS - gone] * 3]
    assert (np.diff(arrays["left"], axis=1) <= 0).all(), "nothing comes back"


def test_the_smallest_weights_go() -> None:
    e, _ = recorded()
    runs = dict(zip(WAYS, compute.trained(*pruned_network.trials(e)[:4]), strict=True))
    place = np.searchsorted(runs["shot"].steps, pruned_network.first_cut(e))

    def weights(way: str) -> np.ndarray:
        kernels = pruned_network._kernels(runs[way])
        return np.concatenate([kernel[place].ravel() for kernel in kernels])

    dense, shot, random = weights("dense"), weights("shot"), weights("random")
    kept = shot != 0
    np.testing.assert_array_equal(shot[kept], dense[kept])
    assert np.abs(dense[kept]).min() >= np.abs(dense[~kept]).max()
    np.testing.assert_array_equal(random[random != 0], dense[random != 0])
    assert np.abs(dense[random != 0]).min() < np.abs(dense[random == 0]).max()


def test_gradual_beats_one_cut_beats_chance() -> None:
    _, arrays = recorded()
    shot, gradual, chance, cut = arrays["sweep"]
    hard = np.array(pruned_network.SWEPT) <= 0.1
    assert (gradual[hard] > shot[hard]).all()
    assert (shot[hard] > chance[hard]).all()
    assert (cut < shot).all(), "retraining helps"
    _, dense_shot, dense_gradual, dense_random = arrays["accuracy"][:, -1]
    place = pruned_network.SWEPT.index(0.1)
    np.testing.assert_allclose([dense_shot, dense_gradual, dense_random], arrays["sweep"][:3, place], atol=1e-6)


def test_two_programs_serve_all_runs() -> None:
    trials = pruned_network.trials(PruningSettings())
    assert len(trials) == 16
    assert len({trial.program for trial in trials}) == 2
    assert len(set(trials)) == 16


@pytest.mark.parametrize("kept", ["0.1", "0.03"])
def test_units_that_a_random_cut_isolates(kept: str) -> None:
    """The expected number, over many cuts, and what the lesson says."""
    e = PruningSettings.parse({"kept": kept, "focus": "random"})
    rng = np.random.default_rng(0)
    total = []
    for _ in range(300):
        alive = rng.permutation(pruned_network.WEIGHTS) < e.kept * pruned_network.WEIGHTS
        first, last = np.split(alive, [pruned_network.PIXELS * pruned_network.UNITS])
        total.append(pruned_network.cut_off(first.reshape(64, 32), last.reshape(32, 10)))
    row = LESSON.theory(e, LESSON.record(e))[2]
    assert float(row.predicted) == pytest.approx(np.mean(total), abs=0.5)
    assert abs(int(row.measured) - float(row.predicted)) <= 6


def test_picture_shows_what_is_off() -> None:
    e, arrays = recorded(focus="random")
    run = compute.trained(pruned_network.trials(e)[3])[0]
    first, last = pruned_network._kernels(run)
    pixels, units, digits = pruned_network.GRAPH
    assert arrays["weights"].shape == (len(run.steps), pixels * units + units * digits)
    edges = arrays["weights"][-1, : pixels * units].reshape(pixels, units)
    np.testing.assert_array_equal(edges, first[-1][pruned_network.SEEN, :units])
    np.testing.assert_array_equal(arrays["edges_on"], arrays["weights"] != 0)
    hidden = arrays["nodes_on"][-1, pixels : pixels + units]
    for unit in range(units):
        assert hidden[unit] == (first[-1][:, unit].any() and last[-1][unit].any())
    drawn = arrays["tiles"][-1, 0].ravel() / 254 * 2 * pruned_network.LARGEST - pruned_network.LARGEST
    np.testing.assert_allclose(
        drawn, np.clip(first[-1][:, 0], -pruned_network.LARGEST, pruned_network.LARGEST), atol=0.003
    )


@pytest.mark.parity
def test_program_of_the_lab_prunes_the_same() -> None:
    e, arrays = recorded()
    run = executed(code.programs(e)["JAX"]())["run"]
    np.testing.assert_allclose(run["validation_accuracy"], arrays["accuracy"][1], atol=0.01)


@pytest.mark.parity
@pytest.mark.parametrize("focus", ["shot", "gradual", "random"])
def test_torch_program_obeys_the_same_laws(focus: str) -> None:
    pytest.importorskip("torch").set_num_threads(1)
    e, arrays = recorded(focus=focus)
    found = executed(code.programs(e)["PyTorch"]())
    assert found["left"] == arrays["count"][1]
    assert len(found["history"]) == (10 if focus == "gradual" else 1)
    assert abs(found["accuracy"]() - arrays["accuracy"][list(WAYS).index(focus), -1]) < 0.15
