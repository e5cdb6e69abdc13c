"""Jobs for tests of the queue and of worker processes, in a module that a worker process can import too."""

import os
import time
from collections.abc import Generator
from dataclasses import dataclass

from app.jobs import job_queue, uploaded_tables


@dataclass(frozen=True)
class Simple(job_queue.Job):
    """Answers its name and the process that computed it, in so many chunks of so many seconds."""

    name: str
    chunks: int = 1
    pause: float = 0.0
    compiled: str = ""

    @property
    def program(self) -> str:
        return self.compiled

    def run(self, *needed: object) -> Generator[float, None, tuple[str, int]]:
        for chunk in range(self.chunks):
            yield chunk / self.chunks
            time.sleep(self.pause)
        if self.compiled:
            job_queue.paces[self.program] = 0.001
        return self.name, os.getpid()

    def seconds(self) -> float | None:
        return job_queue.paces.get(self.program)


@dataclass(frozen=True)
class Doubled(job_queue.Job):
    """What it needs, twice."""

    first: Simple

    @property
    def needs(self) -> tuple[Simple]:
        return (self.first,)

    def run(self, *needed: tuple[str, int]) -> Generator[float, None, str]:
        yield 0.5
        return 2 * needed[0][0]

    def seconds(self) -> None:
        return None


@dataclass(frozen=True)
class Rows(job_queue.Job):
    """How many rows an uploaded table has."""

    table: str

    @property
    def tables(self) -> tuple[str]:
        return (self.table,)

    def run(self, *needed: object) -> Generator[float, None, int]:
        yield 0.0
        found = uploaded_tables.find(self.table)
        assert found
        return len(found.dataset.x)

    def seconds(self) -> None:
        return None


@dataclass(frozen=True)
class Broken(job_queue.Job):
    """Fails, or ends the process that computes it."""

    how: str

    def run(self, *needed: object) -> Generator[float, None, None]:
        yield 0.0
        if self.how == "exit":
            os._exit(1)
        raise ValueError(self.how)

    def seconds(self) -> None:
        return None


@dataclass(frozen=True)
class Stuck(job_queue.Job):
    """Makes no progress after its first chunks: it sleeps, or keeps the processor busy."""

    chunks: int = 0
    busy: bool = False

    def run(self, *needed: object) -> Generator[float, None, None]:
        for _ in range(self.chunks):
            yield 0.1
        while True:
            time.sleep(0.0 if self.busy else 1.0)

    def seconds(self) -> None:
        return None
