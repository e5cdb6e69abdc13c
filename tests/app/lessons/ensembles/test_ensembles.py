"""Ensembles: the decomposition against the lab's, every subset of the pool, members alone, snapshots, the programs."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import training_lab as lab
from app import compute
from app.lessons import registry
from app.lessons.ensembles import code, member_pool
from app.lessons.ensembles.settings import EnsembleSettings
from tests.app.lessons.printed import executed

LESSON = registry.get("ensembles")


def recorded(**query: str) -> tuple[EnsembleSettings, dict[str, np.ndarray]]:
    e = EnsembleSettings.parse(query)
    return e, LESSON.record(e)


def pooled(e: EnsembleSettings) -> tuple[compute.Trained, member_pool.Pool, np.ndarray]:
    run = compute.trained(member_pool.trial(e))[0]
    targets = np.asarray(compute.splits(run.recipe.data).validation.y)
    return run, member_pool.pool(run, e.way == "snapshots"), targets


@pytest.mark.parametrize("members", [1, 3, 10])
def test_errors_are_those_of_the_lab(members: int) -> None:
    e, arrays = recorded(members=str(members))
    run, _, targets = pooled(e)
    logits = jnp.asarray(run["outputs"][-1, :members])
    found = lab.ensembles.decomposition(jax.nn.softmax(logits), jax.nn.one_hot(jnp.asarray(targets), 2))
    np.testing.assert_allclose(arrays["errors"][:, -1], found, atol=1e-6)
    right = lab.ensembles.accuracy_by_size(logits, jnp.asarray(targets, jnp.int32))
    assert arrays["mistakes"][0, -1] == pytest.approx(1 - float(right[-1]), abs=1e-6)


@pytest.mark.parametrize("query", [{}, {"way": "snapshots", "steps": "400"}])
def test_error_is_the_mean_member_less_diversity_in_every_frame(query: dict[str, str]) -> None:
    _, arrays = recorded(**query)
    np.testing.assert_allclose(arrays["errors"][0], arrays["difference"][0], atol=1e-6)
    sizes = arrays["sizes"]
    np.testing.assert_allclose(sizes[0], sizes[1] - sizes[2], atol=1e-6)
    assert (sizes[2][np.isfinite(sizes[2])] >= -1e-7).all()


def test_ensembles_of_any_so_many_have_the_error_that_is_expected() -> None:
    e, arrays = recorded()
    _, pool, targets = pooled(e)
    measured = [
        member_pool.over_all_subsets(pool.answers[-1], targets, size) for size in range(1, member_pool.POOL + 1)
    ]
    np.testing.assert_allclose(arrays["by_chance"][0, -1], measured, rtol=1e-4)
    gains = arrays["by_chance"][0, -1, 0] - arrays["by_chance"][0, -1]
    assert gains[1] / gains[-1] == pytest.approx(5 / 9, rel=1e-3)


def test_pictures_are_the_mean_and_the_spread_of_the_members() -> None:
    e, arrays = recorded(members="7")
    run, _, _ = pooled(e)
    pictures = run["boundary"][-1, :7].astype(float)
    np.testing.assert_allclose(arrays["average"][-1], pictures.mean(axis=0), atol=0.51)
    np.testing.assert_allclose(arrays["disagreement"][-1], 2 * pictures.std(axis=0), atol=0.6)
    np.testing.assert_array_equal(arrays["tiles"][-1], run["boundary"][-1, :, ::-2, ::2])
    assert arrays["inside"][-1].tolist() == [1] * 7 + [0] * 3


def test_snapshots_are_taken_where_the_rate_is_lowest() -> None:
    e, arrays = recorded(way="snapshots", steps="400")
    run, pool, _ = pooled(e)
    rate = arrays["rate"][0]
    cycles = rate[:-1].reshape(member_pool.POOL, member_pool.CYCLE)
    assert (cycles[:, 0] == rate.max()).all()  # the rate of the next step: just restarted
    assert (np.diff(cycles, axis=1) < 0).all()
    counts = pool.there.sum(axis=1)
    assert counts[[0, 3, 4, 7, 8, 40]].tolist() == [1, 1, 1, 1, 2, 10]
    for member in range(member_pool.POOL):
        taken = member_pool.CYCLE * (member + 1)
        assert (pool.boundary[taken:, member] == run["boundary"][taken]).all()
    assert np.isnan(arrays["sizes"][0, 8, 2:]).all()


def test_bootstrap_leaves_out_a_third() -> None:
    e, _ = recorded(way="bagging")
    run, _, _ = pooled(e)
    assert np.ptp(run["drawn"][0]) > 0
    assert np.mean(run["drawn"][0]) == pytest.approx(0.634, abs=0.04)


def test_cycles_are_equally_long_whatever_the_steps() -> None:
    e, arrays = recorded(way="snapshots", steps="77")
    assert e.last_step == 40
    assert arrays["at"].tolist() == list(range(41))


@pytest.mark.parity
@pytest.mark.parametrize("query", [{}, {"way": "bagging", "members": "4"}, {"way": "snapshots", "data": "spirals"}])
def test_torch_program_obeys_the_same_laws(query: dict[str, str]) -> None:
    pytest.importorskip("torch").set_num_threads(1)
    e, arrays = recorded(**query)
    found = executed(code.programs(e)["PyTorch"]())
    assert found["ensemble"] == pytest.approx(found["members"] - found["diversity"], abs=1e-6)
    assert len(found["answers"]) == e.members
    assert abs(found["ensemble"] - arrays["errors"][0, -1]) < 0.08
