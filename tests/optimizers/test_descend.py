"""What a run records, what it refuses, and what it is compiled for."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import optimizers
from optimizers import clipping, schedules
from optimizers.schedules import Schedule

ADAM, GD, MOMENTUM = (optimizers.get(name) for name in ("adam", "gradient_descent", "momentum"))
START = np.array([1.0, 1.5], np.float32)


def bowl(x, steepness=1.0):
    return 0.5 * steepness * (x[0] * x[0] + 10 * x[1] * x[1])


def run(optimizer=GD, hypers=None, fn=bowl, start=START, steps=20, **options):
    hypers = {"learning_rate": 0.01} if hypers is None else hypers
    return optimizers.descend(optimizer, hypers, fn, start, steps=steps, **options)


def test_a_trace_is_consistent():
    trace = run(ADAM, {"learning_rate": 0.1})
    np.testing.assert_array_equal(trace.position[0], START)
    np.testing.assert_array_equal(trace.position[1:], trace.position[:-1] + trace.update)
    np.testing.assert_allclose(trace.value, jax.vmap(bowl)(trace.position), rtol=1e-6)
    np.testing.assert_allclose(trace.gradient, jax.vmap(jax.grad(bowl))(trace.position[:-1]), rtol=1e-6)
    np.testing.assert_array_equal(trace.applied, trace.gradient)
    np.testing.assert_array_equal(trace.learning_rate, np.full(20, 0.1, np.float32))


@pytest.mark.parametrize(
    ("name", "hypers", "direction"),
    [
        ("gradient_descent", {}, "gradient"),
        ("momentum", {}, "velocity"),
        ("adagrad", {}, "gradient"),
        ("rmsprop", {}, "gradient"),
        ("adadelta", {"learning_rate": 0.5}, "gradient"),
        ("adam", {"b1": 0.0}, "gradient"),
    ],
)
def test_the_effective_rate_multiplies_the_direction(name, hypers, direction):
    trace = run(optimizers.get(name), {"learning_rate": 0.01} | hypers)
    along = (trace.internals | {"gradient": trace.gradient})[direction]
    np.testing.assert_allclose(trace.update, -trace.internals["effective_rate"] * along, rtol=1e-5)


def test_defaults_fill_what_is_missing():
    explicit = run(MOMENTUM, MOMENTUM.defaults | {"momentum": 0.5})
    np.testing.assert_array_equal(run(MOMENTUM, {"momentum": 0.5}).position, explicit.position)


def test_arguments_of_the_function_are_inputs():
    steep = run(fn_args={"steepness": 2.0})
    np.testing.assert_allclose(steep.gradient[0], 2 * run().gradient[0])


def test_arguments_of_the_function_may_change_from_step_to_step():
    steepness = np.linspace(0.5, 3.0, 20)
    trace = run(step_args={"steepness": steepness})
    expected = jax.vmap(jax.grad(bowl))(trace.position[:-1], jnp.float32(steepness))
    np.testing.assert_allclose(trace.gradient, expected, rtol=1e-6)
    assert trace.value[-1] == pytest.approx(float(bowl(trace.position[-1], 3.0)), rel=1e-6)


def test_a_method_that_answers_elsewhere_is_shown_where_it_answers():
    """The gradients are those of gradient descent, the positions their means."""
    plain, averaged = run(), run(optimizers.get("averaged_sgd"), {"learning_rate": 0.01, "t0": 5})
    np.testing.assert_array_equal(averaged.gradient, plain.gradient)
    np.testing.assert_array_equal(averaged.position[:8], plain.position[:8])
    np.testing.assert_allclose(averaged.position[20], plain.position[7:21].mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(averaged.value, jax.vmap(bowl)(averaged.position), rtol=1e-5)
    np.testing.assert_allclose(averaged.update, np.diff(averaged.position, axis=0), rtol=1e-4, atol=1e-7)


def test_divergence_is_data():
    trace = run(hypers={"learning_rate": 10.0}, steps=100)
    assert not np.isfinite(trace.value[-1])
    assert np.isfinite(trace.value[:10]).all()


# Noise


def test_noise_has_the_given_size_and_a_longer_run_begins_alike():
    key = jax.random.key(3)
    short, long = (run(noise=0.5, key=key, steps=steps) for steps in (20, 500))
    np.testing.assert_array_equal(short.position, long.position[:21])
    exact = jax.vmap(jax.grad(bowl))(long.position[:-1])
    assert np.std(long.gradient - exact) == pytest.approx(0.5, rel=0.1)
    other = run(noise=0.5, key=jax.random.key(4))
    assert not np.array_equal(other.position, short.position)


def test_without_a_key_the_program_draws_nothing():
    def program(key):
        return str(jax.make_jaxpr(lambda x: run(start=x, key=key))(START))

    assert "random" not in program(None)
    assert "random" in program(jax.random.key(0))


# Schedules and clipping


def test_every_schedule_sets_the_learning_rate():
    for name in schedules.names():
        trace = run(hypers={"learning_rate": 0.05}, schedule=(schedules.get(name), {}), steps=150)
        np.testing.assert_allclose(trace.update, -trace.learning_rate[:, None] * trace.gradient, rtol=1e-5)
        first = 0.05 / 25 if name == "one_cycle" else 0.05
        np.testing.assert_allclose(trace.learning_rate[0], first, rtol=1e-6)


def test_reduce_on_plateau_reacts_to_the_loss_of_the_run():
    def constant(x):
        return 0.0 * jnp.sum(x) + 1.0

    hypers = {"patience": 2, "factor": 0.5}
    trace = run(fn=constant, hypers={"learning_rate": 0.08}, schedule=(schedules.get("reduce_on_plateau"), hypers))
    # The first loss is the best so far, the next three are bad: the fifth step is the first with half the rate.
    np.testing.assert_allclose(trace.learning_rate[:9], [0.08] * 4 + [0.04] * 3 + [0.02] * 2, rtol=1e-6)


def test_a_schedule_may_set_momentum_too():
    def apply(state, step, base, **hypers):
        return {"learning_rate": base["learning_rate"] / 2, "momentum": jnp.where(step < 5, 0.0, 0.9)}

    late = Schedule(name="late", title="", hypers={}, apply=apply, rule="", summary="", reference="", year=2000)
    trace = run(MOMENTUM, schedule=(late, {}))
    plain = run(GD, {"learning_rate": 0.005})
    np.testing.assert_allclose(trace.position[:6], plain.position[:6], rtol=1e-6)
    assert np.abs(trace.position[7] - plain.position[7]).max() > 1e-4
    with pytest.raises(ValueError, match="momentum"):
        run(GD, schedule=(late, {}))


def test_clipping_bounds_what_the_optimizer_sees():
    trace = run(clip=(clipping.get("norm"), {"max_norm": 0.5}))
    assert np.linalg.norm(trace.gradient[0]) > 10
    np.testing.assert_allclose(np.linalg.norm(trace.applied[0]), 0.5, rtol=1e-5)
    np.testing.assert_allclose(trace.update, -0.01 * trace.applied, rtol=1e-5)
    trace = run(clip=(clipping.get("value"), {"clip_value": 0.5}))
    np.testing.assert_allclose(trace.applied[0], [0.5, 0.5])


def test_clipping_takes_any_pytree():
    tree = {"a": jnp.array([3.0]), "b": [jnp.array([[4.0]])]}
    clipped = clipping.get("norm").apply(tree, max_norm=1.0)
    np.testing.assert_allclose([clipped["a"][0], clipped["b"][0][0, 0]], [0.6, 0.8], rtol=1e-5)


# Transformations


def test_runs_under_jit_and_vmap_of_everything_that_is_traced():
    def end(hypers, start, schedule_hypers, max_norm, noise, key):
        trace = run(
            ADAM,
            hypers,
            start=start,
            schedule=(schedules.get("step"), schedule_hypers),
            clip=(clipping.get("norm"), {"max_norm": max_norm}),
            noise=noise,
            key=key,
        )
        return trace.position[-1]

    many = [
        {"learning_rate": jnp.array([0.1, 0.2])},
        jnp.stack([jnp.asarray(START), -jnp.asarray(START)]),
        {"step_size": jnp.array([5, 7])},
        jnp.array([1.0, 2.0]),
        jnp.array([0.1, 0.2]),
        jax.random.split(jax.random.key(0), 2),
    ]
    together = jax.jit(jax.vmap(end))(*many)
    alone = [end(*jax.tree.map(lambda leaf, i=i: leaf[i], many)) for i in range(2)]
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-5)


def test_can_be_differentiated_with_respect_to_the_learning_rate():
    def end(rate):
        return run(hypers={"learning_rate": rate}).value[-1]

    slope = jax.grad(end)(0.01)
    assert slope == pytest.approx(float(end(0.0101) - end(0.0099)) / 0.0002, rel=0.05)


# Bad input


@pytest.mark.parametrize(
    ("hypers", "words"),
    [
        ({"learning_rate": -1.0}, ["learning_rate", "-1", "[1e-05, 10]"]),
        ({"learning_rate": float("nan")}, ["learning_rate", "nan"]),
        ({"learning_rate": float("inf")}, ["learning_rate", "inf"]),
        ({"learning_rate": None}, ["learning_rate", "None"]),
        ({"learning_rate": "fast"}, ["learning_rate", "fast"]),
        ({"momentum": 1.5}, ["momentum", "1.5", "[0, 1]"]),
        ({"momentum": np.array([0.5, 2.0])}, ["momentum", "[0, 1]"]),
        ({"b1": 0.9}, ["b1", "momentum", "learning_rate"]),
    ],
)
def test_bad_hyperparameters_are_named(hypers, words):
    with pytest.raises(ValueError, match=words[0]) as error:
        run(MOMENTUM, hypers)
    assert all(word in str(error.value) for word in words)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"start": np.array([1.0, np.nan])}, "x0"),
        ({"start": np.array([[1.0]])}, "x0"),
        ({"start": np.array([1, 2])}, "x0"),
        ({"steps": 0}, "steps"),
        ({"steps": -3}, "steps"),
        ({"noise": 0.1}, "key"),
        ({"noise": -0.1, "key": jax.random.key(0)}, "noise"),
        ({"schedule": (schedules.get("step"), {"step_size": 2.5})}, "step_size"),
        ({"schedule": (schedules.get("step"), {"T_max": 2})}, "T_max"),
        ({"schedule": (schedules.get("multistep"), {"milestones": [3, 4.5]})}, "milestones"),
        ({"schedule": (schedules.with_warmup(schedules.get("step")), {"warmup_steps": 0})}, "warmup_steps"),
        ({"clip": (clipping.get("norm"), {"max_norm": 0.0})}, "max_norm"),
        ({"step_args": {"steepness": np.ones(3)}}, "steepness"),
    ],
)
def test_other_bad_input_is_named(options, word):
    with pytest.raises(ValueError, match=word):
        run(**options)
