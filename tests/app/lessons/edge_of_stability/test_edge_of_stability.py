"""The edge of stability: hovering sharpness, its edges, the catapult's regimes, and the programs."""

from typing import Any

import jax
import numpy as np
import pytest

from app import compute, jobs
from app.lessons import payloads, registry
from app.lessons.edge_of_stability import catapult, code, full_batch_training, prepared
from app.lessons.edge_of_stability import catapult_runs as two_weights
from app.lessons.edge_of_stability.settings import EdgeSettings
from optimizers import theory
from tests.app.lessons.printed import executed

LESSON = registry.get("edge_of_stability")


def recorded(**query: str) -> tuple[EdgeSettings, dict[str, np.ndarray]]:
    e = EdgeSettings.parse(query)
    return e, dict(payloads.recording(LESSON, e).arrays)


@pytest.fixture(scope="module")
def fresh() -> list[Any]:
    """The runs of the first picture, trained anew."""
    return [prepared.trial_run(trial) for trial in full_batch_training.trials(EdgeSettings())]


def test_sharpness_hovers_at_two_over_the_rate_and_a_small_rate_never_arrives(fresh: list[Any]) -> None:
    for run, rate, (low, high) in zip(fresh, (0.5, 0.1), ((0.93, 1.08), (0.0, 0.6)), strict=True):
        late = run["sharpness"][run.steps >= 2_000] * rate / 2
        assert low <= late.mean() <= high
    first, second = (run["loss"] for run in fresh)
    assert full_batch_training.rising(first) > 0.2, "the loss is not monotone"
    assert full_batch_training.rising(second) == 0
    assert first[-1] < 0.01 * first[0]


def test_what_is_kept_beforehand_is_what_our_code_trains(fresh: list[Any]) -> None:
    assert prepared.FILE.stat().st_size <= 100_000
    _, arrays = recorded()
    assert all(jobs.known(full_batch_training.trials(e)) for e in edge_prepared_experiments())
    assert arrays["edge"][:, 0] == pytest.approx([4, 20])
    for place, run in enumerate(fresh):
        # At the edge rounding errors grow, but not what they are about.
        np.testing.assert_allclose(arrays["loss"][place][:4], run["loss"][:4], rtol=0.02)
        assert full_batch_training.hovering(arrays["sharpness"][place]) == pytest.approx(
            full_batch_training.hovering(run["sharpness"]), rel=0.03
        )


def edge_prepared_experiments() -> list[EdgeSettings]:
    presets = (EdgeSettings.parse(preset.settings) for preset in LESSON.presets)
    return [e for e in presets if e.show == "network"]


def test_recorded_sharpness_is_that_of_a_power_iteration_from_scratch(fresh: list[Any]) -> None:
    run = fresh[0]
    train = compute.splits(run.recipe.data).train
    network = compute.filled(run.recipe).network
    targets = np.eye(10, dtype=np.float32)[np.asarray(train.y)]

    def loss(params: Any) -> Any:
        outputs = network.apply(params, run.statistics, train.x).outputs
        return ((outputs - targets) ** 2).sum(axis=1).mean() / 2

    params = jax.tree.map(np.asarray, run.params)
    step = jax.jit(lambda v: jax.jvp(jax.grad(loss), (params,), (v,))[1])
    rng = np.random.default_rng(0)
    v = jax.tree.map(lambda leaf: rng.normal(size=leaf.shape).astype(np.float32), params)
    for _ in range(60):
        image = step(v)
        norm = np.sqrt(sum(float((leaf**2).sum()) for leaf in jax.tree.leaves(image)))
        v = jax.tree.map(lambda leaf, norm=norm: leaf / np.float32(norm), image)
    assert run["sharpness"][-1] == pytest.approx(norm, rel=0.02)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"learning_rate": "0.25"}, 8.0),
        ({"method": "momentum", "learning_rate": "0.2", "beta": "0.5"}, 15.0),
        ({"method": "adam", "learning_rate": "0.001"}, 38_000.0),
    ],
)
def test_each_method_has_its_edge(query: dict[str, str], expected: float) -> None:
    e = EdgeSettings.parse(query)
    assert full_batch_training.edges(e)[0] == pytest.approx(expected)
    assert full_batch_training.edges(e)[1] == pytest.approx(expected / e.ratio)
    assert f"{expected:.5g}" in LESSON.formula(e)[0].numbers


