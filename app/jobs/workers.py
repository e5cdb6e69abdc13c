"""Worker processes, which compute the site's tasks and are ended when they make no progress.

A computation that hangs inside a compiled program cannot be stopped from within its process: no exception reaches it,
and what it holds (a thread of XLA's pool, a lock) it holds for good. So tasks run in processes of their own. Each
reports every chunk. A task without progress is given up, its process is killed and another one started; whatever else
ran there is computed again elsewhere.

Pages and pictures that need no training have the process of the site for themselves, and the workers run at a lower
priority.
"""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from threading import Condition, Event, Thread
from typing import Any

from app.jobs import job_queue, uploaded_tables
from app.jobs.activity import Activity
from app.jobs.channel import Channel, pair
from app.operations import background, metrics

# Seconds without a chunk after which a task is given up, by a clock that stands still while the process waits for a
# processor: of a task, of one whose program is compiled, and of a process that has not said its first word.
STALLED, COMPILING, STARTING = 20.0, 120.0, 60.0
PATIENCE = 120.0  # seconds that a task waits for a process
LOOK = 1.0  # seconds between two looks at all workers
NICE = 5  # so that the process that serves pages comes first
TRIES = 2  # processes that may end under a task before it is blamed
ROOT = Path(__file__).parents[2]

log = logging.getLogger("app.jobs.workers")


class _Lost(Exception):
    """The process of a request ended."""


@dataclass(eq=False)
class _Request:
    """A task that a worker computes."""

    task: job_queue.Job
    events: SimpleQueue[tuple[Any, ...]] = field(default_factory=SimpleQueue)
    still: float = 0.0  # seconds since it began, or its last chunk ended, by the clock of its process
    chunks: int = 0

    @property
    def compiles(self) -> bool:
        """Whether its program may be being compiled, which takes longer than any chunk; see ``Trial.run``."""
        return self.chunks < 2

    def heard(self, event: tuple[Any, ...]) -> None:
        self.still, self.chunks = 0.0, self.chunks + 1
        self.events.put(event)


class Worker:
    """One worker process, as the site sees it."""

    def __init__(self, ended: Callable[["Worker"], None]) -> None:
        ours, theirs = pair()
        command = [sys.executable, "-m", "app.jobs.worker", str(theirs.fileno())]
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        with theirs:
            self.process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": path}
            )
        os.setpriority(os.PRIO_PROCESS, self.process.pid, NICE)
        self.channel = Channel(ours.detach())
        self.requests: dict[int, _Request] = {}
        self.programs: set[Any] = set()  # that were compiled in it
        self.resident = 0.0  # megabytes
        self.retiring = False  # it gets no new tasks
        self.alive = True
        self._ended = ended
        self._numbers = count()
        self.ready = False  # it has said its first word
        self.activity = Activity(self.process.pid)
        self._still = 0.0  # seconds without its first word
        Thread(target=self._listen, name=f"worker-{self.process.pid}", daemon=True).start()

    def run(self, task: job_queue.Job, needed: Sequence[Any], goes_on: job_queue.GoesOn) -> Any:
        """Compute a task; None once ``goes_on`` says no. Raises ``work.GivenUp``, ``work.Failed``, or
        ``_Lost`` if the process ended.
        """
        own = [(name, uploaded_tables.find(name)) for name in task.tables]
        number, request = next(self._numbers), _Request(task)
        self.requests[number] = request
        try:
            if not self.alive:
                raise _Lost
            self._send("run", number, task, needed, [(table.digest, table.dataset) for _, table in own if table])
            return self._followed(number, request, goes_on)
        finally:
            del self.requests[number]

    def _followed(self, number: int, request: _Request, goes_on: job_queue.GoesOn) -> Any:
        while True:
            kind, *content = request.events.get()
            match kind:
                case "share":
                    if not goes_on(content[0]):
                        self._send("cancel", number)
                case "done":
                    self._learn(request.task, content[1])
                    return content[0]
                case "cancelled":
                    return None
                case "failed":
                    raise job_queue.Failed(content[0])
                case _:
                    raise content[0]

    def _learn(self, task: job_queue.Job, pace: float | None) -> None:
        if pace is not None:
            self.programs.add(task.program)
            job_queue.paces[task.program] = pace

    def _send(self, *message: Any) -> None:
        try:
            self.channel.send(*message)
        except OSError:
            raise _Lost from None

    def _listen(self) -> None:
        try:
            while True:
                self._hear(*self.channel.receive())
        except (EOFError, OSError):
            pass  # it has ended
        except Exception:  # what it says cannot be understood, and never will be
            log.exception("a worker process is ended")
        self.alive = False
        for request in list(self.requests.values()):
            request.events.put(("lost", _Lost()))
        self.process.kill()
        self.process.wait()
        self._ended(self)

    def _hear(self, kind: str, *content: Any) -> None:
        if kind == "alive":
            self.ready, self.resident = True, content[0] or 0.0
        elif request := self.requests.get(content[0]):
            job_queue.moves()
            request.heard((kind, *content[1:]))

    def watch(self) -> None:
        """Give up what makes no progress, and end the process with it."""
        passed = self.activity.look()
        if self.activity.idle == 0:
            job_queue.moves()  # compiling, for example
        for request in (running := list(self.requests.values())):
            request.still += passed if self.ready else 0.0
        self._still += passed if not self.ready else 0.0
        stalled = [request for request in running if self._stalls(request)]
        for request in stalled:
            log.error("a task made no progress and is given up: %s", request.task)
            request.events.put(("lost", job_queue.GivenUp(f"it made no progress for {STALLED:.0f} seconds")))
        if stalled or self._still > STARTING:
            metrics.WORKERS_ENDED.labels("stalled").inc()
            self.process.kill()

    def _stalls(self, request: _Request) -> bool:
        if request.compiles and request.task.program not in self.programs:
            return request.still > COMPILING or min(request.still, self.activity.idle) > STALLED
        return request.still > STALLED


