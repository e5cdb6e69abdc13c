"""The queue of heavy jobs: each is run once, in chunks, its result is cached, and few run at the same time.

A ``Job`` is a hashable record of names and numbers: equal jobs have equal results, so thirty students who ask for
one get one. A page asks for the jobs of its setting again and again while it waits; who has not asked for a while has
closed the tab or moved on, and what nobody asks for any more is dropped at the end of its chunk.

Jobs are computed in the thread that needs them, until ``compute_with`` names another place: the site computes them in
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
NEEDED = 0.3  # share of a job's work that the jobs are taken for whose results it needs

log = logging.getLogger("app.jobs.job_queue")
GoesOn: TypeAlias = Callable[[float], bool]  # told the share that is done after each chunk; says whether to go on


class Job(ABC):
    """A piece of work. Hashable, and equal to every job with the same result, in another process too."""

    @property
    def needs(self) -> tuple["Job", ...]:
        """Jobs whose results ``run`` is called with."""
        return ()

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of uploaded tables that it reads."""
        return ()

    @property
    def program(self) -> Hashable:
        """What is compiled for it; equal for all jobs that one program serves. A key of ``paces``."""
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
    """A job was ended from outside; the message says why, in words for those who wait for it."""


class Failed(Exception):
    """A job failed in another process, whose log has the traceback; the message is that of the exception there."""


class Progress(NamedTuple):
    """How far somebody's jobs are."""

    share: float  # of all of them, from 0 to 1
    ahead: int  # pieces of work that come first; 0 once one's own has begun
    error: str | None = None  # why one of them cannot be done
    full: bool = False  # so many wait already that nothing more is taken in
    reason: str = ""  # of an error, in words for those who wait; empty if it is a fault of the site


@dataclass(eq=False)
class _Entry:
    job: Job
    clients: dict[str, float] = field(default_factory=dict)  # when each last asked
    running: bool = False
    share: float = 0.0
    error: str | None = None
    reason: str = ""

    @property
    def wanted(self) -> bool:
        return any(time.monotonic() - asked < GONE for asked in list(self.clients.values()))

    def goes_on(self, share: float) -> bool:
        moves()
        self.share = share
        return self.wanted


_kept: Cache[Any] = Cache(MOST_BYTES)
_flights: dict[Job, Future[Any]] = {}  # what is being computed, by whomever
_entries: OrderedDict[Job, _Entry] = OrderedDict()  # in the order in which they were asked for
_changed = Condition()
_threads: list[Thread] = []
_moved = time.monotonic()  # when anything last made progress


def moves() -> None:
    """Something made progress."""
    global _moved
    _moved = time.monotonic()


def stands_still() -> float:
    """Seconds for which jobs that somebody waits for have made no progress; 0 if nobody waits."""
    with _changed:
        waited = any(entry.error is None and entry.wanted for entry in _entries.values())
    return time.monotonic() - _moved if waited else 0.0


def run_here(job: Job, needed: Sequence[Any], goes_on: GoesOn) -> Any:
    """Compute a job in this thread; None once ``goes_on`` says no."""
    chunks = job.run(*needed)
    try:
        while goes_on(next(chunks)):
            pass
    except StopIteration as end:
        return end.value
    chunks.close()
    return None


_run: Callable[[Job, Sequence[Any], GoesOn], Any] = run_here


def compute_with(run: Callable[[Job, Sequence[Any], GoesOn], Any]) -> None:
    """From now on jobs are computed by this function, which has the arguments and the result of ``run_here``."""
    global _run
    _run = run


def result(job: Job, goes_on: GoesOn = lambda share: True) -> Any:
    """The result of a job: the cached one, that of a run under way in another thread, or one that is computed now.

    Args:
        goes_on: told the share that is done after each chunk; once it says no the run ends, and the result is None.
    """
    while (found := _kept.get(job)) is None:
        with _changed:
            flight = _flights.get(job)
            mine = _flights.setdefault(job, Future())
        if flight is None:
            return _fly(job, mine, goes_on)
        try:
            return flight.result()
        except CancelledError:
            continue
    return found


def _fly(job: Job, flight: Future[Any], goes_on: GoesOn) -> Any:
    try:
        value = _computed(job, goes_on)
        if value is None:
            flight.cancel()
            return None
        _kept.put(job, value)
        flight.set_result(value)
        return value
    except BaseException as error:
        flight.set_exception(error)
        raise
    finally:
        with _changed:
            del _flights[job]
            _changed.notify_all()


def _computed(job: Job, goes_on: GoesOn) -> Any:
    """The result of a job, after those of the jobs that it needs."""
    missing, needed, ahead = 0 if known(job.needs) else len(job.needs), [], 0.0
    for need in job.needs:
        needed.append(result(need, _part(goes_on, ahead, NEEDED / max(missing, 1))))
        if needed[-1] is None:
            return None
        ahead += NEEDED / missing if missing else 0.0
    return _run(job, needed, _part(goes_on, ahead, 1 - ahead))


