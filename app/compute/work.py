"""Heavy work: done once, kept, in chunks, and never more than two pieces of it at a time.

A ``Task`` is a hashable record of names and numbers: equal tasks have equal results, so thirty students who ask for
one get one. A page asks for the tasks of its setting again and again while it waits; who has not asked for a while has
closed the tab or moved on, and what nobody asks for any more is dropped at the end of its chunk.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import Any, NamedTuple, Protocol

from app.compute.cache import Cache
from app.environment import DEPLOYMENT

WORKERS = DEPLOYMENT.workers
MOST_JOBS = DEPLOYMENT.queue  # under way and waiting, together
GONE = 10.0  # seconds without a question after which somebody counts as gone
QUICK = 0.3  # seconds of work that may be done while a hand drags
MOST_BYTES = DEPLOYMENT.results_mb * 2**20  # of results

log = logging.getLogger("app.compute.work")


class Task(Protocol):
    """A piece of work. Hashable, and equal to every task with the same result."""

    def __hash__(self) -> int: ...

    def run(self) -> Generator[float, None, Any]:
        """Do it in chunks of some tenths of a second; yield the share that is done, return the result."""

    def seconds(self) -> float | None:
        """How long it will take; None if that is not known, as for a program that is not compiled yet."""


class Progress(NamedTuple):
    """How far somebody's tasks are."""

    share: float  # of all of them, from 0 to 1
    ahead: int  # pieces of work that come first; 0 once one's own has begun
    error: str | None = None  # why one of them cannot be done
    full: bool = False  # so many wait already that nothing more is taken in


@dataclass(eq=False)
class _Job:
    task: Task
    owners: dict[str, float] = field(default_factory=dict)  # when each last asked
    running: bool = False
    share: float = 0.0
    error: str | None = None

    @property
    def wanted(self) -> bool:
        return any(time.monotonic() - asked < GONE for asked in list(self.owners.values()))

    def goes_on(self, share: float) -> bool:
        self.share = share
        return self.wanted


_kept: Cache[Any] = Cache(MOST_BYTES)
_flights: dict[Task, Future[Any]] = {}  # what is being computed, by whomever
_jobs: OrderedDict[Task, _Job] = OrderedDict()  # in the order in which they were asked for
_turn = Condition()
_workers: list[Thread] = []


def result(task: Task, goes_on: Callable[[float], bool] = lambda share: True) -> Any:
    """What comes of a task: known, or under way somewhere else, or computed here and now.

    ``goes_on`` is told the share that is done after each chunk; once it says no the result is None.
    """
    while (found := _kept.get(task)) is None:
        with _turn:
            flight = _flights.get(task)
            mine = _flights.setdefault(task, Future())
        if flight is None:
            return _fly(task, mine, goes_on)
        try:
            return flight.result()
        except CancelledError:
            continue
    return found


def _fly(task: Task, flight: Future[Any], goes_on: Callable[[float], bool]) -> Any:
    try:
        chunks = task.run()
        while goes_on(next(chunks)):
            pass
        chunks.close()
        flight.cancel()
        return None
    except StopIteration as end:
        _kept.put(task, end.value)
        flight.set_result(end.value)
        return end.value
    except BaseException as error:
        flight.set_exception(error)
        raise
    finally:
        with _turn:
            del _flights[task]
            _turn.notify_all()


def through(task: Task, part: float) -> Generator[float, None, Any]:
    """What comes of a task that another one needs: known, under way somewhere else, or computed in its own chunks.

    ``part`` is the share that it has in the other's work.
    """
    with _turn:
        mine = None if task in _kept or task in _flights else _flights.setdefault(task, Future())
    if mine is None:
        return result(task)
    try:
        chunks = task.run()
        while True:
            yield part * next(chunks)
    except StopIteration as end:
        _kept.put(task, end.value)
        mine.set_result(end.value)
        return end.value
    except GeneratorExit:
        mine.cancel()
        raise
    except BaseException as error:
        mine.set_exception(error)
        raise
    finally:
        with _turn:
            del _flights[task]
            _turn.notify_all()