class Workers:
    """A number of worker processes."""

    def __init__(self, size: int, megabytes: float) -> None:
        self.size, self.megabytes = size, megabytes
        self.workers: list[Worker] = []
        self._changed = Condition()
        self._look = Event()
        self._deaths = 0  # of processes in a row that never said a word
        self._again = 0.0  # when the next process may be started
        self._closed = False

    def start(self) -> None:
        metrics.WORKERS.set_function(lambda: sum(worker.ready and worker.alive for worker in self.workers))
        self._hire()
        background.repeat("workers", self._watch, lambda: not self._closed)

    def run(self, task: job_queue.Job, needed: Sequence[Any], goes_on: job_queue.GoesOn) -> Any:
        """Compute a task in one of the processes; as ``work.run_here``."""
        for _ in range(TRIES):
            try:
                return self._chosen(task).run(task, needed, goes_on)
            except _Lost:
                continue
        raise job_queue.GivenUp("the process that computed it ended unexpectedly")

    def close(self) -> None:
        """End all processes."""
        self._closed = True
        self._look.set()
        for worker in list(self.workers):
            worker.process.kill()

    def _chosen(self, task: job_queue.Job) -> Worker:
        """The process that has the program of a task, or else the one that has least to do."""

        with self._changed:
            if not self._changed.wait_for(lambda: any(worker.alive for worker in self.workers), PATIENCE):
                raise job_queue.GivenUp("no process could be started for it")
            alive = [worker for worker in self.workers if worker.alive]
            fitting = [worker for worker in alive if task.program in worker.programs and not worker.retiring]
            return min(fitting or alive, key=lambda each: (each.retiring, len(each.requests), each.resident))

    def _hire(self) -> None:
        with self._changed:
            while len(self.workers) < self.size and time.monotonic() >= self._again and not self._closed:
                try:
                    self.workers.append(Worker(self._ended))
                except OSError as error:
                    log.error("no worker process could be started: %s", error)
                    self._delay()
            self._changed.notify_all()

    def _ended(self, worker: Worker) -> None:
        if self._closed:
            return
        log.warning("a worker process ended with status %s", worker.process.returncode)
        with self._changed:
            self.workers.remove(worker)
            self._deaths = 0 if worker.ready else self._deaths + 1
            if self._deaths:
                self._delay()
        # What it had compiled is compiled in no other process, as far as is known.
        for program in worker.programs:
            job_queue.paces.pop(program, None)
        self._look.set()

    def _delay(self) -> None:
        self._again = time.monotonic() + min(2.0**self._deaths, 30.0)

    def _watch(self) -> None:
        self._look.wait(LOOK)
        self._look.clear()
        for worker in list(self.workers):
            worker.watch()
        self._retire()
        self._hire()

    def _retire(self) -> None:
        """End a process that has grown beyond its bound as soon as it has nothing to do, one after the other."""
        retiring = [worker for worker in self.workers if worker.retiring]
        if not retiring:
            retiring = [worker for worker in self.workers if worker.resident > self.megabytes][:1]
        for worker in retiring:
            worker.retiring = True
            if not worker.requests:
                metrics.WORKERS_ENDED.labels("memory").inc()
                worker.process.kill()
