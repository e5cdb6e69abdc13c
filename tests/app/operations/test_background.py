"""Threads that nothing ends but the process."""

import logging
from threading import Event

import pytest

from app.operations import background


def test_a_failure_is_logged_and_the_thread_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(background, "PAUSE", 0.0)
    calls: list[None] = []

    def step() -> None:
        calls.append(None)
        if len(calls) < 3:
            raise KeyError("broken")

    with caplog.at_level(logging.ERROR):
        background.repeat("tried", step, lambda: len(calls) < 5).join(10)
    assert len(calls) == 5
    assert [record.message for record in caplog.records] == ["the thread tried failed and goes on"] * 2


def test_a_failure_that_comes_at_once_takes_no_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    slept, enough = [], Event()
    monkeypatch.setattr(background.time, "sleep", lambda seconds: slept.append(seconds) or enough.set())
    background.repeat("tried", lambda: 1 / 0, lambda: not enough.is_set()).join(10)
    assert slept == [background.PAUSE]
