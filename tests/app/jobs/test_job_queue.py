"""Heavy work: done once, in turn, watched, cancelled, and kept within bounds."""

import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from app.jobs import job_queue
from app.jobs.cache import Cache, nbytes
from app.jobs.job_queue import Progress


@dataclass(frozen=True)
class Gate(job_queue.Job):
    """A task that goes on as its test lets it; equal to others of its name."""

    name: str
    seconds_needed: float | None = None
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0), compare=False)
    ran: list[str] = field(default_factory=list, compare=False)
    fails: bool = False

    def run(self) -> Generator[float, None, str]:
        self.ran.append("began")
        for chunk in range(4):
            yield chunk / 4
            self.go.acquire()
        if self.fails:
            raise MemoryError("no room")
        self.ran.append("ended")
        return self.name

    def seconds(self) -> float | None:
        return self.seconds_needed

    def let(self, chunks: int = 4) -> None:
        for _ in range(chunks):
            self.go.release()


@pytest.fixture(autouse=True)
def _empty_queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(job_queue, "_kept", Cache(10**6))
    yield
    until(lambda: not job_queue._entries)


def until(condition: Callable[[], Any], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.002)


def share(task: Gate) -> float:
    state = job_queue.submit("watcher", [task])
    return 1.0 if state is None else state.share


def test_two_at_a_time_in_the_order_of_asking() -> None:
    tasks = [Gate(f"in turn {i}") for i in range(4)]
    for i, task in enumerate(tasks):
        job_queue.submit(f"student {i}", [task])
    until(lambda: len(tasks[1].ran) == 1)
    assert not tasks[2].ran
    assert not tasks[3].ran
    assert job_queue.submit("student 2", [tasks[2]]) == Progress(0.0, 2)
    assert job_queue.submit("student 3", [tasks[3]]) == Progress(0.0, 3)
    tasks[0].let()
    until(lambda: tasks[2].ran)
    assert job_queue.submit("student 0", [tasks[0]]) is None
    assert not tasks[3].ran
    for task in tasks[1:]:
        task.let()
    for i, task in enumerate(tasks):
        until(lambda i=i, task=task: job_queue.submit(f"student {i}", [task]) is None)
        assert task.ran == ["began", "ended"]


def test_progress_is_the_share_of_all_tasks() -> None:
    done, task = Gate("done"), Gate("half")
    done.let()
    assert job_queue.result(done) == "done"
    task.let(2)
    until(lambda: (state := job_queue.submit("me", [done, task])) and state.share == 0.75)
    task.let(2)
    until(lambda: job_queue.submit("me", [done, task]) is None)
    assert job_queue.result(task) == "half"


def test_thirty_students_with_one_setting_cost_one_run() -> None:
    mine, theirs = Gate("shared"), Gate("shared")
    job_queue.submit("me", [mine])
    for i in range(30):
        job_queue.submit(f"student {i}", [theirs])
    job_queue.drop("me")  # I lose interest, they do not
    until(lambda: mine.ran)
    mine.let()
    until(lambda: job_queue.submit("student 7", [theirs]) is None)
    assert mine.ran == ["began", "ended"]
    assert not theirs.ran
    for i in range(30):
        job_queue.drop(f"student {i}")


def test_another_wish_replaces_the_first() -> None:
    first, second = Gate("first"), Gate("second")
    job_queue.submit("me", [first])
    until(lambda: first.ran)
    job_queue.submit("me", [second])
    first.let(1)
    until(lambda: first not in job_queue._entries)
    assert first.ran == ["began"], "cancelled at the end of its chunk"
    second.let()
    until(lambda: job_queue.submit("me", [second]) is None)


def test_a_closed_tab_cancels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_queue, "GONE", 0.05)
    task = Gate("left alone")
    job_queue.submit("gone", [task])
    until(lambda: task.ran)
    time.sleep(0.1)
    task.let(1)
    until(lambda: task not in job_queue._entries)
    assert task.ran == ["began"]


def test_failure_is_told_to_who_asks_and_tried_again_when_asked_anew() -> None:
    task = Gate("bad", fails=True)
    task.let()
    until(lambda: (state := job_queue.submit("me", [task])) and state.error)
    state = job_queue.submit("me", [task])
    assert state
    assert state.error == "MemoryError: no room"
    job_queue.drop("me")
    assert task not in job_queue._entries


def test_no_room_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_queue, "MOST_JOBS", 2)
    tasks = [Gate(f"crowd {i}") for i in range(3)]
    states = [job_queue.submit(f"student {i}", [task]) for i, task in enumerate(tasks)]
    assert [bool(state and state.full) for state in states] == [False, False, True]
    for i, task in enumerate(tasks):
        job_queue.drop(f"student {i}")
        task.let()


def test_what_is_under_way_is_not_begun_again() -> None:
    task = Gate("once")
    job_queue.submit("me", [task])
    until(lambda: task.ran)
    threading.Timer(0.05, task.let).start()
    assert job_queue.result(task) == "once"
    assert task.ran == ["began", "ended"]


@pytest.mark.parametrize(
    ("needed", "quick"), [((0.1, 0.1), True), ((0.1, 0.5), False), ((0.1, None), False), ((), True)]
)
def test_quick(needed: tuple[float | None, ...], quick: bool) -> None:
    assert job_queue.quick([Gate(f"{i}", seconds) for i, seconds in enumerate(needed)]) is quick


def test_cache_counts_bytes_and_lets_the_oldest_go() -> None:
    cache: Cache[dict[str, np.ndarray]] = Cache(100)
    for key in "abc":
        cache.put(key, {"x": np.zeros(40, np.uint8)})
    assert "a" not in cache
    assert cache.bytes == 80
    assert cache.get("b") is not None
    cache.put("d", {"x": np.zeros(40, np.uint8)})
    assert "b" in cache
    assert "c" not in cache
    cache.put("huge", {"x": np.zeros(400, np.uint8)})
    assert len(cache) == 1
    assert "huge" in cache
    assert nbytes(({"a": np.zeros(3), "b": [np.zeros(2, np.float32)]}, "word")) == 32
