"""Ours against torch.optim: with the answers kept in the repository, and, where torch is installed, with fresh ones."""

import json
import runpy
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import optimizers
from optimizers import clipping

ORACLE = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("make_torch_trajectories.py"))))
STEPS = int(ORACLE.CHECKPOINTS[-1])


def with_torch(registry):
    return [name for name in registry.names() if registry.get(name).torch is not None]


@pytest.fixture(scope="module")
def kept():
    with np.load(ORACLE.FILE) as file:
        return dict(file)


@pytest.fixture(scope="module")
def fresh():
    pytest.importorskip("torch")
    return dict(ORACLE.answers())


def any_surface(x, which):
    """The surface of that index; one function, so that an optimizer compiles once for all of them."""
    return jax.lax.switch(which, [lambda x, fn=fn: fn(x[0], x[1]) for fn in ORACLE.SURFACES.values()], x)


@cache
def walker(name):
    """(hypers, start, which) -> positions at the checkpoints, for many at once."""
    optimizer = optimizers.get(name)

    def walk(hypers, start, which):
        trace = optimizers.descend(optimizer, hypers, any_surface, start, steps=STEPS, fn_args={"which": which})
        return trace.position[ORACLE.CHECKPOINTS]

    return jax.jit(jax.vmap(walk))


def our_positions(name, settings):
    """Positions [setting, surface, checkpoint, 2] of all walks that torch was asked for."""
    stacked = {hyper: np.array([values[hyper] for values in settings]) for hyper in optimizers.get(name).hypers}

    def on_surface(which, start):
        count = len(settings)
        return walker(name)(stacked, np.tile(np.asarray(start), (count, 1)), np.full(count, which))

    return np.stack([on_surface(which, ORACLE.STARTS[name]) for which, name in enumerate(ORACLE.SURFACES)], axis=1)


def assert_same_walk(name, answers):
    settings = json.loads(str(answers[f"optimizer/{name}/settings"]))
    theirs = answers[f"optimizer/{name}/position"]
    trusted = answers[f"optimizer/{name}/sensitivity"] <= ORACLE.TOLERATED
    ours = our_positions(name, settings)
    for index, checkpoint in enumerate(ORACLE.CHECKPOINTS):
        points = trusted[:, :, index]
        tolerance = 1e-9 if checkpoint <= 50 else 1e-6
        np.testing.assert_allclose(
            ours[:, :, index][points],
            theirs[:, :, index][points],
            rtol=tolerance,
            atol=tolerance,
            err_msg=f"{name} after {checkpoint} steps",
        )


@pytest.mark.parametrize("name", with_torch(optimizers))
def test_walks_where_torch_walked(x64, kept, name):
    assert f"optimizer/{name}/position" in kept, "run tests/optimizers/make_torch_trajectories.py"
    assert_same_walk(name, kept)


@pytest.mark.parametrize("name", with_torch(optimizers))
def test_most_walks_can_be_compared(kept, name):
    sensitivity = kept[f"optimizer/{name}/sensitivity"]
    assert np.mean(sensitivity <= ORACLE.TOLERATED) > 0.85
    settings = json.loads(str(kept[f"optimizer/{name}/settings"]))
    assert optimizers.get(name).defaults | settings[0] == settings[0], "the defaults changed: make the file afresh"


def test_the_file_says_which_torch(kept):
    assert str(kept["torch_version"]).startswith("2.")
    assert ORACLE.FILE.stat().st_size < 1e6


@partial(jax.jit, static_argnums=0)
def our_overrides(schedule, hypers, losses):
    """Learning rate and momentum of every step."""
    base = {"learning_rate": jnp.asarray(0.1), "momentum": jnp.asarray(0.9)}

    def step(state, inputs):
        t, loss = inputs
        used = base | schedule.apply(state, t, base, **hypers)
        return schedule.update(state, loss, **hypers), (used["learning_rate"], used["momentum"])

    return jax.lax.scan(step, schedule.init(base, **hypers), (jnp.arange(len(losses), dtype=float), losses))[1]


@pytest.mark.parametrize("schedule", ORACLE.schedules(), ids=lambda schedule: schedule.name)
def test_learning_rates_are_those_of_torch(x64, kept, schedule):
    answers = {field: kept[f"schedule/{schedule.name}/{field}"] for field in ("settings", "learning_rate", "momentum")}
    rows = zip(json.loads(str(answers["settings"])), answers["learning_rate"], answers["momentum"], strict=True)
    for values, *theirs in rows:
        there = np.isfinite(theirs[0])
        assert there.sum() == min(values.get("total_steps", ORACLE.LOSS_STEPS), ORACLE.LOSS_STEPS)
        ours = our_overrides(schedule, schedule.resolve(values), ORACLE.losses())
        for mine, their in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(mine[there], their[there], rtol=1e-10, atol=1e-14, err_msg=str(values))


@pytest.mark.parametrize("name", with_torch(clipping))
def test_clips_as_torch_does(x64, kept, name):
    rule = clipping.get(name)
    settings = json.loads(str(kept[f"clipping/{name}/settings"]))
    ours = [rule.apply(list(pair), **values) for values in settings for pair in zip(*ORACLE.gradients(), strict=True)]
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
        trusted = kept[f"optimizer/{name}/sensitivity"] <= ORACLE.TOLERATED
        position = f"optimizer/{name}/position"
        np.testing.assert_allclose(kept[position][trusted], fresh[position][trusted], rtol=1e-6, atol=1e-6)
