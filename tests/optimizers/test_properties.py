"""What holds for every optimizer, whatever its hyperparameters, and for those that are still to come."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import optimizers

every_optimizer = pytest.mark.parametrize("name", optimizers.names())
few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def hypers_of(name):
    """Any setting within the ranges."""
    return st.fixed_dictionaries({key: values_of(hyper) for key, hyper in optimizers.get(name).hypers.items()})


def values_of(hyper):
    if hyper.integer:
        return st.integers(hyper.low, hyper.high).map(float)
    return st.floats(hyper.low, hyper.high)


def seen_by(value_fn, params):
    """What `descend` hands to an update besides gradients, state and parameters."""
    return {"value": value_fn(params), "value_fn": value_fn}


def as_arrays(hypers, dtype):
    return {name: jnp.asarray(value, dtype) for name, value in hypers.items()}


def signature(tree):
    return jax.tree.map(lambda leaf: (leaf.shape, leaf.dtype), tree)


def bowl(x):
    return 0.5 * jnp.sum(x * x * (1 + jnp.arange(x.shape[0], dtype=x.dtype)))


@every_optimizer
@few
@given(data=st.data())
def test_zero_gradient_moves_nothing_and_is_finite(name, data):
    """Weight decay aside, which moves by itself, and optax's Yogi, whose first moment starts at a millionth."""
    optimizer = optimizers.get(name)
    values = data.draw(hypers_of(name)) | {key: 0.0 for key in optimizer.hypers if key == "weight_decay"}
    hypers = as_arrays(values, jnp.float32)
    transformation = optimizer.make(**hypers)
    params = jnp.array([1.0, -2.0], jnp.float32)
    state = transformation.init(params)
    for _ in range(2):
        updates, state = transformation.update(jnp.zeros_like(params), state, params, **seen_by(bowl, params))
        if name != "yogi":
            np.testing.assert_array_equal(updates, np.zeros(2))
        internals = optimizer.internals(state, hypers)
        assert all(np.isfinite(array).all() for array in internals.values())
        assert "effective_rate" in internals


@every_optimizer
@few
@given(data=st.data())
def test_updates_have_the_shapes_and_dtypes_of_the_parameters(x64, name, data):
    dtype = data.draw(st.sampled_from([jnp.float32, jnp.float64]))
    shape = tuple(data.draw(st.lists(st.integers(1, 5), max_size=3)))
    transformation = optimizers.get(name).make(**as_arrays(data.draw(hypers_of(name)), dtype))
    params = {"weight": jax.ShapeDtypeStruct(shape, dtype), "bias": [jax.ShapeDtypeStruct((3,), dtype)]}
    state = jax.eval_shape(transformation.init, params)

    def total(params):
        return sum(jnp.sum(leaf) for leaf in jax.tree.leaves(params))

    def update(gradients, state, params):
        return transformation.update(gradients, state, params, **seen_by(total, params))

    updates, after = jax.eval_shape(update, params, state, params)
    assert signature(updates) == signature(params)
    assert signature(after) == signature(state)


@every_optimizer
def test_one_trace_for_all_hyperparameters(name):
    """Moving a slider never compiles anything, whatever kind of number it sends."""
    traced = []

    def counted(x, scale):
        traced.append(x)
        return scale * bowl(x)

    optimizer = optimizers.get(name)

    def walk(values, scale, start):
        start = np.asarray(start, np.float32)
        optimizers.descend(optimizer, values, counted, start, steps=3, fn_args={"scale": scale})

    walk({}, 1.0, [1.0, 2.0])
    first = len(traced)
    walk({key: hyper.low for key, hyper in optimizer.hypers.items()}, 2, [3.0, 4.0])
    walk({key: np.float32(hyper.high) for key, hyper in optimizer.hypers.items()}, np.float64(0.1), [0.0, -1.0])
    walk({"learning_rate": 1}, 1e9, [1e9, 1e-9])
    walk({"learning_rate": np.float64(0.5)}, np.float32(1), [1, 1])
    walk({"learning_rate": jnp.asarray(0.5)}, 1.0, [1, 1])
    assert len(traced) == first


@every_optimizer
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_everything_recorded_has_the_dtype_and_dimension_of_the_start(x64, name, dtype):
    optimizer, start = optimizers.get(name), np.ones(3, dtype)
    trace = jax.eval_shape(lambda: optimizers.descend(optimizer, {}, bowl, start, steps=4))
    assert {str(leaf.dtype) for leaf in jax.tree.leaves(trace)} == {dtype}
    assert trace.position.shape == (5, 3)
    assert trace.value.shape == (5,)
    assert trace.learning_rate.shape == (4,)
    per_step = [trace.gradient, trace.applied, trace.update, *trace.internals.values()]
    assert {array.shape for array in per_step} == {(4, 3)}


@every_optimizer
def test_many_runs_at_once_are_the_runs_one_by_one(name):
    optimizer = optimizers.get(name)
    start = np.ones(3, np.float32)
    grid = {
        key: np.float32([hyper.default, max(hyper.low, hyper.default * 0.7)]) for key, hyper in optimizer.hypers.items()
    }

    def run(hypers):
        return optimizers.descend(optimizer, hypers, bowl, start, steps=4)

    together = jax.vmap(run)(grid)
    for index in range(2):
        alone = run({key: values[index] for key, values in grid.items()})
        jax.tree.map(
            lambda many, one, index=index: np.testing.assert_allclose(many[index], one, rtol=1e-5, atol=1e-6),
            together,
            alone,
        )
