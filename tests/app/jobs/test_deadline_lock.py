"""Turns: one at a time, in the order of deadlines, and nobody holds the others up."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread

import pytest

from app.jobs.deadline_lock import DeadlineLock

LONG = 30.0  # seconds; longer than any of these tests takes


def started(work: Callable[[], None]) -> Thread:
    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


@contextmanager
def held(lock: DeadlineLock) -> Iterator[None]:
    """Somebody else has the turn meanwhile."""
    has, go = Event(), Event()

    def hold() -> None:
        with lock.acquire(LONG):
            has.set()
            go.wait(LONG)

    holder = started(hold)
    assert has.wait(LONG)
    yield
    go.set()
    holder.join(LONG)


def waiting(lock: DeadlineLock, count: int) -> None:
    end = time.monotonic() + LONG
    while len(lock._queue) < count:
        assert time.monotonic() < end
        time.sleep(0.001)


def test_earliest_deadline_first() -> None:
    lock, order = DeadlineLock(patience=LONG), []

    def take(within: float) -> None:
        with lock.acquire(within):
            order.append(within)

    threads = []
    with held(lock):
        for count, within in enumerate((3.0, 0.2, 10.0, 0.1), 1):
            threads.append(started(lambda within=within: take(within)))
            waiting(lock, count)
        assert order == []
    for thread in threads:
        thread.join(LONG)
    assert order == [0.1, 0.2, 3.0, 10.0]


def test_only_one_at_a_time() -> None:
    lock, inside, most = DeadlineLock(patience=LONG), 0, 0

    def take() -> None:
        nonlocal inside, most
        for _ in range(20):
            with lock.acquire(0.1):
                inside += 1
                most = max(most, inside)
                time.sleep(0.0005)
                inside -= 1

    for thread in [started(take) for _ in range(8)]:
        thread.join(LONG)
    assert most == 1


def test_who_takes_too_long_is_overtaken() -> None:
    lock = DeadlineLock(patience=0.01)
    with ExitStack() as stack:
        with held(lock):
            stack.enter_context(lock.acquire(0.1))
            mine = lock._holder
        assert lock._holder is mine  # that the first one is done now calls nobody in


def test_an_error_ends_a_turn() -> None:
    lock = DeadlineLock(patience=LONG)
    with pytest.raises(ZeroDivisionError), lock.acquire(0.1):
        raise ZeroDivisionError
    with lock.acquire(0.1):
        pass
