"""Reports from the browser are untrusted: only what the scene offers and what is finite comes through."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.stage.component import _settings, _step, _value

NAMES = frozenset({"x", "focus"})
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def test_numbers_and_words_pass() -> None:
    assert _settings({"settings": {"x": 1, "focus": "adam"}}, NAMES) == {"x": 1, "focus": "adam"}
    assert _step({"step": 0}, 10) == 0
    assert _step({"step": 10}, 10) == 10


@pytest.mark.parametrize("value", [None, True, math.nan, math.inf, 1e300, [1], {"a": 1}, "a\x00b", "x" * 201])
def test_nonsense_is_dropped(value: Any) -> None:
    assert _settings({"settings": {"x": value}}, NAMES) == {}


@pytest.mark.parametrize("step", [None, True, -1, 11, 1.5, "3", math.nan])
def test_no_step_outside_the_timeline(step: Any) -> None:
    assert _step({"step": step}, 10) is None


@given(JUNK)
def test_nothing_raises_and_nothing_unasked_comes_through(report: Any) -> None:
    for shaped in (report, {"settings": report}, {"settings": {"x": report, "other": report}}):
        settings = _settings(shaped, NAMES)
        assert set(settings) <= NAMES
        assert all(isinstance(value, str) or math.isfinite(value) for value in settings.values())
        assert _step(shaped, 10) is None or shaped["step"] <= 10


@pytest.mark.parametrize("number", [10**400, -(10**400), float("nan"), float("inf"), 1e300])
def test_a_browser_that_reports_no_usable_number_is_not_heard(number: float) -> None:
    assert _value(number) is None
