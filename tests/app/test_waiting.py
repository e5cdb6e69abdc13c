"""A page whose setting is not trained yet: it says so, it can be stopped, and the picture comes when it is there."""

import time

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


@pytest.mark.usefixtures("slow")
def test_cancel_and_train_after_all() -> None:
    page = opened(OTHER)
    next(button for button in page.button if button.label == "Cancel").click().run()
    assert not page.get("progress")
    assert any("Stopped" in block.value for block in page.markdown)
    next(button for button in page.button if button.label == "Train").click().run()
    page = settled(page)
    assert not page.exception
    assert not any("Stopped" in block.value for block in page.markdown)
