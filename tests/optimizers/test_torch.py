"""Ours against torch.optim: with the answers kept in the repository, and, where torch is installed, with fresh ones."""

import json

import numpy as np
import pytest

import optimizers
from optimizers import clipping
from tests.optimizers import agreement
from tests.optimizers import make_torch_trajectories as oracle


def with_torch(registry):
    return [name for name in registry.names() if registry.get(name).torch is not None]


@pytest.fixture(scope="module")
def kept():
    return agreement.kept()


@pytest.fixture(scope="module")
def fresh():
    pytest.importorskip("torch")
    return dict(oracle.answers())


def assert_same_walk(name, answers):
    prefix = f"optimizer/{name}/"
    row = agreement.compared(name, "PyTorch", {key.removeprefix(prefix): answers[key] for key in answers})
    assert row["step_50"] <= agreement.TOLERANCES[0]
    assert row["step_200"] <= agreement.TOLERANCES[1]


@pytest.mark.parametrize("name", with_torch(optimizers))
def test_walks_where_torch_walked(x64, kept, name):
    assert f"optimizer/{name}/position" in kept, "run tests/optimizers/make_torch_trajectories.py"
    assert_same_walk(name, kept)


@pytest.mark.parametrize("name", with_torch(optimizers))
def test_most_walks_can_be_compared(kept, name):
    sensitivity = kept[f"optimizer/{name}/sensitivity"]
    assert np.mean(sensitivity <= oracle.TOLERATED) > 0.85
    settings = json.loads(str(kept[f"optimizer/{name}/settings"]))
    assert optimizers.get(name).defaults | settings[0] == settings[0], "the defaults changed: make the file afresh"


def test_the_file_says_which_torch(kept):
    assert str(kept["torch_version"]).startswith("2.")
    assert oracle.FILE.stat().st_size < 1e6


@pytest.mark.parametrize("schedule", oracle.schedules(), ids=lambda schedule: schedule.name)
def test_learning_rates_are_those_of_torch(x64, kept, schedule):
    answers = {field: kept[f"schedule/{schedule.name}/{field}"] for field in ("settings", "learning_rate", "momentum")}
    rows = zip(json.loads(str(answers["settings"])), answers["learning_rate"], answers["momentum"], strict=True)
    for values, *theirs in rows:
        there = np.isfinite(theirs[0])
        assert there.sum() == min(values.get("total_steps", oracle.LOSS_STEPS), oracle.LOSS_STEPS)
        ours = agreement.our_overrides(schedule, schedule.resolve(values), oracle.losses())
        for mine, their in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(mine[there], their[there], rtol=1e-10, atol=1e-14, err_msg=str(values))


@pytest.mark.parametrize("name", with_torch(clipping))
def test_clips_as_torch_does(x64, kept, name):
    settings = json.loads(str(kept[f"clipping/{name}/settings"]))
    ours = agreement.our_clipped(name, settings)
    for index in range(2):
        theirs = kept[f"clipping/{name}/clipped_{index}"]
        np.testing.assert_allclose([pair[index] for pair in ours], theirs, rtol=1e-12, atol=1e-15)


@pytest.mark.parity
@pytest.mark.parametrize("name", with_torch(optimizers))
def test_walks_where_torch_walks_now(x64, fresh, name):
    assert_same_walk(name, fresh)


@pytest.mark.parity
@pytest.mark.parametrize("name", with_torch(optimizers))
def test_defaults_are_those_of_torch(name):
    """All but the momentum, which torch leaves at zero, and the averaging, which it begins after 10^6 steps."""
    torch = pytest.importorskip("torch")
    optimizer = optimizers.get(name)
    scope = {"torch": torch, "params": [torch.zeros(1, requires_grad=True)]}
    exec(optimizer.code("torch"), scope)
    ours, theirs = scope["optimizer"].defaults, type(scope["optimizer"])(scope["params"]).defaults
    different = {key for key in theirs if ours[key] != theirs[key]}
    assert different <= {"momentum", "nesterov", "amsgrad", "lambd", "t0"}


@pytest.mark.parity
def test_the_file_is_what_torch_says_now(kept, fresh):
    assert set(kept) == set(fresh)
    for name, theirs in fresh.items():
        if name.endswith("/settings"):
            assert json.loads(str(kept[name])) == json.loads(str(theirs))
        elif name.endswith(("/learning_rate", "/momentum", "/clipped_0", "/clipped_1")):
            np.testing.assert_allclose(kept[name], theirs, rtol=1e-12)
    for name in with_torch(optimizers):
        trusted = kept[f"optimizer/{name}/sensitivity"] <= oracle.TOLERATED
        position = f"optimizer/{name}/position"
        np.testing.assert_allclose(kept[position][trusted], fresh[position][trusted], rtol=1e-6, atol=1e-6)
