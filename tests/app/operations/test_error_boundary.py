"""A fault anywhere in a page is a sentence with a number, a line in the log and a count; the rest of the page stays."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app import jobs
from app.compute import Trial
from app.contract.lesson import Lesson
from app.jobs.deadline_lock import LOCK
from app.lessons import payloads, registry
from app.operations import error_boundary, metrics
from app.operations.requests import Lines
from app.state import pending, url_state
from app.ui import family, home, proof
from app.ui.lesson_page import READING
from app.web import live
from tests.app.lessons.test_lessons import MAIN, _page
from tests.app.state.test_pending import settled, told

NAME = "race"
SETTING = {"x": "1.25"}
NUMBER = re.compile(r"reference number (\d{4}-\d{4})\.")


class Fault(Exception):
    """Raised by a broken hook."""


def broken(*_: Any) -> NoReturn:
    raise Fault("<broken>")


class Text:
    """Stands where a text belongs, and is none."""

    def __str__(self) -> str:
        raise Fault("<broken>")


class Many:
    """Stands where a sequence belongs, and is none."""

    def __iter__(self) -> Iterator[Any]:
        raise Fault("<broken>")


PICTURE = ("record", "scene", "caption", "standings", "values", "work")
HOOKS: dict[str, Any] = dict.fromkeys((*PICTURE, "theory", "formula", "controls", "code"), broken)
HOOKS |= {"theory_note": Text(), "presets": Many(), "references": Many(), "title": Text()}
FAILURES = dict.fromkeys(PICTURE, "The picture") | {
    "theory": "The formulas and the theory",
    "theory_note": "The formulas and the theory",
    "formula": "The formulas and the theory",
    "controls": "The controls",
    "code": "The code",
    "presets": "The presets",
    "references": "The page",
    "title": "The page",
}


OF_SETTINGS = ("values", "controls")  # hooks that are methods of a lesson's settings


def with_hook(record: Lesson, hook: str, value: Any = broken) -> Lesson:
    """A lesson one of whose hooks is another one."""
    if hook not in OF_SETTINGS:
        return replace(record, **{hook: value})
    return replace(record, Experiment=type("Settings", (record.Experiment,), {hook: value}))


def put(monkeypatch: pytest.MonkeyPatch, record: Lesson) -> None:
    """Let this be the lesson of its name."""
    monkeypatch.setitem(registry.lessons(), record.name, record)  # type: ignore[arg-type]  # a dict in truth


def opened(name: str = NAME, query: dict[str, str] = SETTING) -> AppTest:
    page = AppTest.from_function(_page, args=(name,), default_timeout=60)
    page.query_params.update(query)
    page.session_state[READING] = True
    page.session_state[f"{name}-code"] = True
    return page.run()


def numbers(page: AppTest) -> list[str]:
    """The reference numbers on a page on which nothing else is complained of."""
    assert not page.exception
    found = [NUMBER.search(warning.value) for warning in page.warning]
    assert all(found), [warning.value for warning in page.warning]
    return [match[1] for match in found if match]


def count(name: str = NAME) -> float:
    return metrics.REGISTRY.get_sample_value("beyond_page_errors_total", {"lesson": name}) or 0.0


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, str]]:
    return [
        json.loads(Lines().format(record))
        for record in caplog.records
        if record.name == "app.operations.error_boundary"
    ]


@pytest.mark.parametrize("hook", HOOKS)
def test_a_broken_hook_takes_its_part_and_nothing_else(
    hook: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole, before = registry.get(NAME), count()
    put(monkeypatch, with_hook(whole, hook, HOOKS[hook]))
    page = opened()
    (number, *others) = numbers(page)
    assert page.warning[0].value.startswith(FAILURES[hook])
    assert "broken" not in " ".join(warning.value for warning in page.warning)
    assert set(others) <= {number}, "what the reading cannot show for the same reason has the same number"
    (line,) = logged(caplog)
    assert line["reference"] == number
    assert line["address"] == "/race?x=1.25"
    assert line["level"] == "error"
    assert line["error"].startswith("Traceback")
    assert count() == before + 1
    assert any('href="./"' in block.value and 'href="race"' in block.value for block in page.markdown)
    assert len(page.get("bidi_component")) == {"title": 0, "values": 0}.get(hook, 1 if hook in PICTURE else 2)
    put(monkeypatch, whole)
    page = page.run()
    assert not page.exception
    assert not page.warning
    assert len(page.get("bidi_component")) == 2


def test_a_program_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, replace(registry.get(NAME), code=lambda e: {"Broken": broken}))
    page = opened()
    assert len(numbers(page)) == 1
    assert len(page.get("bidi_component")) == 2


def test_a_fault_that_lasts_keeps_its_number_and_another_gets_one(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put(monkeypatch, replace(registry.get(NAME), theory=broken))
    page = opened()
    first = numbers(page)
    assert numbers(page.run()) == first
    page.query_params["x"] = "1.5"
    page.session_state["address"] = {"x": "1.5"}
    second = numbers(page.run())
    assert second != first
    assert [line["reference"] for line in logged(caplog)] == first + second


def test_one_session_fails_and_the_other_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = registry.get(NAME)

    def record(e: Any) -> Any:
        return broken() if e.x == 1.25 else whole.record(e)

    put(monkeypatch, replace(whole, record=record))
    failing, other = opened(), opened(query={"x": "1.5"})
    for _ in range(3):
        assert numbers(failing.run())
        assert not numbers(other.run())
        assert len(other.get("bidi_component")) == 2


def test_a_broken_callback_is_said_once_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    page, before = opened(), count()
    assert not numbers(page)
    with monkeypatch.context() as patched:
        patched.setattr(url_state, "save", broken)
        page.pills[0].set_value(registry.get(NAME).presets[1].title).run()
    assert page.warning[0].value.startswith("Your last change could not be made")
    assert len(numbers(page)) == 1
    assert count() == before + 1
    assert {name: "".join(value) for name, value in page.query_params.items()} == SETTING
    assert not numbers(page.run())


def test_a_broken_report_of_the_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Trial, "seconds", lambda trial: None)
        patched.setattr(pending, "GRACE", 0.0)
        patched.setattr(pending, "_words", broken)
        page = opened("initialisation", {"initializers": "zeros", "seed": "91"})
        assert numbers(page)
        patched.undo()
        assert not numbers(settled(page.run()))


def test_a_training_that_fails_is_stopped_and_can_be_begun_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Trial, "seconds", lambda trial: None)
        patched.setattr(pending, "GRACE", 0.0)
        patched.setattr(Trial, "run", broken)
        page = settled(opened("initialisation", {"initializers": "zeros", "seed": "92"}))
        assert page.warning[0].value.startswith("This setting could not be trained")
        assert numbers(page) == [line["reference"] for line in logged(caplog)]
        assert told(page)["state"] == "failed", "which stands on the picture when the sentence is gone"
    jobs.idle()
    next(button for button in page.button if button.label == "Train").click().run()
    page = settled(page)
    assert not numbers(page)
    assert not told(page)


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[*live.routes, *home.routes]))


@pytest.mark.parametrize("hook", PICTURE)
def test_the_live_route_says_it_too(
    hook: str, client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole, before = registry.get(NAME), count()
    put(monkeypatch, with_hook(whole, hook))
    answer = client.get("/live/race?x=1.25")
    assert answer.status_code == 500
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert NUMBER.search(said["message"])[1] == said["reference"]  # type: ignore[index]
    assert "broken" not in answer.text
    (line,) = logged(caplog)
    assert (line["reference"], line["address"]) == (said["reference"], "/live/race?x=1.25")
    assert count() == before + 1
    put(monkeypatch, whole)
    assert client.get("/live/race?x=1.25").status_code == 200


@pytest.mark.parametrize("hook", PICTURE)
def test_faults_hold_no_lock(hook: str, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """More of them than pictures that train may be made at once."""
    whole = registry.get("initialisation")
    payloads.recording(whole, whole.Experiment())
    put(monkeypatch, with_hook(whole, hook))
    assert {client.get("/live/initialisation").status_code for _ in range(5)} == {500}
    assert LOCK._holder is None
    free = [payloads._training.acquire(blocking=False) for _ in range(2)]
    payloads._training.release(sum(free))
    assert all(free)
    put(monkeypatch, whole)
    assert client.get("/live/initialisation").status_code == 200


def test_a_broken_poster(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payloads, "poster", broken)
    answer, before = client.get("/poster/race.webp"), count()
    assert answer.status_code == 500
    assert NUMBER.search(answer.text)
    assert client.get("/poster/race.webp").status_code == 500
    assert count() == before + 1


def _family() -> None:
    from app.ui import family

    family.page()


def _proof() -> None:
    from app.ui import proof

    proof.page()


@pytest.mark.parametrize(("page", "module", "name"), [(_family, family, "_change"), (_proof, proof, "_walks")])
def test_the_pages_beside_the_lessons(
    page: Callable[[], None], module: Any, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, name, broken)
    shown = AppTest.from_function(page, default_timeout=60).run()
    assert len(numbers(shown)) == 1
    assert any(module.TITLE in block.value for block in shown.markdown)
    assert [line["address"] for line in logged(caplog)] == [f"/{module.__name__.rpartition('.')[2]}"]


def test_a_broken_card_leaves_the_others(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    records = list(registry.lessons().values())
    put(monkeypatch, replace(records[0], question=Text()))  # type: ignore[arg-type]
    page = AppTest.from_file(MAIN, default_timeout=60).run()
    assert len(numbers(page)) == 1
    words = " ".join(block.value for block in page.markdown)
    assert all(record.question in words for record in records[1:])
    assert [line["address"] for line in logged(caplog)] == ["/"]


def test_control_flow_is_no_fault() -> None:
    def script() -> None:
        import streamlit as st

        from app.operations import error_boundary

        with error_boundary.part("This could not be shown"):
            if st.session_state.setdefault("again", True):
                st.session_state["again"] = False
                st.rerun()
            st.markdown("second run")
            st.stop()

    page = AppTest.from_function(script).run()
    assert not numbers(page)
    assert [block.value for block in page.markdown] == ["second run"]


def test_an_address_is_logged_up_to_its_longest(caplog: pytest.LogCaptureFixture) -> None:
    error_boundary.note(NAME, "/race?x=" + "1" * 100_000, Fault("\nsecond line"))
    (line,) = logged(caplog)
    assert len(line["address"]) == 4_000
    assert "\n" not in Lines().format(caplog.records[-1])
