"""What PyTorch's answers do not show: warm-ups, the cycled momentum, the cosine that is held."""

import jax.numpy as jnp
import numpy as np
import optax
import pytest

import optimizers
from optimizers import schedules
from optimizers.schedules import with_warmup

START = np.array([1.0, 1.5], np.float32)


def bowl(x):
    return 0.5 * (x[0] * x[0] + 10 * x[1] * x[1])


def slope(x):
    return jnp.sum(x)


def run(name, schedule, hypers, fn=bowl, steps=60, **own):
    values = {"learning_rate": 0.01} | own
    return optimizers.descend(optimizers.get(name), values, fn, START, steps=steps, schedule=(schedule, hypers))


def rates(schedule, steps=60, **hypers):
    return np.asarray(run("gradient_descent", schedule, hypers, steps=steps).learning_rate)


def test_the_two_cosines_part_at_the_minimum():
    hypers = {"T_max": 20, "eta_min": 0.001}
    rising, held = (rates(schedules.get(name), **hypers) for name in ("cosine", "cosine_held"))
    np.testing.assert_array_equal(rising[:21], held[:21])
    np.testing.assert_allclose(held[20:], 0.001, rtol=1e-5)
    assert rising[20] == pytest.approx(0.001)
    assert rising[40] == pytest.approx(0.01)
    theirs = optax.cosine_decay_schedule(0.01, 20, alpha=0.1)
    np.testing.assert_allclose(held, [theirs(step) for step in range(60)], rtol=1e-5)


@pytest.mark.parametrize("name", schedules.names())
def test_a_warm_up_goes_before_any_schedule(name):
    inner = schedules.get(name)
    warmed = rates(with_warmup(inner), warmup_steps=10, warmup_factor=0.1)
    np.testing.assert_allclose(warmed[:10], 0.01 * (0.1 + 0.9 * np.arange(10) / 10), rtol=1e-5)
    if name == "reduce_on_plateau":  # it looks at losses, which the warm-up changes
        np.testing.assert_allclose(warmed[10:20], 0.01, rtol=1e-6)
    else:
        np.testing.assert_allclose(warmed[10:], rates(inner)[:50], rtol=1e-5)


def test_a_warm_up_keeps_the_plateau_from_counting():
    def flat(x):
        return 0.0 * jnp.sum(x) + 1.0

    hypers = {"patience": 2, "factor": 0.5, "warmup_steps": 10}
    trace = run("gradient_descent", with_warmup(schedules.get("reduce_on_plateau")), hypers, fn=flat)
    np.testing.assert_allclose(trace.learning_rate[10:18], [0.01] * 4 + [0.005] * 3 + [0.0025], rtol=1e-5)


def test_a_warm_up_of_a_schedule_is_made_once():
    assert with_warmup(schedules.get("step")) is with_warmup(schedules.get("step"))
    assert with_warmup(schedules.get("step")) is not with_warmup(schedules.get("cosine"))


@pytest.mark.parametrize(("name", "cycled"), [("momentum", "momentum"), ("adam", "b1"), ("gradient_descent", None)])
def test_one_cycle_moves_momentum_against_the_learning_rate(name, cycled):
    cycle = schedules.get("one_cycle")
    hypers = cycle.defaults | {"total_steps": 40.0}
    base = {key: jnp.float32(value) for key, value in optimizers.get(name).defaults.items()}
    seen = [cycle.apply((), jnp.float32(t), base, **hypers) for t in range(60)]
    assert all(set(each) == {"learning_rate"} | ({cycled} if cycled else set()) for each in seen)
    assert int(np.argmax([each["learning_rate"] for each in seen])) == 11  # 0.3 * 40 - 1
    if cycled:
        momentum = np.array([each[cycled] for each in seen])
        np.testing.assert_allclose(momentum[[0, 11, 39, 59]], [0.95, 0.85, 0.95, 0.95], rtol=1e-6)
    run(name, cycle, {})


def test_the_two_forms_of_momentum_part_when_the_rate_changes(x64):
    """Under a constant gradient, with a tenth of the rate from step 10 on."""
    hypers = {"step_size": 10, "gamma": 0.1}
    outside, inside = (
        np.asarray(run(name, schedules.get("step"), hypers, fn=slope, learning_rate=0.1).update)[:, 0]
        for name in ("momentum", "slides_momentum")
    )
    np.testing.assert_allclose(inside[:10], outside[:10], rtol=1e-6)
    velocity = (1 - 0.9 ** np.arange(1, 12)) / 0.1
    assert outside[10] == pytest.approx(-0.01 * velocity[10], rel=1e-5)
    assert inside[10] == pytest.approx(-(0.9 * 0.1 * velocity[9] + 0.01), rel=1e-5)


SCHEDULES = [*map(schedules.get, schedules.names()), with_warmup(schedules.get("cosine"))]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule.name)
def test_one_trace_for_all_settings_of_a_schedule(schedule):
    traced = []

    def counted(x):
        traced.append(x)
        return bowl(x)

    run("momentum", schedule, {}, fn=counted, steps=3)
    first = len(traced)
    for end in ("low", "high"):
        values = {name: getattr(hyper, end) for name, hyper in schedule.hypers.items()}
        if "milestones" in values:  # their number is compiled in
            values |= {"milestones": [values["milestones"]] * 2}
        run("momentum", schedule, values, fn=counted, steps=3)
    assert len(traced) == first
