"""Losses: gradients in closed form, the plateau, lines through outliers, labels learned by heart, and the programs."""

import jax.numpy as jnp
import numpy as np
import pytest

from app import compute
from app.lessons import registry
from app.lessons.losses import code, label_noise, logit_descent, logit_losses, outliers
from app.lessons.losses.settings import LossSettings
from tests.app.lessons.printed import executed
from training_lab import losses as lab_losses

LESSON = registry.get("losses")


def recorded(**query: str) -> tuple[LossSettings, dict[str, np.ndarray]]:
    e = LossSettings.parse(query)
    return e, LESSON.record(e)


HYPERS: tuple[dict[str, str], ...] = (
    {},
    {"smoothing": "0.4", "gamma": "0.5", "margin": "2.5", "logit": "-3"},
    {"gamma": "0", "smoothing": "0", "margin": "0", "logit": "1.5"},
)


@pytest.mark.parametrize("query", HYPERS)
def test_gradients_are_those_of_the_closed_forms(query: dict[str, str]) -> None:
    e, arrays = recorded(**query)
    for place, z in ((0, -8.0), (100, -3.0), (170, 0.5), (240, 4.0), (320, 8.0)):
        assert logit_descent.POINTS[place] == pytest.approx(z)
        np.testing.assert_allclose(
            arrays["slopes"][:, place], list(logit_losses.closed_slopes(e, z).values()), atol=2e-6
        )
    closed = logit_losses.closed_slopes(e, e.logit)
    np.testing.assert_allclose(arrays["here"][:, 1], list(closed.values()), atol=2e-6)
    # The loss is the integral of its gradient.
    drawn = logit_losses.pulled(e)
    steps = np.diff(logit_descent.POINTS) * (drawn.gradient[:, 1:] + drawn.gradient[:, :-1]) / 2
    np.testing.assert_allclose(np.cumsum(steps, axis=1), drawn.loss[:, 1:] - drawn.loss[:, :1], atol=0.03)


def test_plateau_of_squares_after_a_sigmoid() -> None:
    e, arrays = recorded()
    gradients = dict(zip(logit_descent.NAMES, arrays["here"][:, 1], strict=True))
    assert gradients["sigmoid_mse"] == pytest.approx(0.0173, abs=5e-5)
    assert gradients["cross_entropy"] == pytest.approx(0.9820, abs=5e-5)
    rows = {row.quantity: row for row in LESSON.theory(e, arrays)}
    for name in ("Cross-entropy", "Squares after sigmoid"):
        row = rows[f"{name}: steps to z = 0"]
        assert float(row.measured) == pytest.approx(float(row.predicted.removeprefix("about ")), rel=0.03)


@pytest.mark.parametrize("title", ["JAX and optax", pytest.param("PyTorch", marks=pytest.mark.parity)])
@pytest.mark.parametrize("query", HYPERS)
def test_programs_follow_the_drawn_trajectories(title: str, query: dict[str, str]) -> None:
    if title == "PyTorch":
        pytest.importorskip("torch")
    e, arrays = recorded(**query)
    paths = executed(code.programs(e)[title]())["paths"]
    assert tuple(paths) == logit_descent.NAMES
    for name, logits in zip(paths, arrays["logit"], strict=True):
        if name == "hinge" and e.margin + e.logit == 0:
            continue  # at the kink any slope is a gradient
        np.testing.assert_allclose(paths[name], logits, atol=2e-3, err_msg=name)


@pytest.mark.parametrize("query", [{}, {"outliers": "0.3", "noise": "1", "delta": "0.3", "seed": "5"}])
def test_every_line_balances_its_pull(query: dict[str, str]) -> None:
    e, arrays = recorded(show="outliers", **query)
    data, ends = outliers.points(e), arrays["weights"][:, -1].astype(float)
    np.testing.assert_allclose(ends[0], outliers.least_squares(data), atol=2e-3)
    residuals = data[:, 1] - ends[:, :1] * data[:, 0] - ends[:, 1:]
    for features in (np.ones(len(data)), data[:, 0]):
        pulls = (outliers.influence(e, residuals[name])[name] * features for name in range(3))
        squares, signs, clipped = (float(np.mean(pull)) for pull in pulls)
        assert abs(squares) < 5e-3
        assert abs(signs) < 0.06  # two points lie on the line
        assert abs(clipped) < 5e-3


@pytest.mark.parametrize("delta", ["0.3", "1", "3"])
def test_curves_of_a_residual_are_those_of_the_lab(delta: str) -> None:
    e = LossSettings.parse({"show": "outliers", "delta": delta})
    residuals = jnp.asarray(outliers.RESIDUALS, jnp.float32)[:, None]
    for place, name in enumerate(outliers.LINES):
        hypers = {"delta": e.delta} if name == "huber" else {}
        loss = lab_losses.get(name)
        found = loss.each(residuals, jnp.zeros_like(residuals), **hypers)
        np.testing.assert_allclose(outliers.cost(e, outliers.RESIDUALS)[place], found, atol=1e-5)
        pull = np.gradient(outliers.cost(e, outliers.RESIDUALS)[place], outliers.RESIDUALS)
        away = np.abs(outliers.RESIDUALS) > 0.1  # from the corner of the absolute error
        np.testing.assert_allclose(outliers.influence(e, outliers.RESIDUALS)[place][away], pull[away], atol=0.06)


def test_huber_lies_between_squares_and_absolute_error() -> None:
    wide, narrow = (recorded(show="outliers", delta=delta)[1]["weights"][:, -1] for delta in ("20", "0.01"))
    np.testing.assert_allclose(wide[2], wide[0], atol=5e-3)
    np.testing.assert_allclose(narrow[2], narrow[1], atol=0.05)


def test_share_of_wrong_labels_that_are_repeated() -> None:
    e, arrays = recorded(show="labels")
    run = compute.trained(label_noise.trials(e)[0])[0]
    splits = compute.splits(run.recipe.data)
    said = np.argmax(run.recipe.network.apply(run.params, run.statistics, jnp.asarray(splits.train.x)).outputs, axis=1)
    wrong = np.asarray(splits.train.y) != np.asarray(splits.clean)
    assert arrays["memorised"][0, -1] == pytest.approx(np.mean(said[wrong] == np.asarray(splits.train.y)[wrong]))
    assert arrays["memorised"][0, 0] < 0.3 < 0.9 < arrays["memorised"][0, -1]
    first, second = (trial.program for trial in label_noise.trials(e)[:2])
    assert first == second


@pytest.mark.parity
def test_torch_programs_obey_the_same_laws() -> None:
    pytest.importorskip("torch").set_num_threads(1)
    e, arrays = recorded(show="outliers")
    weights = executed(code.programs(e)["PyTorch"]())["weights"]
    np.testing.assert_allclose(arrays["weights"][:, -1], list(weights.values()), atol=0.02)
    e, arrays = recorded(show="labels")
    found = executed(code.programs(e)["PyTorch"]())["accuracy"]
    np.testing.assert_allclose(arrays["accuracy"][:, -1], list(found.values()), atol=0.12)
