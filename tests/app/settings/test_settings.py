"""Input from a stranger's link: what is good is kept, what is bad is named."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import landscapes
import optimizers
from app.settings.errors import BadSettings
from app.settings.model import bounded
from app.trajectories import TrajectorySettings


def refusal(**query: str) -> dict[str, str]:
    with pytest.raises(BadSettings) as caught:
        TrajectorySettings.parse({name.replace("__", "."): value for name, value in query.items()})
    return dict(caught.value.problems)


@pytest.mark.parametrize(
    ("parameter", "value", "words"),
    [
        ("surface", "nowhere", "no surface named 'nowhere'"),
        ("optimizers", "adam,sdg", "no optimizer named 'sdg'"),
        ("optimizers", "", "between 1 and"),
        ("optimizers", "adam,adam", "at most once"),
        ("learning_rate", "nan", "finite"),
        ("learning_rate", "inf", "finite"),
        ("learning_rate", "1e308", "less than or equal"),
        ("learning_rate", "0", "greater than or equal"),
        ("learning_rate", "-0.1", "greater than or equal"),
        ("learning_rate", "fast", "must be a number, not 'fast'"),
        ("steps", "10000000", "less than or equal to 2000"),
        ("steps", "0", "greater than or equal to 1"),
        ("steps", "2.5", "whole number"),
        ("steps", "9" * 400, "less than or equal"),
        ("steps", "9" * 5_000, "whole number"),
        ("x", "77", "outside the map"),
        ("adam.b1", "1.5", "less than or equal"),
        ("noise", "-1", "greater than or equal"),
        ("seed", "-1", "greater than or equal"),
        ("playhead", "301", "behind the end"),
        ("colour", "red", "no such parameter"),
        ("shared", "perhaps", ""),
    ],
)
def test_bad_input_is_named(parameter: str, value: str, words: str) -> None:
    problems = refusal(**{parameter.replace(".", "__"): value})
    assert words in problems[parameter]


def test_good_parameters_survive_bad_neighbours() -> None:
    settings, problems = TrajectorySettings.parse_lenient(
        {"surface": "himmelblau", "steps": "-5", "x": "nan", "optimizers": "adam", "what": "ever"}
    )
    assert (settings.surface, settings.optimizers, settings.steps) == ("himmelblau", ("adam",), 300)
    assert {problem.parameter for problem in problems} == {"steps", "x", "what"}


def test_a_start_outside_another_map_is_dropped_alone() -> None:
    settings, problems = TrajectorySettings.parse_lenient({"surface": "saddle", "x": "-5.9", "y": "1"})
    assert [problem.parameter for problem in problems] == ["x"]
    assert settings.start == (landscapes.get("saddle").start[0], 1.0)


NUMBERS = {f"{name}.{hyper}": r for name in optimizers.names() for hyper, r in optimizers.get(name).hypers.items()}


@given(
    st.sampled_from(sorted(NUMBERS)).flatmap(
        lambda name: st.tuples(st.just(name), st.floats(NUMBERS[name].low, NUMBERS[name].high))
    ),
    st.integers(1, 2_000),
    st.lists(st.sampled_from(optimizers.names()), min_size=1, max_size=7, unique=True),
)
def test_a_link_says_everything(number: tuple[str, float], steps: int, chosen: list[str]) -> None:
    name, value = number
    settings = TrajectorySettings.parse({name: f"{value:.10g}", "steps": str(steps), "optimizers": ",".join(chosen)})
    again = TrajectorySettings.parse(settings.query())
    assert again == settings
    assert hash(again) == hash(settings)
    assert math.isclose(again.value(name), value, rel_tol=1e-9, abs_tol=1e-300)


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=40), max_size=6))
def test_salvage_always_finds_a_setting(query: dict[str, str]) -> None:
    settings, problems = TrajectorySettings.parse_lenient(query)
    assert settings.steps >= 1
    assert len(settings.query()) + len(problems) <= 2 * len(query) + 1
    assert all(problem.message for problem in problems)


def test_defaults_make_an_empty_link() -> None:
    assert TrajectorySettings().query() == {}
    assert TrajectorySettings.parse({"steps": "300"}).query() == {}


def test_length_of_a_query_is_bounded() -> None:
    bounded("x=1")
    with pytest.raises(BadSettings, match="characters"):
        bounded("x=" + "1" * 10_000)


def test_default_rates_follow_the_surface() -> None:
    rosenbrock, bowl = TrajectorySettings(surface="rosenbrock"), TrajectorySettings(surface="bowl")
    assert rosenbrock.hypers("gradient_descent")["learning_rate"] == landscapes.get("rosenbrock").rate
    assert bowl.hypers("gradient_descent")["learning_rate"] == landscapes.get("bowl").rate
    assert rosenbrock.hypers("adam")["b1"] == 0.9
    shared = TrajectorySettings(shared=True, learning_rate=0.25)
    assert {shared.hypers(name)["learning_rate"] for name in shared.optimizers} == {0.25}
