"""What the initialisation lesson draws and predicts, against closed forms and wide networks."""

import numpy as np
import pytest

import training_lab as lab
from app import compute
from app.lessons import payloads, registry
from app.training import layer_statistics

RECORD = registry.get("initialisation")


def predicted(activation: str, initializer: str, depth: int = 30) -> compute.Signals:
    network = lab.MLP(depth=depth, width=64, activation=activation, initializer=lab.Choice(initializer))
    return compute.signals(network, 64, 1.0)


@pytest.mark.parametrize(
    ("initializer", "factor"), [("kaiming_normal", 1.0), ("xavier_normal", 0.5), ("orthogonal", 0.5)]
)
def test_factor_per_relu_layer(initializer: str, factor: float) -> None:
    found = predicted("relu", initializer)
    np.testing.assert_allclose(found.forward[1:] / found.forward[:-1], factor, rtol=1e-5)
    np.testing.assert_allclose(found.back[:-1], factor, rtol=1e-5)


def test_torch_default_keeps_a_sixth_of_the_gradient() -> None:
    np.testing.assert_allclose(predicted("relu", "torch_default").back[:-1], 1 / 6, rtol=1e-5)


def test_spread_of_tanh_layers_with_xavier() -> None:
    std = np.sqrt(predicted("tanh", "xavier_normal").forward)
    np.testing.assert_allclose(std[[0, 4, 9, 29]], [0.628, 0.322, 0.228, 0.131], atol=6e-4)


def test_what_is_drawn_begins_as_predicted() -> None:
    """Within what finite width allows: a standard deviation of about sqrt(5 depth / width) in the logarithm."""
    e = RECORD.Experiment()
    arrays = payloads.recording(RECORD, e).arrays
    assert arrays["signal"].shape == (4, 41, 10)
    np.testing.assert_array_equal(arrays["at"], np.arange(0, 161, 4))
    np.testing.assert_allclose(np.log(arrays["signal"][:, 0] / arrays["predicted_signal"]), 0, atol=2.5)
    np.testing.assert_allclose(np.log(arrays["gradient"][:, 0] / arrays["predicted_gradient"]), 0, atol=2.5)
    np.testing.assert_allclose(arrays["activations"].sum(-1), 1, rtol=1e-4)
    assert (arrays["shares"][1] <= arrays["shares"][0] + 1e-6).all(), "a dead unit is a saturated one"


def test_zeros_leave_hidden_weights_exactly_where_they_are() -> None:
    e = RECORD.Experiment.parse({"initializers": "zeros", "show": "units"})
    arrays = payloads.recording(RECORD, e).arrays
    assert not arrays["hidden_gradient"].any()
    assert not arrays["excerpt"].any()
    assert len(np.unique(arrays["groups"][:, layer_statistics.FEATURES // 8 : -8])) == 1
    assert "exactly 0" in str(RECORD.theory(e, arrays))


def test_one_number_dragged_trains_one_network() -> None:
    e = RECORD.Experiment()
    before, after = (RECORD.work(x) for x in (e, e.changed({"kaiming_normal.gain": "1.3"})))
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, True, True, True]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"depth": "7"}, "depth"),
        ({"initializers": "non_normal"}, "initializers"),
        ({"learning_rate": "nan"}, "learning"),
    ],
)
def test_refusals(query: dict[str, str], parameter: str) -> None:
    with pytest.raises(ValueError, match=parameter):
        RECORD.Experiment.parse(query)
