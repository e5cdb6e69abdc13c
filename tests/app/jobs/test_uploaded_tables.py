"""Tables of one's own come and go while pages, pictures and trainings that name them are under way."""

import gc
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app import jobs
from app.compute import Trial
from app.jobs import uploaded_tables
from app.lessons import payloads, registry
from app.state import pending
from app.web import live
from tests.app.lessons.test_lessons import _page
from tests.app.lessons.training_loop.test_training_loop import RING
from tests.app.state.test_pending import settled, told

RECORD = registry.get("training_loop")
GONE = uploaded_tables.GONE


def ring(name: str) -> str:
    """A table of its own for each test."""
    return RING.replace("in\n", f"{name}\n")


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A table that goes is no fault of the site."""
    payloads.recording(RECORD, RECORD.Experiment())
    yield
    assert not [record for record in caplog.records if record.name == "app.operations.error_boundary"]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is quick, and a page has no patience."""
    monkeypatch.setattr(Trial, "seconds", lambda trial: None)
    monkeypatch.setattr(pending, "GRACE", 0.0)


def opened(**query: str) -> AppTest:
    page = AppTest.from_function(_page, args=("training_loop",), default_timeout=120)
    page.query_params.update(query)
    page.session_state["training_loop-own data-share2"] = True
    return page.run()


def upload(page: AppTest, content: str) -> AppTest:
    page.file_uploader[0].set_value(("table.csv", content.encode(), "text/csv")).run()
    return page


def said(page: AppTest) -> str:
    """What a page complains of; it never shows an exception."""
    assert not page.exception
    return " ".join(block.value for block in (*page.warning, *page.error)).replace("\\", "")


def given(page: AppTest) -> dict[str, str]:
    return {name: "".join(value) for name, value in page.query_params.items()}


def drop(page: AppTest) -> None:
    """The session lets go of its table, as when its tab is closed."""
    del page.session_state["training_loop-table-share6.held"]
    gc.collect()


def drawn(page: AppTest) -> bool:
    return len(page.get("bidi_component")) == 2 + bool(told(page))  # the stage, its side panel, and the notice


@pytest.mark.usefixtures("slow")
def test_a_second_table_after_the_first() -> None:
    page = settled(upload(opened(), ring("one")))
    first = given(page)["table"]
    page = upload(page, ring("two"))
    assert not said(page)
    assert told(page), "the second is trained while the picture of the first cannot be drawn any more"
    assert drawn(page)
    page = settled(page)
    assert not said(page)
    assert given(page)["table"] != first
    gc.collect()
    assert not uploaded_tables.known(first)


@pytest.mark.usefixtures("slow")
def test_a_second_table_while_the_first_is_trained() -> None:
    page = upload(upload(opened(), ring("three")), ring("four"))
    assert not said(settled(page))


def test_a_bad_table_leaves_the_one_before() -> None:
    page = settled(upload(opened(), ring("five")))
    before = given(page)
    page = upload(page, "once upon a time\nthere was\n")
    assert "four are the least" in said(page)
    assert "no longer on the server" not in said(page)
    assert given(page) == before
    assert drawn(page)


def test_a_table_that_is_taken_away() -> None:
    page = settled(upload(opened(), ring("six")))
    page.file_uploader[0].clear().run()
    assert not said(page)
    assert "table" not in given(page)
    assert drawn(page)


@pytest.mark.usefixtures("slow")
def test_a_table_goes_while_its_training_waits() -> None:
    table: Any = uploaded_tables.read(ring("seven").encode())
    page = opened(data="own", table=table.digest, steps="2000")
    assert told(page)
    del table
    gc.collect()
    page = settled(page.run())
    assert GONE in said(page)
    assert drawn(page)
    jobs.idle()


def test_a_table_goes_and_the_page_that_showed_it_is_reloaded_and_changed() -> None:
    page = settled(upload(opened(), ring("eight")))
    link = given(page)
    other = opened(**link)
    assert not said(other)
    drop(page)
    for reloaded in (page.run(), opened(**link), other.run()):
        assert GONE in said(reloaded)
        assert drawn(reloaded)
    other.selectbox[0].set_value("cnn").run()
    assert drawn(settled(other))


def test_a_table_goes_while_its_picture_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asked the live route or opened the page first keeps it to the end of the answer."""
    held = [uploaded_tables.read(ring("nine").encode())]
    query = {"data": "own", "table": held[0].digest}
    payloads.recording(RECORD, RECORD.Experiment.parse(query))  # trained
    validated = type(RECORD.Experiment()).without

    def without(experiment: Any, patterns: tuple[str, ...]) -> Any:
        held.clear()
        gc.collect()
        return validated(experiment, patterns)

    monkeypatch.setattr(type(RECORD.Experiment()), "without", without)
    client = TestClient(Starlette(routes=live.routes))
    assert client.get("/live/training_loop", params=query).status_code == 200
    assert not held
    gc.collect()
    answer = client.get("/live/training_loop", params=query)
    assert answer.status_code == 422
    assert answer.json() == {"parameter": "data", "message": GONE}


def test_a_page_keeps_the_table_until_it_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    held = [uploaded_tables.read(ring("ten").encode())]
    query = {"data": "own", "table": held[0].digest}
    payloads.recording(RECORD, RECORD.Experiment.parse(query))
    quick = jobs.quick

    def let_go(tasks: Any) -> bool:
        held.clear()
        gc.collect()
        return quick(tasks)

    monkeypatch.setattr(jobs, "quick", let_go)
    page = opened(**query)
    assert not said(page)
    assert drawn(page)
    assert GONE in said(page.run())


def test_whoever_waits_for_a_table_that_is_gone_stops_waiting() -> None:
    """A timer asks with the setting that its page was drawn with."""
    table: Any = uploaded_tables.read(ring("twelve").encode())
    stale = RECORD.Experiment.parse({"data": "own", "table": table.digest})
    assert pending._state(RECORD, stale, refines=False)
    del table
    gc.collect()
    assert pending._state(RECORD, stale, refines=False) is None


def test_a_recipe_of_a_table_that_is_gone() -> None:
    with pytest.raises(uploaded_tables.Gone, match=re.escape(GONE)):
        uploaded_tables.find(uploaded_tables.name("0123456789abcdef"))


@pytest.mark.usefixtures("slow")
def test_an_abandoned_training_disturbs_nobody() -> None:
    """The session of the table is gone with its tab; what the worker still does of it comes to an end."""
    page = upload(opened(), ring("eleven"))
    assert told(page)
    drop(page)
    other = settled(opened(steps="60"))
    assert not said(other)
    for _ in range(100):
        if jobs.queue() == {"waiting": 0, "running": 0}:
            break
        time.sleep(0.1)
    assert jobs.queue()["waiting"] == 0
