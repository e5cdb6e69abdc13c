"""What clipping does to a gradient, and what it leaves alone."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import optimizers
from optimizers import clipping

every_rule = pytest.mark.parametrize("name", clipping.names())
PARAMS = {"kernel": jnp.arange(1.0, 7.0).reshape(2, 3), "bias": jnp.array([0.0, 2.0, -1.0])}
BOUND = {"norm": "max_norm", "value": "clip_value", "parameter_norm": "max_norm", "adaptive": "clipping"}


def clip(name, gradients, bound, params=PARAMS):
    return clipping.get(name).apply(gradients, params, **(clipping.get(name).defaults | {BOUND[name]: bound}))


def gradients_of(values):
    return {"kernel": jnp.asarray(values[:6].reshape(2, 3)), "bias": jnp.asarray(values[6:])}


components = st.floats(-100, 100, width=32, allow_subnormal=False)
any_gradients = hnp.arrays(np.float32, 9, elements=components).map(gradients_of)
few = settings(max_examples=30, deadline=None)


@every_rule
@few
@given(gradients=any_gradients)
def test_below_the_threshold_nothing_changes_to_the_bit(name, gradients):
    jax.tree.map(np.testing.assert_array_equal, clip(name, gradients, 1e6), gradients)


@every_rule
def test_zero_stays_zero(name):
    zeros = jax.tree.map(jnp.zeros_like, PARAMS)
    for bound in (1e-3, 1.0):
        jax.tree.map(np.testing.assert_array_equal, clip(name, zeros, bound), zeros)
        at_zero = clip(name, zeros, bound, params=zeros)
        jax.tree.map(np.testing.assert_array_equal, at_zero, zeros)


@few
@given(gradients=any_gradients, bound=st.floats(1e-2, 10.0))
def test_clipping_the_norm_bounds_it_and_keeps_the_direction(gradients, bound):
    clipped = clip("norm", gradients, bound)
    length = float(optax.tree.norm(gradients))
    assert float(optax.tree.norm(clipped)) <= min(bound, length) * (1 + 1e-5)
    factor = min(1.0, bound / (length + 1e-6))
    jax.tree.map(lambda c, g: np.testing.assert_allclose(c, factor * g, rtol=1e-5, atol=1e-30), clipped, gradients)


def test_clipping_each_component_turns_the_direction():
    clipped = clip("value", {"g": jnp.array([4.0, 0.5])}, 1.0)["g"]
    np.testing.assert_array_equal(clipped, [1.0, 0.5])
    assert clipped[1] / clipped[0] != 0.5 / 4.0


def test_clipping_each_array_leaves_the_short_ones_alone():
    clipped = clip("parameter_norm", {"long": jnp.array([30.0, 40.0]), "short": jnp.array([0.3, 0.4])}, 1.0)
    np.testing.assert_allclose(clipped["long"], [0.6, 0.8], rtol=1e-5)
    np.testing.assert_array_equal(clipped["short"], jnp.array([0.3, 0.4]))


@few
@given(gradients=any_gradients, bound=st.floats(1e-3, 10.0))
def test_adaptive_clipping_is_that_of_optax(gradients, bound):
    reference = optax.adaptive_grad_clip(bound, eps=1e-3)
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        theirs, _ = reference.update(gradients, reference.init(PARAMS), PARAMS)
    ours = clip("adaptive", gradients, bound)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-30), ours, theirs)


def test_adaptive_clipping_bounds_each_unit_by_its_weights():
    clipped = clip("adaptive", jax.tree.map(lambda p: 100 * jnp.ones_like(p), PARAMS), 0.1)
    lengths = np.linalg.norm(clipped["kernel"], axis=0)
    np.testing.assert_allclose(lengths, 0.1 * np.linalg.norm(PARAMS["kernel"], axis=0), rtol=1e-5)
    assert np.linalg.norm(clipped["bias"]) == pytest.approx(0.1 * np.linalg.norm(PARAMS["bias"]), rel=1e-5)


def test_adaptive_clipping_asks_for_the_parameters():
    with pytest.raises(ValueError, match="params"):
        clipping.get("adaptive").apply(PARAMS, clipping=0.1, eps=1e-3)


@every_rule
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_not_repaired(name, bad):
    """As PyTorch (its answers are in the data): only clipping by value brings an infinity back."""
    clipped = clip(name, {"g": jnp.array([3.0, bad, 4.0])}, 1.0, params={"g": jnp.ones(3)})["g"]
    if name == "value":
        np.testing.assert_array_equal(clipped, [1.0, np.clip(bad, -1, 1), 1.0])
    elif np.isnan(bad):
        assert np.isnan(clipped).all()
    else:
        np.testing.assert_array_equal(clipped, [0.0, np.nan, 0.0])


@every_rule
def test_one_trace_for_all_thresholds(name):
    traced = []

    def counted(x):
        traced.append(x)
        return jnp.sum(x * x)

    def walk(hypers):
        start = np.ones(2, np.float32)
        clip = (clipping.get(name), hypers)
        optimizers.descend(optimizers.get("momentum"), {}, counted, start, steps=3, clip=clip)

    walk({})
    first = len(traced)
    hypers = clipping.get(name).hypers
    walk({key: hyper.low for key, hyper in hypers.items()})
    walk({key: np.float32(hyper.high) for key, hyper in hypers.items()})
    walk(dict.fromkeys(hypers, 1))
    assert len(traced) == first
