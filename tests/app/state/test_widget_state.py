"""Which widget of a page is heard, and when it becomes another one."""

from itertools import pairwise
from typing import Any

import pytest

from app.state import widget_state


class Page:
    """One widget of a session without Streamlit, and what was chosen with it."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state
        self.chosen: list[Any] = []

    def draw(self, value: str) -> dict[str, Any]:
        with widget_state.run():
            return widget_state.view("rate", self.chosen.append, value)

    def choose(self, widget: dict[str, Any], value: str) -> None:
        self.state[widget["key"]] = value
        widget["on_change"]()


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    state: dict[str, Any] = {}
    monkeypatch.setattr(widget_state.st, "session_state", state)
    return Page(state)


def test_who_chooses_keeps_the_widget(page: Page) -> None:
    widget = page.draw("slow")
    page.choose(widget, "fast")
    assert page.chosen == ["fast"]
    assert page.draw("fast")["key"] == widget["key"]


def test_a_choice_that_is_refused_is_undone_in_another_widget(page: Page) -> None:
    widget = page.draw("slow")
    page.choose(widget, "too fast")
    again = page.draw("slow")
    assert again["key"] != widget["key"]
    assert page.state[again["key"]] == "slow"


def test_only_the_widget_of_the_last_run_is_heard(page: Page) -> None:
    before, now = page.draw("slow"), page.draw("fast")
    page.choose(before, "slow")
    assert page.chosen == []
    page.choose(now, "faster")
    assert page.chosen == ["faster"]


def test_a_widget_that_was_away_comes_back_as_another(page: Page) -> None:
    before = page.draw("slow")
    with widget_state.run():
        pass
    page.choose(before, "fast")
    assert page.chosen == []
    assert page.draw("slow")["key"] != before["key"]


def test_a_run_that_is_broken_off_changes_nothing(page: Page) -> None:
    widget = page.draw("slow")
    with pytest.raises(KeyboardInterrupt), widget_state.run():
        raise KeyboardInterrupt
    page.choose(widget, "fast")
    assert page.chosen == ["fast"]


def test_a_long_session_has_few_keys(page: Page) -> None:
    drawn = [page.draw(str(number))["key"] for number in range(100)]
    assert all(one != other for one, other in pairwise(drawn))
    assert len(set(drawn)) == widget_state.KEYS
