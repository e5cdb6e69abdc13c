"""The recap: intervals and p-values against scipy, early stopping against the rule, pairs, questions, the programs."""

from dataclasses import replace
from typing import Any

import jax
import numpy as np
import pytest
from scipy import stats

import training_lab as lab
from app import compute
from app.lessons import registry
from app.lessons.recap import code, questions, record, trials
from app.lessons.recap.settings import RecapSettings
from app.lessons.recap.tricks import SEEDS, TRICKS
from tests.app.lessons.printed import executed

LESSON = registry.get("recap")
MOONS = {"problem": "moons", "trick": "penalty", "wrong": "0.3"}


def recorded(**query: str) -> tuple[Any, dict[str, np.ndarray]]:
    e = RecapSettings.parse(query)
    return e, LESSON.record(e)


def test_intervals_are_students() -> None:
    values = np.random.default_rng(0).normal(size=(3, 5, SEEDS))
    found = record.interval(values)
    low, high = stats.t.interval(0.95, SEEDS - 1, values.mean(-1), stats.sem(values, axis=-1))
    np.testing.assert_allclose(found.low, low)
    np.testing.assert_allclose(found.high, high)


@pytest.mark.parametrize("shift", [0.0, 0.5, 2.0])
def test_p_value_by_signs_is_scipys(shift: float) -> None:
    effects = np.random.default_rng(1).normal(shift, 1.0, SEEDS)
    exact = stats.permutation_test((effects,), np.sum, permutation_type="samples", n_resamples=np.inf)
    assert record.by_signs(effects) == pytest.approx(exact.pvalue)


def test_kept_weights_are_the_best_until_then() -> None:
    losses = np.array([[3.0, 1.0], [2.0, np.nan], [2.5, 2.0], [1.0, 0.5], [1.0, 0.7]])
    assert record.kept(losses).tolist() == [[0, 0], [1, 0], [1, 0], [3, 3], [3, 3]]


def test_effects_are_differences_of_what_the_lab_measured() -> None:
    e, arrays = recorded(**MOONS)
    with_trick, without = compute.trained(*trials.trials(e))
    expected = 100 * (np.asarray(with_trick["test_accuracy"][-1]) - np.asarray(without["test_accuracy"][-1]))
    np.testing.assert_allclose(arrays["effects"][0], expected, atol=1e-4)
    test = stats.ttest_1samp(expected, 0)
    np.testing.assert_allclose(arrays["effect"][0, 1:], test.confidence_interval(0.95), rtol=1e-4)
    np.testing.assert_allclose(arrays["dots"][-1, 1:, 0], np.clip(expected, -15, 15), atol=1e-4)


def test_early_stopping_is_the_same_run_read_differently() -> None:
    e, arrays = recorded(problem="moons", trick="stop", wrong="0.3")
    first, second = trials.trials(e)
    assert first == second
    run = compute.trained(first)[0]
    best = np.argmin(run["validation_loss"], axis=0)
    np.testing.assert_allclose(arrays["scores"][0], np.asarray(run["test_accuracy"])[best, range(SEEDS)], atol=1e-6)
    np.testing.assert_allclose(arrays["scores"][1], run["test_accuracy"][-1], atol=1e-6)


def test_what_is_off_does_nothing_and_needs_no_program() -> None:
    e = RecapSettings.parse({"problem": "moons", "show": "all"})
    # Initial weights are drawn before the program; of the others only Adam and batch norm have one of their own.
    recipes = [compute.filled(trial.recipe) for trial in trials.trials(e)]
    plain = [replace(recipe, network=replace(recipe.network, initializer=lab.Choice("zeros"))) for recipe in recipes]
    assert len({jax.tree.structure(recipe) for recipe in plain}) == 3
    bare = trials.recipe(e, frozenset())
    assert bare.penalty[0].values == {"strength": 0.0}
    assert bare.augment[0].values == {"std": 0.0}
    assert bare.network.dropout == 0.0
    assert bare.schedule.values["eta_min"] == bare.optimizer.values["learning_rate"] == 10 * e.learning_rate


def test_twenty_questions_each_with_answers_and_settings_of_its_own() -> None:
    assert len(questions.QUESTIONS) == 20
    for number, question in enumerate(questions.QUESTIONS, start=1):
        assert 2 <= len(question.answers) <= 4
        e = RecapSettings.parse(question.query(number))
        assert e.asked is question
        assert e.model_copy(update={"steps": 77}).asked is None
    answers = {question.title: question.answers for question in questions.QUESTIONS}
    assert len(answers) == 20


def test_the_picture_waits_for_a_guess_and_then_judges_it() -> None:
    number = next(n for n, q in enumerate(questions.QUESTIONS, start=1) if q.title == "Worse is better")
    question = questions.QUESTIONS[number - 1]
    given = dict(question.settings) | {"question": str(number)}
    e, arrays = recorded(**given)
    assert np.isnan(arrays["mean"]).all()
    assert np.isnan(arrays["dots"]).all()
    assert {cell for row in LESSON.standings(e, arrays).rows for cell in row[1:]} == {"?"}
    assert not LESSON.theory(e, arrays)
    for letter, words in (("c", "You guessed it."), ("a", "You guessed: both rise.")):
        e, arrays = recorded(**given, guess=letter)
        assert np.isfinite(arrays["mean"]).all()
        assert words in LESSON.caption(e, arrays)
        assert question.says(arrays) in LESSON.caption(e, arrays)


def test_verdicts_follow_the_interval() -> None:
    for ends, verdict in (((0.1, 2.0), 0), ((-1.0, 1.0), 1), ((-2.0, -0.1), 2)):
        assert questions.helps({"effect": np.array([[np.mean(ends), *ends]])}) == verdict


def test_flipping_a_trick_that_is_on_measures_it_with_minus_without() -> None:
    on, off = (RecapSettings.parse({"show": "all", "tricks": tricks}) for tricks in ("scale", "init"))
    test = np.zeros((1 + len(TRICKS), 2, SEEDS))
    test[0] = 0.5
    assert record.differences(on, test)[0, 0, 0] == 50.0
    assert record.differences(off, test)[0, 0, 0] == -50.0


def test_jax_program_draws_the_same_numbers() -> None:
    e, arrays = recorded(problem="moons", trick="stop", wrong="0.3")
    found = executed(code.programs(e)["JAX"]())
    np.testing.assert_allclose(np.stack(found["scores"]), arrays["scores"], atol=1e-3)


@pytest.mark.parity
@pytest.mark.parametrize("query", [{"problem": "moons", "trick": "stop"}, {}])
def test_torch_program_obeys_the_same_laws(query: dict[str, str]) -> None:
    pytest.importorskip("torch").set_num_threads(1)
    e, arrays = recorded(**query, steps="60")
    found = executed(code.programs(e)["PyTorch"]())
    np.testing.assert_allclose(found["scores"].mean(1), arrays["scores"].mean(1), atol=0.1)