def keep(task: Task, value: Any) -> None:
    """Take a result that was computed before."""
    _kept.put(task, value)


def known(tasks: Sequence[Task]) -> bool:
    """Whether all of these are done."""
    return all(task in _kept for task in tasks)


def quick(tasks: Sequence[Task]) -> bool:
    """Whether what is left to do of these takes no longer than a hand that drags can wait."""
    left = [task.seconds() for task in tasks if task not in _kept]
    return None not in left and sum(seconds for seconds in left if seconds) <= QUICK


def ask(owner: str, tasks: Sequence[Task], patience: float = 0.0) -> Progress | None:
    """Have tasks done for somebody, and say how far they are; None when all are done.

    To be repeated: whoever does not ask for ``GONE`` seconds is gone. Somebody has one wish at a time: what this owner
    asked for before and does not ask for now is dropped.

    Args:
        patience: seconds to wait for the end.
    """
    with _turn:
        _release(owner, tasks)
        missing = [task for task in tasks if task not in _kept]
        taken = [_job(task, owner) for task in missing]
        if patience and missing:
            _turn.wait_for(lambda: known(tasks), patience)
        return None if known(tasks) else _progress(tasks, [job for job in taken if job], None in taken)


def queue() -> dict[str, int]:
    """How many pieces of work are waiting and running."""
    with _turn:
        jobs = [job for job in _jobs.values() if job.error is None]
    running = sum(job.running for job in jobs)
    return {"waiting": len(jobs) - running, "running": running}


def idle() -> None:
    """Wait until nobody's work is waiting or under way."""
    with _turn:
        _turn.wait_for(lambda: not any(job.error is None for job in _jobs.values()))


def forget(which: Callable[[Task], bool]) -> None:
    """Let go of the results of some kind of task."""
    _kept.drop(which)


def drop(owner: str) -> None:
    """Somebody wants nothing any more."""
    with _turn:
        _release(owner, ())


def _release(owner: str, but: Sequence[Task]) -> None:
    """Take an owner off all jobs but these, and let go of jobs that nobody wants."""
    for task, job in list(_jobs.items()):
        if task not in but:
            job.owners.pop(owner, None)
        if not job.wanted and not job.running and task not in but:
            del _jobs[task]


def _job(task: Task, owner: str) -> _Job | None:
    """The job of a task, with one more owner; None if there is no room for another job."""
    if task not in _jobs:
        if len(_jobs) >= MOST_JOBS:
            return None
        _jobs[task] = _Job(task)
        _hire()
        _turn.notify_all()
    _jobs[task].owners[owner] = time.monotonic()
    return _jobs[task]


def _hire() -> None:
    while len(_workers) < WORKERS:
        _workers.append(Thread(target=_serve, name=f"work-{len(_workers)}", daemon=True))
        _workers[-1].start()


def _progress(tasks: Sequence[Task], jobs: Sequence[_Job], full: bool) -> Progress:
    done = sum(task in _kept for task in tasks) + sum(job.share for job in jobs)
    begun = any(job.running for job in jobs)
    before = [job for job in _jobs.values() if job.error is None]
    places = [before.index(job) for job in jobs if job in before]
    error = next((job.error for job in jobs if job.error), None)
    return Progress(done / len(tasks), 0 if begun or not places else min(places), error, full)


def _serve() -> None:
    """The life of a worker."""
    while True:
        job = _next()
        try:
            result(job.task, job.goes_on)
        except Exception as error:  # a worker outlives its work; the owners are told
            log.exception("a task failed")
            job.error = f"{type(error).__name__}: {error}"[:300]
        with _turn:
            job.running = False
            if job.error is None or not job.wanted:
                _jobs.pop(job.task, None)
            _turn.notify_all()


def _next() -> _Job:
    """The job that has waited longest and is still wanted."""
    with _turn:
        while True:
            waiting = [job for job in _jobs.values() if not job.running and job.error is None]
            for job in waiting:
                if job.wanted:
                    job.running = True
                    return job
                del _jobs[job.task]
            _turn.wait()
