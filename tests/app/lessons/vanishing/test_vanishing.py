"""What the lesson on vanishing gradients draws and predicts, against closed forms."""

import numpy as np
import pytest

import training_lab as lab
from app import compute
from app.lessons import payloads, registry
from app.lessons.vanishing import bptt

RECORD = registry.get("vanishing")


def recording(**query: str) -> tuple[object, dict[str, np.ndarray]]:
    e = RECORD.Experiment.parse(query)
    return e, dict(payloads.recording(RECORD, e).arrays)


def test_orthogonal_linear_recurrence_decays_by_its_radius_exactly() -> None:
    _, arrays = recording(view="time", activation="linear")
    np.testing.assert_allclose(arrays["bound"][0], 0.9 ** np.arange(1, 50), rtol=1e-5)
    np.testing.assert_allclose(arrays["reach"][0, 0], arrays["bound"][0], rtol=1e-3)
    np.testing.assert_array_equal(arrays["product"], arrays["reach"][..., : bptt.BARS])


def test_non_normal_powers() -> None:
    """[[.5, 10], [0, .5]] has spectral radius .5 and norm 10; its power k has k .5^(k-1) 10 off the diagonal."""
    network = lab.RNN(activation="linear", recurrent=("non_normal", {"radius": 0.5, "shear": 10.0}))
    found = bptt.bound(network)
    assert found[0] == pytest.approx(10.025, abs=1e-3)
    k = np.arange(1, 50)
    np.testing.assert_allclose(found, k * 0.5 ** (k - 1) * 10, rtol=0.02)
    _, arrays = recording(view="time", activation="linear", matrix="non_normal", radius="0.5")
    np.testing.assert_allclose(arrays["reach"][0, 0], found, rtol=1e-2)


def test_no_tanh_cell_with_an_orthogonal_matrix_begins_above_its_bound() -> None:
    _, arrays = recording(view="time", activation="tanh", radius="0.5")
    assert (arrays["reach"][0, 0] <= 1.001 * arrays["bound"][0] + 1e-30).all()


def test_sigmoids_lose_their_gradient_as_predicted() -> None:
    e, arrays = recording()
    assert arrays["gradient"].shape == (1, 41, 10)
    expected, seen = arrays["predicted_gradient"][0], arrays["gradient"][0, 0]
    np.testing.assert_allclose(np.log(seen / expected), 0, atol=1)
    # The norm of a product is at most the product of the norms; means over four examples differ a little.
    assert (arrays["product"][0, 0] <= 1.1 * np.cumprod(arrays["factor"][0, 0, ::-1])).all()
    assert arrays["product"][0, 0, 0] == pytest.approx(arrays["factor"][0, 0, -1], rel=1e-4)
    assert "0.055" in str(RECORD.theory(e, arrays))


def test_cures_of_the_other_view_are_left_aside() -> None:
    e = RECORD.Experiment.parse({"view": "time", "cures": "norm,residual"})
    assert len(RECORD.work(e)) == 1


def test_clipping_bounds_the_step_and_not_the_product() -> None:
    e, arrays = recording(activation="relu", gain="3", cures="clip")
    plain, clipped = compute.trained(*RECORD.work(e))
    assert plain.ended == "diverged"
    assert clipped["clipped_norm"].max() <= 1.001
    np.testing.assert_allclose(arrays["product"][0, 0], arrays["product"][1, 0], rtol=1e-4)