def _part(goes_on: GoesOn, begin: float, share: float) -> GoesOn:
    """To be told of a part of the work that begins at ``begin`` and has this share of all of it."""
    return lambda done: goes_on(begin + share * done)


def keep_at_most(most: int) -> None:
    """Bound the results that are kept, in bytes of arrays."""
    _kept.most = most


def keep(job: Job, value: Any) -> None:
    """Take a result that was computed before."""
    _kept.put(job, value)


def known(jobs: Sequence[Job]) -> bool:
    """Whether all of these are done."""
    return all(job in _kept for job in jobs)


def quick(jobs: Sequence[Job]) -> bool:
    """Whether what is left to do of these takes no longer than a hand that drags can wait."""
    left = [job.seconds() for job in jobs if job not in _kept]
    return None not in left and sum(seconds for seconds in left if seconds) <= QUICK


def submit(client: str, jobs: Sequence[Job], patience: float = 0.0) -> Progress | None:
    """Have jobs done for a client, and say how far they are; None when all are done.

    To be repeated: a client that does not ask for ``GONE`` seconds is gone. A client wants one setting at a time: what
    it asked for before and does not ask for now is dropped.

    Args:
        client: an id of a tab.
        patience: seconds to wait for the end.
    """
    with _changed:
        _release(client, jobs)
        missing = [job for job in jobs if job not in _kept]
        taken = [_entry(job, client) for job in missing]
        if patience and missing:
            _changed.wait_for(lambda: known(jobs), patience)
        return None if known(jobs) else _progress(jobs, [entry for entry in taken if entry], None in taken)


def queue() -> dict[str, int]:
    """How many jobs are waiting and running."""
    with _changed:
        entries = [entry for entry in _entries.values() if entry.error is None]
    running = sum(entry.running for entry in entries)
    return {"waiting": len(entries) - running, "running": running}


def idle() -> None:
    """Wait until nobody's job is waiting or under way."""
    with _changed:
        _changed.wait_for(lambda: not any(entry.error is None for entry in _entries.values()))


def forget(which: Callable[[Job], bool]) -> None:
    """Let go of the results of some kind of job."""
    _kept.drop(which)


def drop(client: str) -> None:
    """A client wants nothing any more."""
    with _changed:
        _release(client, ())


def _release(client: str, but: Sequence[Job]) -> None:
    """Take a client off all jobs but these, and let go of jobs that nobody wants."""
    for job, entry in list(_entries.items()):
        if job not in but:
            entry.clients.pop(client, None)
        if not entry.wanted and not entry.running and job not in but:
            del _entries[job]


def _entry(job: Job, client: str) -> _Entry | None:
    """The entry of a job, with one more client; None if there is no room for another job."""
    if job not in _entries:
        if len(_entries) >= MOST_JOBS:
            return None
        if not any(entry.error is None for entry in _entries.values()):
            moves()  # nobody waited before
        _entries[job] = _Entry(job)
        _hire()
        _changed.notify_all()
    _entries[job].clients[client] = time.monotonic()
    return _entries[job]


def _hire() -> None:
    while len(_threads) < WORKERS:
        _threads.append(Thread(target=_serve, name=f"work-{len(_threads)}", daemon=True))
        _threads[-1].start()


def _progress(jobs: Sequence[Job], entries: Sequence[_Entry], full: bool) -> Progress:
    done = sum(job in _kept for job in jobs) + sum(entry.share for entry in entries)
    begun = any(entry.running for entry in entries)
    line = [entry for entry in _entries.values() if entry.error is None]
    ahead = [line.index(entry) for entry in entries if entry in line]
    failed = next((entry for entry in entries if entry.error), None)
    error, reason = (failed.error, failed.reason) if failed else (None, "")
    return Progress(done / len(jobs), 0 if begun or not ahead else min(ahead), error, full, reason)


def _serve() -> None:
    """Compute jobs for ever, one after the other."""
    while True:
        entry = _next()
        try:
            result(entry.job, entry.goes_on)
        except Exception as error:  # the thread outlives its job; the clients are told
            log.exception("a job failed")
            entry.error = str(error) if isinstance(error, Failed) else f"{type(error).__name__}: {error}"[:300]
            entry.reason = str(error) if isinstance(error, GivenUp) else ""
        with _changed:
            moves()
            entry.running = False
            if entry.error is None or not entry.wanted:
                _entries.pop(entry.job, None)
            _changed.notify_all()


def _next() -> _Entry:
    """The entry that has waited longest and is still wanted."""
    with _changed:
        while True:
            waiting = [entry for entry in _entries.values() if not entry.running and entry.error is None]
            for entry in waiting:
                if entry.wanted:
                    entry.running = True
                    return entry
                del _entries[entry.job]
            _changed.wait()