@pytest.mark.parametrize("rate", [0.25, 0.7, 2.0])
def test_every_start_of_the_map_has_the_fate_that_theory_says(rate: float) -> None:
    fates = two_weights.fates(rate, True)
    lazy, largest = theory.catapult_limits(fates.begin.astype(np.float64))
    settles = np.isfinite(fates.end)
    clear = np.abs(rate / largest - 1) > 1e-3  # not on the circle itself
    np.testing.assert_array_equal(settles[clear], (rate < largest)[clear])
    assert (fates.end[settles] <= 2.02 / rate).all(), "flatter than the edge, or still on the way to it"
    assert (fates.end[settles] <= fates.begin[settles] * 1.001).all()
    thrown = settles & (rate > lazy)
    assert (fates.end[thrown] < fates.begin[thrown]).all()


def test_a_step_of_two_weights_is_the_step_of_product_and_sharpness() -> None:
    e, arrays = recorded(show="catapult", u="2.1", v="-0.8")
    u, v = arrays["position"][0].astype(np.float64).T
    f, sharp = u * v, u**2 + v**2
    np.testing.assert_allclose(f[1:], (f * (1 - e.rate * sharp + (e.rate * f) ** 2))[:-1], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(sharp[1:], (sharp + e.rate * f**2 * (e.rate * sharp - 4))[:-1], rtol=1e-4)
    np.testing.assert_allclose(arrays["sharpness"][0], sharp, rtol=1e-5)
    np.testing.assert_allclose(arrays["loss"][0], f**2 / 2, rtol=1e-3, atol=1e-9)


@pytest.mark.parametrize(("u", "regime"), [("1.7", catapult.LAZY), ("2.4", catapult.THROWN), ("2.9", catapult.GONE)])
def test_regimes(u: str, regime: int) -> None:
    e, arrays = recorded(show="catapult", u=u)
    assert catapult.regime(e) == catapult.seen(e, arrays) == regime


def test_dragging_moves_the_recording_and_not_the_scene() -> None:
    first, later = EdgeSettings(show="catapult"), EdgeSettings(show="catapult", u=1.0, rate=1.1)
    assert first.scene_settings() == later.scene_settings()
    compiled = two_weights._walk._cache_size(), two_weights._fates._cache_size()
    LESSON.record(first), LESSON.record(later)
    again = two_weights._walk._cache_size(), two_weights._fates._cache_size()
    LESSON.record(EdgeSettings(show="catapult", u=0.3, v=1.2, rate=0.6))
    assert (two_weights._walk._cache_size(), two_weights._fates._cache_size()) == again
    assert compiled[0] <= again[0] <= 1


def test_playhead_must_lie_in_the_run() -> None:
    assert EdgeSettings.parse_lenient({"show": "catapult", "playhead": "61"})[1][0].parameter == "playhead"


def test_optax_program_walks_the_drawn_walk() -> None:
    e, arrays = recorded(show="catapult")
    path = np.asarray(executed(code.programs(e)["optax"]())["path"])
    np.testing.assert_allclose(path, arrays["position"][0], atol=1e-4)


def test_lab_program_has_the_drawn_sharpness(fresh: list[Any]) -> None:
    program = code.programs(EdgeSettings())["JAX"]()
    np.testing.assert_allclose(executed(program)["sharpness"], fresh[0]["sharpness"], rtol=0.05)


@pytest.mark.parity
def test_torch_programs_walk_and_hover_likewise() -> None:
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    e, arrays = recorded(show="catapult")
    path = np.stack([np.asarray(w) for w in executed(code.programs(e)["PyTorch"]())["path"]])
    np.testing.assert_allclose(path, arrays["position"][0], atol=1e-4)
    sharpness = np.array(executed(code.programs(EdgeSettings(steps=300))["PyTorch"]())["sharpness"])
    assert 0.93 <= sharpness[-30:].mean() / 4 <= 1.08
