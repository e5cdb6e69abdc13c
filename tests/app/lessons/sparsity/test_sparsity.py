"""L1, L2 and sparsity: solutions within a ball against closed forms and scikit-learn, exact zeros, the programs."""

import jax
import numpy as np
import pytest

from app import compute
from app.lessons import registry
from app.lessons.sparsity import code, lp_ball, sparse_training
from app.lessons.sparsity.settings import SparsitySettings
from tests.app.lessons.printed import executed

LESSON = registry.get("sparsity")


def recorded(**query: str) -> tuple[SparsitySettings, dict[str, np.ndarray]]:
    e = SparsitySettings.parse(query)
    return e, LESSON.record(e)


@pytest.mark.parametrize("correlation", ["0", "0.8", "-0.6"])
@pytest.mark.parametrize(("u", "v"), [("2", "1"), ("-1.2", "2.5"), ("0.5", "-2.9")])
def test_the_diamond_is_a_soft_threshold_at_any_correlation(correlation: str, u: str, v: str) -> None:
    _, arrays = recorded(correlation=correlation, u=u, v=v)
    np.testing.assert_allclose(arrays["smaller"][0], arrays["predicted"][0], atol=0.01)
    sizes = np.abs([float(u), float(v)])
    left = 100 * np.ptp(sizes) / sizes.sum()
    assert lp_ball.first_zero(arrays["smaller"][0]) == pytest.approx(100 - left, abs=1)


def test_the_disc_shrinks_and_never_arrives() -> None:
    _, arrays = recorded(p="2")
    np.testing.assert_allclose(arrays["path"][1], np.linspace(1, 0, 101)[:, None] * [2, 1], atol=0.005)
    assert lp_ball.first_zero(arrays["smaller"][1]) is None


@pytest.mark.parametrize("p", ["0.5", "1", "1.5", "2", "7", "16"])
def test_every_solution_spends_its_budget_and_is_the_best_that_a_search_finds(p: str) -> None:
    e, arrays = recorded(p=p, correlation="0.4", u="1.7", v="-2.1")
    path, best = arrays["path"][0].astype(float), np.array([e.u, e.v])
    budgets = np.linspace(1, 0, 101) * lp_ball.norm(best, e.p)
    np.testing.assert_allclose(lp_ball.norm(path, e.p), budgets, atol=1e-4)
    tried = np.random.default_rng(0).uniform(-3, 3, size=(20_000, 2))
    height = np.einsum("ni,ij,nj->n", tried - best, lp_ball.hessian(e), tried - best) / 2
    for step in (20, 50, 80):
        away = path[step] - best
        within = height[lp_ball.norm(tried, e.p) <= budgets[step]]
        assert away @ lp_ball.hessian(e) @ away / 2 <= within.min() + 1e-3


def test_program_of_two_weights_lies_on_the_drawn_path() -> None:
    e, arrays = recorded(correlation="0.5")
    for solution in executed(code.programs(e)["NumPy"]())["solutions"].values():
        assert np.linalg.norm(arrays["path"][0] - solution, axis=1).min() < 0.02


def test_diabetes_paths_are_those_of_scikit_learn() -> None:
    e, arrays = recorded(show="diabetes", split="2")
    expected = executed(code.programs(e)["scikit-learn"]())["coefficients"]
    for name in ("lasso", "ridge"):
        np.testing.assert_allclose(arrays[name].T, expected[name], atol=2e-4)
    found = compute.penalty_paths("diabetes", 2)
    assert found.excess <= 1 + 1e-6
    entered = int(np.argmax(arrays["zeros"][0] < 10))
    assert found.penalties[entered] < found.largest <= found.penalties[entered - 1]


def test_only_the_proximal_step_makes_exact_zeros() -> None:
    _, arrays = recorded(show="network")
    zeros = dict(zip(sparse_training.WAYS, arrays["zeros"][:, -1], strict=True))
    assert zeros["proximal"] > 0.3
    assert max(zeros["none"], zeros["l2"], zeros["subgradient"]) < 0.01
    np.testing.assert_allclose(arrays["facets"].sum(axis=2), 100, rtol=1e-4)
    norms = dict(zip(sparse_training.WAYS, arrays["norm"][:, -1], strict=True))
    assert norms["none"] > norms["l2"] > norms["proximal"]


@pytest.mark.parity
def test_program_of_the_lab_has_the_same_zeros() -> None:
    e, arrays = recorded(show="network")
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        zeros = executed(code.programs(e)["JAX, by the training lab"]())["zeros"]
    np.testing.assert_allclose(arrays["zeros"], [zeros[way] for way in sparse_training.WAYS], atol=0.005)


@pytest.mark.parity
def test_torch_program_makes_exact_zeros() -> None:
    pytest.importorskip("torch")
    assert executed(code.programs(SparsitySettings(show="network", strength=0.01))["PyTorch"]())["zeros"] > 0.1
