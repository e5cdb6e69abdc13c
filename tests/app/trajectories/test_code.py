"""The programs that the page prints: run as they stand, they walk the walk that is drawn."""

from typing import Any, Literal

import numpy as np
import pytest

import landscapes
import optimizers
from app.lessons import registry
from app.trajectories import TrajectorySettings, code, record
from app.trajectories.settings import MOST_RUNS
from tests.app.lessons.printed import executed

CASES = {
    "defaults": {"steps": "40"},
    "turned numbers": {
        "adam.b1": "0.5",
        "adam.eps": "0.1",
        "momentum.momentum": "0.3",
        "rmsprop.decay": "0.8",
        "steps": "30",
    },
    "shared rate": {"shared": "true", "learning_rate": "0.003", "x": "2", "y": "1", "steps": "30"},
    "parameters of a surface": {"surface": "bowl", "bowl.condition": "30", "bowl.rotation": "25", "steps": "30"},
} | {name: {"surface": name, "steps": "25", "optimizers": "momentum"} for name in landscapes.names()}


GROUPS = [optimizers.names()[first : first + MOST_RUNS] for first in range(0, len(optimizers.names()), MOST_RUNS)]
CASES |= {
    f"methods from {group[0]} on": {"optimizers": ",".join(group), "steps": "30", "surface": "himmelblau"}
    for group in GROUPS
}


def nearly(e: Any, paths: dict[str, Any], library: Literal["torch", "optax"]) -> None:
    """Paths agree as far as float32 carries them: to a ten-thousandth of the map over the first thirty steps."""
    assert set(paths) == {name for name in e.optimizers if optimizers.get(name).code(library) is not None}
    drawn = record.record(e)
    edge = max(high - low for low, high in e.landscape.domain)
    for run, name in enumerate(e.optimizers):
        if name not in paths:
            continue
        length = min(int(drawn["length"][run]), 31)
        path = np.asarray(paths[name])[:length]
        assert path.shape[0] == min(length, e.steps + 1)
        np.testing.assert_allclose(path, drawn["position"][run, :length], atol=1e-4 * edge, err_msg=name)


@pytest.mark.parametrize("query", CASES.values(), ids=CASES.keys())
def test_optax_program_walks_the_drawn_walk(query: dict[str, str]) -> None:
    e = TrajectorySettings.parse(query)
    nearly(e, executed(code.jax_program(e))["paths"], "optax")


def test_optax_program_draws_the_same_noise() -> None:
    e = TrajectorySettings.parse(
        {"noise": "0.5", "seed": "7", "surface": "bowl", "optimizers": "adam,momentum", "steps": "30"}
    )
    nearly(e, executed(code.jax_program(e))["paths"], "optax")


@pytest.mark.parity
@pytest.mark.parametrize("query", CASES.values(), ids=CASES.keys())
def test_torch_program_walks_the_drawn_walk(query: dict[str, str]) -> None:
    pytest.importorskip("torch")
    e = TrajectorySettings.parse(query)
    nearly(e, executed(code.torch_program(e))["paths"], "torch")


def like_the_picture(name: str, query: dict[str, str], library: Literal["torch", "optax"], left_out: set[str]) -> None:
    """The programs of a lesson walk the walks that it draws, but for those that the library has not."""
    record = registry.get(name)
    e = record.Experiment.parse(query)
    title = {"torch": "PyTorch", "optax": "optax"}[library]
    paths, arrays = executed(record.code(e)[title]())["paths"], record.record(e)
    names = [run.name for run in record.scene(e).runs]
    assert set(names) - set(paths) == left_out
    edge = max(high - low for low, high in e.landscape.domain)
    for run, path in ((names.index(name), np.asarray(path)) for name, path in paths.items()):
        np.testing.assert_allclose(path, arrays["position"][run], atol=1e-4 * edge, err_msg=names[run])


QUIET = {"noise": "0", "steps": "30"}
CHANGING = [  # lesson, query, and the runs that optax and PyTorch lack
    ("momentum", {"steps": "30", "bowl.rotation": "20"}, set(), set()),
    (
        "momentum",
        {"steps": "30", "drop": "0.1", "optimizers": "momentum,slides_momentum,nesterov"},
        set(),
        {"slides_momentum"},
    ),
    ("schedules", QUIET | {"first": "step", "first.step_size": "7", "second": "multistep"}, set(), set()),
    ("schedules", QUIET | {"first": "exponential", "second": "linear", "second.total_iters": "20"}, set(), set()),
    ("schedules", QUIET | {"first": "polynomial", "second": "inverse_sqrt", "optimizers": "adam"}, set(), set()),
    (
        "schedules",
        QUIET | {"first": "cosine", "first.T_max": "10", "second": "cosine_warm_restarts", "second.T_0": "8"},
        set(),
        set(),
    ),
    ("schedules", QUIET | {"second": "warmup+cosine_held", "optimizers": "momentum"}, set(), {"second"}),
    (
        "schedules",
        QUIET | {"first": "one_cycle", "second": "reduce_on_plateau", "optimizers": "momentum"},
        {"first", "second"},
        set(),
    ),
]


@pytest.mark.parametrize(("name", "query", "lacking", "_"), CHANGING)
def test_programs_follow_a_changing_rate(name: str, query: dict[str, str], lacking: set[str], _: set[str]) -> None:
    like_the_picture(name, query, "optax", lacking)


@pytest.mark.parity
@pytest.mark.parametrize(("name", "query", "_", "lacking"), CHANGING)
def test_torch_programs_follow_a_changing_rate(
    name: str, query: dict[str, str], _: set[str], lacking: set[str]
) -> None:
    pytest.importorskip("torch")
    like_the_picture(name, query, "torch", lacking)


@pytest.mark.parity
def test_torch_program_trains_on_the_drawn_mini_batches() -> None:
    pytest.importorskip("torch")
    record = registry.get("schedules")
    e = record.Experiment.parse({"problem": "tumours", "second": "reduce_on_plateau", "batch": "6", "steps": "40"})
    paths, drawn = executed(record.code(e)["PyTorch"]())["paths"], record.record(e)["position"]
    for path, position in zip(paths.values(), drawn, strict=True):
        np.testing.assert_allclose(path, position, atol=1e-3)


def test_source_of_the_optimizer_is_the_one_that_runs() -> None:
    shown = code.programs(TrajectorySettings.parse({"focus": "nesterov"}))["Nesterov as it runs here"]()
    assert "OPTIMIZER = Optimizer(" in shown
    assert 'name="nesterov"' in shown
    shown = code.programs(TrajectorySettings.parse({"optimizers": "yogi"}))["Yogi as it runs here"]()
    assert "OPTIMIZER = from_optax(" in shown
    assert "optax.yogi" in shown
