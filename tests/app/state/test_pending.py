"""A page whose setting is not trained yet: it says so, it can be stopped, and the picture comes when it is there."""

import json
import time
from collections.abc import Generator
from threading import Event
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import jobs
from app.compute import Trial
from app.lessons import payloads, registry
from app.state import pending
from app.ui import lesson_page as page_module
from tests.app.lessons.test_lessons import _page

NAME = "initialisation"
OTHER = {"initializers": "zeros", "seed": "77"}  # the same program as the default's


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is quick, and a page has no patience."""
    record = registry.get(NAME)
    payloads.recording(record, record.Experiment())
    monkeypatch.setattr(Trial, "seconds", lambda trial: None)
    monkeypatch.setattr(pending, "GRACE", 0.0)


def opened(query: dict[str, str]) -> AppTest:
    page = AppTest.from_function(_page, args=(NAME,), default_timeout=60)
    page.query_params.update(query)
    return page.run()


def stage_of(page: AppTest) -> bytes:
    """What the stage was sent."""
    payload: bytes = page.get("bidi_component")[0].proto.bytes
    return payload


def view(page: AppTest) -> dict[str, Any]:
    payload = stage_of(page)
    header = json.loads(payload[8 : 8 + int.from_bytes(payload[:8], "little")])
    metadata = header["__metadata__"]
    view: dict[str, Any] = json.loads(metadata["view"])
    return view | {"query": json.loads(metadata["query"])}


def told(page: AppTest) -> dict[str, Any]:
    """What the mark on the picture is told of the work; nothing if there is none."""
    data = [json.loads(each.proto.json or "{}") for each in page.get("bidi_component")]
    return next((each for each in data if "words" in each), {})


def settled(page: AppTest) -> AppTest:
    for _ in range(200):
        if told(page).get("state") in (None, "stopped", "failed"):
            return page
        time.sleep(0.1)
        page.run()
    raise AssertionError("it never finished")


@pytest.mark.usefixtures("slow")
def test_the_last_picture_stays_until_the_new_one_is_there() -> None:
    page = opened(OTHER | {"seed": "78"})
    assert not page.exception
    assert told(page)["query"] == view(page)["wanted"]["query"] == OTHER | {"seed": "78"}
    assert view(page)["query"] == {}
    assert view(page)["called"] == "Earlier setting (Four ways to begin)."
    page = settled(page)
    assert not page.exception
    assert view(page)["query"] == view(page)["wanted"]["query"] == OTHER | {"seed": "78"}


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
    assert told(waiting_page)
    assert not told(finished)
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
    assert told(page)["state"] == "stopped"
    assert told(page)["words"] == "Stopped."
    assert view(page)["query"] != view(page)["wanted"]["query"]
    gate.set()
    next(button for button in page.button if button.label == "Train").click().run()
    page = settled(page)
    assert not page.exception
    assert view(page)["query"] == OTHER


@pytest.mark.usefixtures("slow")
def test_without_any_picture_the_stage_says_what_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "known", lambda tasks: False)
    page = opened(OTHER | {"seed": "80"})
    assert not page.exception
    assert view(page)["absent"]
    assert view(page)["wanted"]["query"] == OTHER | {"seed": "80"}
    assert b'"panels"' in stage_of(page).replace(b"\\", b"")
    assert told(page)


def test_every_state_of_the_work_has_words_of_its_own() -> None:
    states = {
        "full": jobs.Progress(0, 0, full=True),
        "waiting": jobs.Progress(0, 2),
        "preparing": jobs.Progress(0, 0),
        "training": jobs.Progress(0.4, 0),
    }
    said = {state: pending._words(progress, False) for state, progress in states.items()}
    assert all(words[0] == state for state, words in said.items())
    assert len({words[1] for words in said.values()}) == len(states)
    assert said["training"][1:] == ("Training", 0.4)
    assert pending._words(states["training"], True) == ("refining", "Refining", 0.4)


@pytest.mark.usefixtures("slow")
def test_all_controls_show_a_setting_before_its_picture_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes long comes last, so that a browser can mark the old picture meanwhile."""
    sent: list[str] = []
    best_available, controls = page_module.best_available, page_module._controls
    side_panel = page_module.side_panel
    monkeypatch.setattr(page_module, "best_available", lambda *given: sent.append("wait") or best_available(*given))
    monkeypatch.setattr(page_module, "_controls", lambda *given: sent.append("controls") or controls(*given))
    monkeypatch.setattr(page_module, "side_panel", lambda key, wanted: sent.append("wanted") or side_panel(key, wanted))
    opened(OTHER | {"seed": "81"})
    assert sent[:3] == ["controls", "wanted", "wait"]
