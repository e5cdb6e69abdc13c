"""Heavy work: done once, kept, in chunks, and never more than two pieces of it at a time.

A ``Task`` is a hashable record of names and numbers: equal tasks have equal results, so thirty students who ask for
one get one. A page asks for the tasks of its setting again and again while it waits; who has not asked for a while has
closed the tab or moved on, and what nobody asks for any more is dropped at the end of its chunk.

Tasks are computed in the thread that needs them, until ``compute_with`` names another place: the site computes them in
worker processes (``app.jobs.workers``), which can be ended when they make no progress.
"""

import logging
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Generator, Hashable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import Any, NamedTuple, TypeAlias

from app.environment import DEPLOYMENT
from app.jobs import jit_memory
from app.jobs.cache import Cache

WORKERS = DEPLOYMENT.workers
MOST_JOBS = DEPLOYMENT.queue  # under way and waiting, together
GONE = 10.0  # seconds without a question after which somebody counts as gone
QUICK = 0.3  # seconds of work that may be done while a hand drags
MOST_BYTES = DEPLOYMENT.results_mb * 2**20  # of results
NEEDED = 0.3  # share of a task's work that the tasks are taken for whose results it needs

log = logging.getLogger("app.jobs.job_queue")
GoesOn: TypeAlias = Callable[[float], bool]  # told the share that is done after each chunk; says whether to go on


class Task(ABC):
    """A piece of work. Hashable, and equal to every task with the same result, in another process too."""

    @property
    def needs(self) -> tuple["Task", ...]:
        """Tasks whose results ``run`` is called with."""
        return ()

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of uploaded tables that it reads."""
        return ()

    @property
    def program(self) -> Hashable:
        """What is compiled for it; equal for all tasks that one program serves. A key of ``paces``."""
        return None

    @abstractmethod
    def run(self, *needed: Any) -> Generator[float, None, Any]:
        """Do it in chunks of some tenths of a second; yield the share that is done, return the result."""

    @abstractmethod
    def seconds(self) -> float | None:
        """How long it will take; None if that is not known, as for a program that is not compiled yet."""


# Seconds per unit of work (a training step, a point of a slice) of compiled programs, as last measured.
paces: dict[Hashable, float] = {}
jit_memory.when_forgotten(paces.clear)


class GivenUp(Exception):
    """A task was ended from outside; the message says why, in words for those who wait for it."""


class Failed(Exception):
    """A task failed in another process, whose log has the traceback; the message is that of the exception there."""


class Progress(NamedTuple):
    """How far somebody's tasks are."""

    share: float  # of all of them, from 0 to 1
    ahead: int  # pieces of work that come first; 0 once one's own has begun
    error: str | None = None  # why one of them cannot be done
    full: bool = False  # so many wait already that nothing more is taken in
    reason: str = ""  # of an error, in words for those who wait; empty if it is a fault of the site


@dataclass(eq=False)
class _Job:
    task: Task
    owners: dict[str, float] = field(default_factory=dict)  # when each last asked
    running: bool = False
    share: float = 0.0
    error: str | None = None
    reason: str = ""

    @property
    def wanted(self) -> bool:
        return any(time.monotonic() - asked < GONE for asked in list(self.owners.values()))

    def goes_on(self, share: float) -> bool:
        moves()
        self.share = share
        return self.wanted


_kept: Cache[Any] = Cache(MOST_BYTES)
_flights: dict[Task, Future[Any]] = {}  # what is being computed, by whomever
_jobs: OrderedDict[Task, _Job] = OrderedDict()  # in the order in which they were asked for
_turn = Condition()
_workers: list[Thread] = []
_moved = time.monotonic()  # when anything last made progress


def moves() -> None:
    """Something made progress."""
    global _moved
    _moved = time.monotonic()


def stands_still() -> float:
    """Seconds for which tasks that somebody waits for have made no progress; 0 if nobody waits."""
    with _turn:
        waited = any(job.error is None and job.wanted for job in _jobs.values())
    return time.monotonic() - _moved if waited else 0.0


def run_here(task: Task, needed: Sequence[Any], goes_on: GoesOn) -> Any:
    """Compute a task in this thread; None once ``goes_on`` says no."""
    chunks = task.run(*needed)
    try:
        while goes_on(next(chunks)):
            pass
    except StopIteration as end:
        return end.value
    chunks.close()
    return None


_run: Callable[[Task, Sequence[Any], GoesOn], Any] = run_here


def compute_with(run: Callable[[Task, Sequence[Any], GoesOn], Any]) -> None:
    """From now on tasks are computed by this function, which has the arguments and the result of ``run_here``."""
    global _run
    _run = run


def result(task: Task, goes_on: GoesOn = lambda share: True) -> Any:
    """What comes of a task: known, or under way somewhere else, or computed now.

    Once ``goes_on`` says no the result is None.
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


def _fly(task: Task, flight: Future[Any], goes_on: GoesOn) -> Any:
    try:
        value = _computed(task, goes_on)
        if value is None:
            flight.cancel()
            return None
        _kept.put(task, value)
        flight.set_result(value)
        return value
    except BaseException as error:
        flight.set_exception(error)
        raise
    finally:
        with _turn:
            del _flights[task]
            _turn.notify_all()


def _computed(task: Task, goes_on: GoesOn) -> Any:
    """The result of a task, after those of the tasks that it needs."""
    missing, needed, ahead = 0 if known(task.needs) else len(task.needs), [], 0.0
    for need in task.needs:
        needed.append(result(need, _part(goes_on, ahead, NEEDED / max(missing, 1))))
        if needed[-1] is None:
            return None
        ahead += NEEDED / missing if missing else 0.0
    return _run(task, needed, _part(goes_on, ahead, 1 - ahead))


def _part(goes_on: GoesOn, begin: float, share: float) -> GoesOn:
    """To be told of a part of the work that begins at ``begin`` and has this share of all of it."""
    return lambda done: goes_on(begin + share * done)


def keep_at_most(most: int) -> None:
    """Bound the results that are kept, in bytes of arrays."""
    _kept.most = most


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
        if not any(job.error is None for job in _jobs.values()):
            moves()  # nobody waited before
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
    failed = next((job for job in jobs if job.error), None)
    error, reason = (failed.error, failed.reason) if failed else (None, "")
    return Progress(done / len(tasks), 0 if begun or not places else min(places), error, full, reason)


def _serve() -> None:
    """The life of a worker."""
    while True:
        job = _next()
        try:
            result(job.task, job.goes_on)
        except Exception as error:  # a worker outlives its work; the owners are told
            log.exception("a task failed")
            job.error = str(error) if isinstance(error, Failed) else f"{type(error).__name__}: {error}"[:300]
            job.reason = str(error) if isinstance(error, GivenUp) else ""
        with _turn:
            moves()
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
