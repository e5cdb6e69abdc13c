"""Training: the same numbers however it is cut, nothing compiled twice, and an end that explains itself."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import training_lab as lab
from tests.training_lab.common import TINY
from training_lab.networks import MLP
from training_lab.probes import Probe
from training_lab.training import loop
from training_lab.training.progress import _begin

KEY = jax.random.key(0)
LOSSES = (lab.probes.losses,)
DESCENT = replace(TINY, batch_size=None, loss="half_squares", log_every=1)


def assert_same(one, two):
    jax.tree.map(np.testing.assert_array_equal, one, two)


@pytest.fixture(scope="module")
def tiny():
    return lab.train(TINY, KEY)


def test_frames_come_at_the_start_at_regular_steps_and_at_the_end(tiny):
    np.testing.assert_array_equal(tiny.steps, [0, 5, 10, 15, 20, 25, 30])
    odd = lab.train(replace(TINY, steps=32), KEY)
    np.testing.assert_array_equal(odd.steps, [0, 5, 10, 15, 20, 25, 30, 32])
    assert (tiny.ended, tiny.divergence, tiny.best_step) == ("finished", None, 30)
    assert all(len(series) == 7 for series in tiny.telemetry.values())


def test_it_learns(tiny):
    assert tiny["loss"][-1] < tiny["loss"][0]
    assert tiny["validation_accuracy"][-1] >= tiny["validation_accuracy"][0]


@pytest.mark.parametrize("chunks", [[1] * 30, [7, 7, 7, 9], [30], [29, 1], [5, 10, 15]])
def test_numbers_do_not_depend_on_the_chunks(tiny, chunks):
    training = lab.start(TINY, KEY)
    for steps in chunks:
        training = lab.advance(training, steps)
    run = lab.finish(training)
    assert training.done
    assert_same(run.params, tiny.params)
    assert_same(run.telemetry, tiny.telemetry)


def test_numbers_do_not_depend_on_the_log_nor_on_the_length(tiny):
    dense = lab.train(replace(TINY, log_every=1, steps=40), KEY)
    assert_same({name: series[:31:5] for name, series in dense.telemetry.items()}, tiny.telemetry)


def test_many_frames_need_several_calls():
    run = lab.train(replace(TINY, steps=200, log_every=1), KEY)
    assert len(run.steps) == 201 > loop.FRAMES
    np.testing.assert_array_equal(run.steps, np.arange(201))


def test_going_on_from_an_older_state_gives_the_same_again():
    half = lab.advance(lab.start(TINY, KEY), 15)
    assert half.step == 15
    assert not half.done
    assert lab.finish(half).ended == "cancelled"
    first, second = (lab.finish(lab.advance(half, 100)) for _ in range(2))
    assert_same(first.telemetry, second.telemetry)


def test_keys_make_runs_differ_in_weights_and_in_order(tiny):
    other = lab.train(TINY, jax.random.key(1))
    assert not np.array_equal(other["loss"], tiny["loss"])
    same_weights = lab.start(TINY, KEY).carry.member.params
    shuffled = lab.train(TINY, jax.random.key(1), params=same_weights)
    assert shuffled["loss"][0] == tiny["loss"][0]
    assert shuffled["loss"][-1] != tiny["loss"][-1]


def test_the_order_is_a_permutation_of_the_epoch():
    seen = lab.train(replace(TINY, log_every=1, steps=12), KEY, probes=(Probe(batch_of),))["x"]
    train = np.asarray(lab.start(TINY, KEY).splits.train.x)
    for epoch in (seen[:6], seen[6:12]):
        rows = epoch.reshape(48, 2)
        np.testing.assert_array_equal(rows[np.lexsort(rows.T)], train[np.lexsort(train.T)])
    assert not np.array_equal(seen[:6], seen[6:12])


def batch_of(view):
    return {"x": view.batch.x}


# What is compiled


def programs():
    return loop.advance._cache_size(), _begin._cache_size()


MOVED = {
    "optimizer": ("adam", {"learning_rate": 0.05, "b1": 0.8, "b2": 0.9, "eps": 1e-6}),
    "schedule": ("cosine", {"T_max": 17, "eta_min": 0.001}),
    "clip": ("norm", {"max_norm": 0.01}),
    "loss": ("cross_entropy", {"smoothing": 0.1}),
    "penalty": (("elastic_net", {"strength": 0.01, "ratio": 0.2}),),
    "proximal": ("l1", {"strength": 0.01}),
    "augment": (("noise", {"std": 0.3}), ("mixup", {"alpha": 0.5})),
    "early_stopping": lab.EarlyStopping(patience=1, min_delta=10.0),
    "pruning": lab.Pruning(sparsity=0.3, at=4, rounds=2, every=5),
    "steps": 23,
    "log_every": 4,
    "network": MLP(
        depth=2,
        width=4,
        activation=("elu", {"alpha": 0.5}),
        initializer=("kaiming_normal", {"gain": 0.7}),
        dropout=0.3,
        drop_connect=0.2,
    ),
    "data": replace(TINY.data, name=("moons", {"samples": 60, "noise": 0.2}), label_noise=0.1, seed=5),
}
PLAIN = {
    "optimizer": "adam",
    "schedule": "cosine",
    "clip": "norm",
    "loss": "cross_entropy",
    "penalty": ("elastic_net",),
    "proximal": "l1",
    "augment": ("noise", "mixup"),
    "early_stopping": lab.EarlyStopping(),
    "pruning": lab.Pruning(sparsity=0.1),
    "network": MLP(depth=2, width=4, activation="elu", initializer="kaiming_normal", dropout=0.0, drop_connect=0.0),
}


def test_moving_numbers_compiles_nothing():
    full = replace(TINY, steps=10, **PLAIN)
    before = lab.train(full, KEY, probes=LOSSES)
    compiled = programs()
    for name, value in MOVED.items():
        moved = lab.train(replace(full, **{name: value}), KEY, probes=LOSSES)
        assert programs() == compiled, f"{name} compiled a program"
        changed = any(
            series.shape != before[key].shape or not np.array_equal(series, before[key])
            for key, series in moved.telemetry.items()
        )
        assert changed, f"{name} has no effect"


def test_names_compile():
    compiled = programs()
    lab.train(replace(TINY, network=MLP(depth=3, width=4)), KEY, probes=())
    assert programs() == (compiled[0] + 1, compiled[1] + 1)


def test_depth_is_scanned():
    def equations(depth):
        training = lab.start(replace(TINY, network=MLP(depth=depth, width=4)), KEY)
        member, x = training.carry.member, training.splits.train.x
        return str(jax.make_jaxpr(training.recipe.network.apply)(member.params, member.statistics, x)).count("\n")

    assert equations(3) == equations(30)


# Ensembles


def test_an_ensemble_is_its_members_side_by_side(tiny):
    keys = jnp.stack([KEY, jax.random.key(1)])
    both = lab.train(TINY, keys, probes=LOSSES)
    assert both["loss"].shape == (7, 2)
    for index in range(2):
        alone = lab.train(TINY, keys[index])
        # A batch of products is added up in another order than one product.
        np.testing.assert_allclose(both["loss"][:, index], alone["loss"], rtol=1e-3)
        np.testing.assert_allclose(both.params.first.kernel[index], alone.params.first.kernel, rtol=1e-2, atol=1e-4)
    assert both(np.zeros((5, 2))).shape == (2, 5, 2)


def test_bagging_draws_with_replacement():
    recipe = replace(TINY, bootstrap=True, steps=6, log_every=1)
    seen = lab.train(recipe, KEY, probes=(Probe(batch_of),))["x"][:6].reshape(48, 2)
    distinct = len(np.unique(seen, axis=0))
    assert 22 < distinct < 40, "about 63% of 48"


# Batches


def test_full_batch_is_gradient_descent():
    recipe = replace(DESCENT, optimizer=("gradient_descent", {"learning_rate": 0.1}), steps=3)
    training = lab.start(recipe, KEY, probes=LOSSES)
    loss = lab.loss_landscape.objective(lab.finish(lab.advance(training, 1)), examples=None)
    params, gradient = training.carry.member.params, jax.jit(jax.grad(loss))
    for _ in range(3):
        params = jax.tree.map(lambda w, g: w - np.float32(0.1) * g, params, gradient(params))
    run = lab.train(recipe, KEY, probes=LOSSES)
    jax.tree.map(lambda one, two: np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-6), run.params, params)


def test_single_samples_and_leftovers():
    run = lab.train(replace(TINY, batch_size=1, steps=50), KEY, probes=LOSSES)
    assert np.isfinite(run["loss"]).all()
    training = lab.start(replace(TINY, batch_size=20, steps=None, epochs=3), KEY)
    assert training.steps == 6, "two batches of 20 in 48 examples, and eight left out"


# Ends


def test_progress_and_cancel():
    reported = []

    def cancelled():
        return len(reported) >= 2

    recipe = replace(TINY, steps=100_000, log_every=5)
    run = lab.train(recipe, KEY, progress=lambda training: reported.append(training.step), cancelled=cancelled)
    assert run.ended == "cancelled"
    assert reported == sorted(reported)
    assert reported[0] == 5
    assert run.steps[-1] == reported[-1] < 100_000


def test_early_stopping_restores_the_best_weights():
    recipe = replace(TINY, early_stopping=lab.EarlyStopping(patience=3), steps=5000, log_every=3)
    recipe = replace(recipe, optimizer=("adam", {"learning_rate": 0.3}))
    run = lab.train(recipe, KEY, probes=(lab.probes.losses, lab.probes.parameters))
    losses = run["validation_loss"]
    best = int(np.argmin(losses))
    assert run.ended == "stopped"
    assert run.best_step == run.steps[best]
    assert len(run.steps) == best + 1 + 3, "patience counts validations without improvement"
    jax.tree.map(lambda kept, seen: np.testing.assert_array_equal(kept, seen[best]), run.params, run["params"])


def test_early_stopping_of_an_ensemble_freezes_each_member():
    recipe = replace(TINY, early_stopping=lab.EarlyStopping(patience=3), steps=300, log_every=3)
    recipe = replace(recipe, optimizer=("adam", {"learning_rate": 0.3}))
    run = lab.train(recipe, jax.random.split(KEY, 3), probes=(lab.probes.losses, lab.probes.parameters))
    assert run.ended == "stopped"
    assert len(set(run.best_step.tolist())) > 1
    for member in range(3):
        frame = run.steps.tolist().index(run.best_step[member])
        kernel = run["params"].last.kernel[frame, member]
        np.testing.assert_array_equal(run.params.last.kernel[member], kernel)


@pytest.mark.parametrize("rate", [1e24, 1e30])
def test_a_diverged_run_says_where(rate):
    """Positive weights: no order in which a processor adds them makes the sum negative, which ReLU would cut to 0."""
    params = lab.start(TINY, KEY).carry.member.params
    huge = jax.tree.map(lambda leaf: np.abs(leaf) * np.float32(rate), params)
    run = lab.train(TINY, KEY, params=huge)
    assert run.ended == "diverged"
    assert run.divergence == (0, "hidden layer 2", "activation")


def test_divergence_after_some_steps():
    recipe = replace(DESCENT, optimizer=("gradient_descent", {"learning_rate": 10.0}), steps=200)
    run = lab.train(recipe, KEY, probes=LOSSES)
    assert run.ended == "diverged"
    assert 0 < run.divergence.step < 200
    assert run.steps[-1] <= run.divergence.step + 1
    assert len(run["loss"]) == len(run.steps)
    assert str(run.divergence).startswith(f"diverged at step {run.divergence.step}: the ")


# Pruning


def pruned(**options):
    recipe = replace(TINY, pruning=lab.Pruning(sparsity=0.75, **options), steps=40, log_every=1)
    probes = (lab.probes.weights, lab.probes.parameters, lab.probes.pruning_masks)
    return lab.train(replace(recipe, optimizer=("adam", {"learning_rate": 0.05})), KEY, probes=probes)


def share_of_zeros(params, frame):
    kernels = [kernel[frame] for kernel in lab.kernels.kernels_of(params)]
    return np.mean(np.concatenate([kernel.ravel() for kernel in kernels]) == 0)


@pytest.mark.parametrize("method", ["magnitude", "random"])
def test_pruned_weights_stay_exactly_zero(method):
    run = pruned(at=10, method=method)
    zeros = [share_of_zeros(run["params"], frame) for frame in range(len(run.steps))]
    assert zeros[9] == 0
    assert zeros[10] == pytest.approx(0.75, abs=0.02)
    assert zeros[10:] == [zeros[10]] * 31
    mask = run.masks.first.kernel
    np.testing.assert_array_equal(run.params.first.kernel == 0, ~mask)
    assert run.params.first.bias.all(), "biases are never pruned"
    assert not np.array_equal(run["params"].first.kernel[10], run["params"].first.kernel[-1]), "the rest goes on"


def test_magnitude_takes_the_smallest():
    run = pruned(at=10)
    before = np.concatenate([np.abs(k[9]).ravel() for k in lab.kernels.kernels_of(run["params"])])
    after = np.concatenate([k.ravel() for k in lab.kernels.kernels_of(run.masks)])
    assert before[~after].max() < before[after].min() + 0.06, "one step of Adam lies between the two frames"


def test_gradual_pruning_follows_the_cubic():
    run = pruned(at=5, rounds=4, every=3)
    zeros = np.array([share_of_zeros(run["params"], frame) for frame in range(len(run.steps))])
    expected = 0.75 * (1 - (1 - np.arange(1, 5) / 4) ** 3)
    np.testing.assert_allclose(zeros[[5, 8, 11, 14]], expected, atol=0.03)
    assert (np.diff(zeros) >= 0).all()
    assert zeros[-1] == zeros[14]


def test_masks_can_be_given():
    params = lab.start(TINY, KEY).carry.member.params
    masks = lab.prune.magnitude(params, 0.5, scope="layer")
    run = lab.train(TINY, KEY, params=params, masks=masks, probes=(lab.probes.weights,))
    np.testing.assert_allclose(run["zero_fraction"], np.full((7, 3), 0.5))
    assert float(lab.prune.sparsity_of(run.params)) == pytest.approx(0.5)


# Augmentation


@pytest.mark.parametrize("name", lab.augment.names())
def test_augmentations_keep_shapes_and_do_nothing_at_strength_zero(name):
    record = lab.augment.get(name)
    augmented = jax.jit(lambda hypers: record(KEY, x, y, **hypers))
    x = jnp.asarray(np.random.default_rng(0).random((5, 8, 8, 1)), jnp.float32)
    y = jnp.eye(5, dtype=jnp.float32)
    changed, labels = augmented(record.defaults)
    assert changed.shape == x.shape
    np.testing.assert_allclose(labels.sum(axis=1), 1, rtol=1e-6)
    assert np.abs(changed - x).max() > 1e-3
    if name != "mixup":
        hyper, neutral = next(iter(record.hypers)), 1.0 if name == "crop" else 0.0
        same, _ = augmented({hyper: neutral})
        np.testing.assert_allclose(same, x, atol=1e-5)


def test_whole_pixels_move_whole():
    x = jnp.zeros((1, 8, 8, 1)).at[0, 3, 4, 0].set(1.0)
    moved = lab.augment._warp(x, jnp.eye(2)[None], jnp.array([[1.0, -2.0]]))
    np.testing.assert_array_equal(jnp.argwhere(moved[0, :, :, 0]), [[2, 6]])
    turned = lab.augment._warp(x, jnp.array([[[0.0, -1.0], [1.0, 0.0]]]), jnp.zeros((1, 2)))
    np.testing.assert_allclose(turned[0, :, :, 0], np.rot90(x[0, :, :, 0], k=-1), atol=1e-6)


def test_mixup_mixes_labels_as_it_mixes_examples():
    x = jnp.eye(6)
    mixed, labels = lab.augment.get("mixup")(KEY, x, x, alpha=1.0)
    np.testing.assert_array_equal(mixed, labels)
    shares = np.unique(np.round(np.asarray(mixed), 5))
    assert len(shares) <= 4, "one share for the batch"


def test_images_are_augmented_before_scaling():
    recipe = lab.Recipe(augment=(("flip", {"probability": 1.0}),), network=MLP(depth=0), steps=1, batch_size=None)
    training = lab.start(recipe, KEY, probes=(Probe(batch_of),))
    seen = lab.finish(lab.advance(training, 1))["x"][0]
    splits = training.splits
    np.testing.assert_allclose(seen, splits.scaling(splits.raw[:, :, ::-1]), atol=1e-6)
