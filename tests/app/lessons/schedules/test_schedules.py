"""The lesson on schedules: all of them can be chosen, what is expected of noisy steps, and patience."""

from typing import Any

import numpy as np
import pytest

import optimizers
from app import compute
from app.lessons import registry
from app.lessons.schedules import breast_cancer
from app.lessons.schedules.settings import NAMES, hypers
from app.settings.errors import BadSettings

LESSON = registry.get("schedules")


def ran(**query: str) -> tuple[Any, dict[str, np.ndarray]]:
    e = LESSON.Experiment.parse({name.replace("__", "."): value for name, value in query.items()})
    return e, LESSON.record(e)


@pytest.mark.parametrize("name", NAMES)
def test_every_schedule_has_its_sliders_and_its_numbers(name: str) -> None:
    e = LESSON.Experiment.parse({"second": name})
    schedule = compute.scheduler(name)
    schedule.resolve(e.scheduled("second")[1])
    sliders = {slider.name: slider for slider in LESSON.scene(e).sliders}
    for hyper, number in hypers(name).items():
        slider = sliders[f"second.{hyper}"]
        assert slider.integer == number.integer
        assert e.values()[slider.name] == slider.default
    assert "{" not in "".join(slider.symbol for slider in sliders.values())


def test_the_rates_that_are_drawn_are_those_of_the_closed_forms() -> None:
    _, arrays = ran(
        first="step", second="warmup+cosine_held", second__T_max="40", second__warmup_steps="10", steps="60"
    )
    steps = np.arange(60)
    np.testing.assert_allclose(arrays["learning_rate"][0], 0.08 * 0.1 ** (steps // 100), rtol=1e-5)
    cosine = 0.04 * (1 + np.cos(np.pi * np.clip(steps - 10, 0, 40) / 40))
    warm = 0.08 * (0.01 + 0.99 * steps / 10)
    np.testing.assert_allclose(arrays["learning_rate"][1], np.where(steps < 10, warm, cosine), rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize(
    ("optimizer", "schedule", "rate"), [("gradient_descent", "cosine_held", "0.08"), ("momentum", "one_cycle", "0.03")]
)
def test_the_expected_loss_is_the_mean_over_many_draws(optimizer: str, schedule: str, rate: str) -> None:
    query = {"second": schedule, "optimizers": optimizer, "bowl__rotation": "30", f"{optimizer}__learning_rate": rate}
    draws = [ran(**query, seed=str(seed))[1] for seed in range(150)]
    for run in (0, 1):
        measured = np.mean([arrays["loss"][run] for arrays in draws], axis=0)
        expected = draws[0]["expected"][run]
        parts = np.array_split(np.arange(1, 301), 6)
        np.testing.assert_allclose(
            [measured[part].mean() for part in parts], [expected[part].mean() for part in parts], rtol=0.15
        )


def test_a_constant_rate_ends_in_the_noise_ball_of_the_closed_form() -> None:
    e, arrays = ran(noise="1.5", steps="2000", optimizers="momentum", momentum__learning_rate="0.02")
    variances = [
        float(optimizers.theory.noise_ball_variance(curvature, 0.02, 1.5, e.hypers("momentum")["momentum"]))
        for curvature in (1.0, 20.0)
    ]
    assert arrays["expected"][0, -1] == pytest.approx(0.5 * variances[0] + 10 * variances[1], rel=1e-3)


@pytest.mark.parametrize("query", [{"surface": "beale"}, {"optimizers": "adam"}, {"problem": "tumours"}])
def test_nothing_is_expected_without_a_closed_form(query: dict[str, str]) -> None:
    e, arrays = ran(**query, steps="20")
    assert np.isnan(arrays["expected"]).all()
    assert LESSON.theory(e, arrays) == ()


def test_patience_is_counted_as_the_schedule_counts_it() -> None:
    _, arrays = ran(second="reduce_on_plateau", second__patience="4", second__cooldown="3", second__factor="0.9")
    losses, bad, best, cooling = arrays["loss"][1], 0, np.inf, 0
    for step in range(300):
        better = losses[step] < best * (1 - 1e-4)
        best = min(best, losses[step]) if better else best
        bad = 0 if better or cooling else bad + 1
        cooling = max(cooling - 1, 0)
        cut = bad > 4
        if cut:
            bad, cooling = 0, 3
        assert arrays["bad"][1, step] == bad
        if step < 299:
            after = arrays["learning_rate"][1, step + 1] / arrays["learning_rate"][1, step]
            assert after == pytest.approx(0.9 if cut else 1.0, rel=1e-4)
    assert np.isnan(arrays["bad"][0]).all()


def test_all_patients_at_once_make_no_noise() -> None:
    """One step of the whole set along the gradient that NumPy computes from the data."""
    _, arrays = ran(problem="tumours", batch="64", steps="30")
    data, start = breast_cancer.data(), np.array(breast_cancer.START)
    slope = -(data.targets / (1 + np.exp(data.targets * (data.features @ start)))) @ data.features / 64
    np.testing.assert_allclose(arrays["position"][0, 1], start - slope, rtol=1e-5)
    assert (np.diff(arrays["loss"][0]) < 0).all()


def test_a_run_that_diverges_says_why() -> None:
    e, arrays = ran(gradient_descent__learning_rate="0.15", noise="0", first="exponential", first__gamma="0.9")
    standings = LESSON.standings(e, arrays)
    assert [row[1] for row in standings.rows] == ["lower", "diverged"]
    assert standings.rows[1][3] == "–"
    assert "map widths" in standings.details[1]
    assert standings.details[0] == ""


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"second": "reduce_on_plateau", "second.patience": "2.5"}, "second.patience"),
        ({"first": "linearly"}, "first"),
        ({"optimizers": "adam,momentum"}, "optimizers"),
        ({"problem": "tumours", "x": "9"}, "x"),
        ({"second.gamma": "1.5"}, "second.gamma"),
    ],
)
def test_bad_settings_are_named(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        LESSON.Experiment.parse(wrong)
    assert refusal.value.problems[0].parameter == named
