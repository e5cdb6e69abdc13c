"""Data normalisation: condition numbers and steps in closed form, curvatures of digits, and the programs."""

import jax
import numpy as np
import pytest

from app.lessons import registry
from app.lessons.data_normalisation import code, digit_scaling, feature_scaling
from app.lessons.data_normalisation.settings import DataNormalisationSettings
from tests.app.lessons.printed import executed

LESSON = registry.get("data_normalisation")


def recorded(**query: str) -> tuple[DataNormalisationSettings, dict[str, np.ndarray]]:
    e = DataNormalisationSettings.parse(query)
    return e, LESSON.record(e)


@pytest.mark.parametrize(("mean", "condition", "steps"), [("0", 1, 1), ("1", 6.854, 24), ("3", 119, 411)])
def test_the_mean_decides_how_many_steps(mean: str, condition: float, steps: int) -> None:
    e, arrays = recorded(mean=mean)
    assert feature_scaling.condition(feature_scaling.sides(e)[0]) == pytest.approx(condition, abs=0.01)
    assert arrays["arrived"].tolist() == [steps, 1]
    for row in LESSON.theory(e, arrays):
        assert row.predicted == row.measured, row.quantity


def test_every_start_takes_as_long() -> None:
    arrived = {recorded(w=w, b=b)[1]["arrived"][0] for w, b in (("3", "1.5"), ("-1", "3"), ("0.5", "-4"))}
    assert arrived == {411}


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum"])
def test_distance_follows_the_predicted_rate(optimizer: str) -> None:
    _, arrays = recorded(optimizer=optimizer, mean="2", steps="60")
    slope = np.diff(np.log(arrays["distance"][0, 20:50].astype(float))).mean()
    expected = np.diff(np.log(arrays["predicted"][0, 20:50].astype(float))).mean()
    assert slope == pytest.approx(expected, abs=0.04)


@pytest.mark.parametrize("treatment", ["standardize", "center", "scale"])
def test_treated_features_have_the_moments_that_are_claimed(treatment: str) -> None:
    given = {"treatment": treatment, "mean": "2", "spread": "0.5"} if treatment != "standardize" else {}
    e = DataNormalisationSettings.parse(given)
    x = e.mean + e.spread * feature_scaling.STANDARD
    treated = {"standardize": (x - x.mean()) / x.std(), "center": x - x.mean(), "scale": x / x.std()}[treatment]
    np.testing.assert_allclose(feature_scaling.sides(e)[1].design[:, 0], treated, atol=1e-12)
    best = np.linalg.lstsq(feature_scaling.sides(e)[1].design, feature_scaling.TARGETS, rcond=None)[0]
    np.testing.assert_allclose(best, feature_scaling.sides(e)[1].optimum, atol=1e-12)


def test_divergence_ends_the_path() -> None:
    e, arrays = recorded(best="false", learning_rate="0.3", steps="50")
    end = int(arrays["length"][0])
    assert end <= e.steps
    assert np.isnan(arrays["before"][0, end:]).all()
    assert "1000 times" in feature_scaling.standings(e, arrays).details[0]


def test_curvature_of_digits_at_the_start_is_that_of_their_second_moments() -> None:
    _, arrays = recorded(show="digits", steps="20")
    for scaling, measured in zip(digit_scaling.SCALINGS, arrays["sharpness"][:, 0], strict=True):
        assert measured == pytest.approx(2 / digit_scaling.limit(scaling), rel=1e-3)
    assert (np.diff(arrays["loss"], axis=1) < 0).all()  # at half of what the curvature allows


QUERIES: tuple[dict[str, str], ...] = (
    {"steps": "60"},
    {"treatment": "scale", "spread": "0.5", "steps": "40", "optimizer": "momentum"},
    {"treatment": "center", "optimizer": "adam", "steps": "40"},
)


def nearly(e: DataNormalisationSettings, distances: dict[str, np.ndarray]) -> None:
    drawn = feature_scaling.record(e)["distance"]
    for row, name in zip(drawn, ("raw", "treated"), strict=True):
        np.testing.assert_allclose(row, distances[name], rtol=2e-3, atol=2e-6, err_msg=name)


@pytest.mark.parametrize("query", QUERIES)
def test_optax_program_draws_the_same_distances(query: dict[str, str]) -> None:
    e = DataNormalisationSettings.parse(query)
    program = code.optax_program(e).replace('jax.config.update("jax_enable_x64", True)', "")
    with jax.enable_x64(True), jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        distances = executed(program)["distances"]
    nearly(e, distances)


@pytest.mark.parity
@pytest.mark.parametrize("query", QUERIES)
def test_torch_program_draws_the_same_distances(query: dict[str, str]) -> None:
    pytest.importorskip("torch")
    e = DataNormalisationSettings.parse(query)
    nearly(e, executed(code.torch_program(e))["distances"])


@pytest.mark.parity
def test_torch_program_of_digits_has_the_same_losses() -> None:
    pytest.importorskip("torch")
    e = DataNormalisationSettings.parse({"show": "digits", "best": "false", "learning_rate": "0.005", "steps": "20"})
    losses, arrays = executed(code.programs(e)["PyTorch"]())["losses"], digit_scaling.record(e)
    for row, name in zip(arrays["loss"], digit_scaling.SCALINGS, strict=True):
        np.testing.assert_allclose(row, losses[name][arrays["at"].astype(int)], rtol=2e-3)


def test_program_of_the_lab_trains_what_is_drawn() -> None:
    e = DataNormalisationSettings.parse({"show": "digits", "steps": "20"})
    shown = code.programs(e)["JAX, by the training lab"]()
    arrays = digit_scaling.record(e)
    losses = executed(shown)["losses"]
    for row, name in zip(arrays["loss"], digit_scaling.SCALINGS, strict=True):
        np.testing.assert_allclose(row, losses[name], rtol=1e-4)
