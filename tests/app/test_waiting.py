"""A page whose setting is not trained yet: it says so, it can be stopped, and the picture comes when it is there."""

import time
from collections.abc import Generator
from threading import Event
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import compute, lesson, waiting
from app.compute import Trial
from tests.app.test_lessons import _page

NAME = "initialisation"
OTHER = {"initializers": "zeros", "seed": "77"}  # the same program as the default's


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is quick, and a page has no patience."""
    record = lesson.get(NAME)
    compute.recording(record, record.Experiment())
    monkeypatch.setattr(Trial, "seconds", lambda trial: None)
    monkeypatch.setattr(waiting, "GRACE", 0.0)


def opened(query: dict[str, str]) -> AppTest:
    page = AppTest.from_function(_page, args=(NAME,), default_timeout=60)
    page.query_params.update(query)
    return page.run()


def settled(page: AppTest) -> AppTest:
    for _ in range(200):
        if not page.get("progress"):
            return page
        time.sleep(0.1)
        page.run()
    raise AssertionError("it never finished")


@pytest.mark.usefixtures("slow")
def test_the_last_picture_stays_until_the_new_one_is_there() -> None:
    page = opened(OTHER | {"seed": "78"})
    assert not page.exception
    assert page.get("progress")
    assert len(page.get("bidi_component")) == 2
    before = page.get("bidi_component")[0].proto.bytes
    page = settled(page)
    assert not page.exception
    assert page.get("bidi_component")[0].proto.bytes != before


def place(page: AppTest, key: str) -> tuple[int, ...]:
    """Where in the page, child by child, a container stands."""
    found: list[tuple[int, ...]] = []

    def look(block: Any, path: tuple[int, ...]) -> None:
        for index, child in getattr(block, "children", {}).items():
            if str(getattr(getattr(child, "proto", None), "id", "")).endswith(f"-{key}"):
                found.append((*path, index))
            look(child, (*path, index))

    look(page.main, ())
    assert len(found) == 1
    return found[0]


@pytest.mark.usefixtures("slow")
def test_what_is_told_of_work_has_its_place_when_there_is_none() -> None:
    """Streamlit may send what a fragment wrote without the container that the fragment around it made for it."""
    waiting_page, finished = opened(OTHER | {"seed": "79"}), opened({})
    assert waiting_page.get("progress")
    assert not finished.get("progress")
    assert place(waiting_page, "work") == place(finished, "work")
    assert place(opened({"depth": "nonsense"}), "work") == place(finished, "work")


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Event:
    """No training ends before this is set."""
    run, gate = Trial.run, Event()

    def held(trial: Trial) -> Generator[float, None, Any]:
        while not gate.is_set():
            time.sleep(0.01)
            yield 0.0
        return (yield from run(trial))

    monkeypatch.setattr(Trial, "run", held)
    return gate


@pytest.mark.usefixtures("slow")
def test_cancel_and_train_after_all(gate: Event) -> None:
    page = opened(OTHER)
    next(button for button in page.button if button.label == "Cancel").click().run()
    assert not page.get("progress")
    assert any("Stopped" in block.value for block in page.markdown)
    gate.set()
    next(button for button in page.button if button.label == "Train").click().run()
    page = settled(page)
    assert not page.exception
    assert not any("Stopped" in block.value for block in page.markdown)
