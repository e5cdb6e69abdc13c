"""A worker process: computes tasks beside the process that serves pages. ``python -m app.jobs.worker DESCRIPTOR``.

It is started by ``app.jobs.workers``, hears from it over an inherited socket, and ends when that is closed. A
message is a tuple whose first element names it:

    to the worker    run id task results tables     compute a task, given what it needs
                     cancel id                      stop it at the end of its chunk
    from the worker  alive megabytes                resident memory, each second
                     share id share                 a chunk is done
                     done id value pace             the result, and seconds per unit of work if measured
                     cancelled id
                     failed id text
"""

import logging
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from app.environment import DEPLOYMENT
from app.jobs import jit_memory, job_queue, uploaded_tables
from app.jobs.channel import Channel
from app.operations.requests import start_logging
from training_lab import Dataset

BEAT = 1.0  # seconds between two signs of life
TABLES = 4  # uploaded tables that are remembered
MOST_BYTES = 2**25  # of results kept here; those that are asked for again are kept by the site

log = logging.getLogger("app.jobs.worker")


class Server:
    """Answers one site."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.cancelled: set[int] = set()
        self.tables: deque[uploaded_tables.Table] = deque(maxlen=TABLES)  # held until others come

    def serve(self) -> None:
        """Receive until the site closes its end."""
        threading.Thread(target=self._beat, name="beat", daemon=True).start()
        while True:
            try:
                kind, request, *content = self.channel.receive()
            except (EOFError, OSError):
                return
            if kind == "cancel":
                self.cancelled.add(request)
            else:
                threading.Thread(target=self._run, args=(request, *content), name=f"run-{request}", daemon=True).start()

    def _beat(self) -> None:
        with suppress(OSError):  # the site is gone, and so is this process in a moment
            while True:
                self.channel.send("alive", jit_memory.resident_mb())
                time.sleep(BEAT)

    def _run(
        self, request: int, task: job_queue.Job, needed: Sequence[Any], own: Sequence[tuple[str, Dataset]]
    ) -> None:
        self.tables.extend(uploaded_tables.adopt(digest, dataset) for digest, dataset in own)
        for need, value in zip(task.needs, needed, strict=True):
            job_queue.keep(need, value)
        try:
            value = job_queue.run_here(task, needed, lambda share: self._goes_on(request, share))
            if value is None:
                self.channel.send("cancelled", request)
            else:
                self.channel.send("done", request, value, job_queue.paces.get(task.program))
        except BaseException as error:
            log.exception("a job failed")
            self.channel.send("failed", request, f"{type(error).__name__}: {error}"[:300])
        finally:
            self.cancelled.discard(request)

    def _goes_on(self, request: int, share: float) -> bool:
        self.channel.send("share", request, share)
        return request not in self.cancelled


def main(descriptor: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the site, which closes its end
    start_logging(DEPLOYMENT.log_level)
    jit_memory.keep_on_disk(DEPLOYMENT.cache_dir)
    job_queue.keep_at_most(MOST_BYTES)
    jit_memory.settle()
    Server(Channel(descriptor)).serve()
    os._exit(0)  # whatever is running: nobody waits for it any more


if __name__ == "__main__":
    main(int(sys.argv[1]))
