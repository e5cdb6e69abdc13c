"""What another process does with its time: it computes, it waits for a processor, or it waits for something else."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")  # a second
RUNNING = "RD"  # states of a thread that computes, waits for a processor, or for a disk
LITTLE = 0.05  # share of a processor below which a process counts as idle: a sign of life each second takes less


class Activity:
    """Looked at again and again. Where the system does not tell, all time counts as idle."""

    def __init__(self, process: int) -> None:
        self.process = Path(f"/proc/{process}")
        self.idle = 0.0  # seconds for which nothing has wanted to run
        self._looked, self._seconds = time.monotonic(), 0.0

    def look(self) -> float:
        """Seconds that passed for the process since the last look: none while all of it waits for a processor."""
        seconds, runs = self._now()
        now, used = time.monotonic(), max(seconds - self._seconds, 0.0)
        elapsed, self._looked, self._seconds = now - self._looked, now, seconds
        if used > LITTLE * elapsed:
            runs = True
        self.idle = 0.0 if runs else self.idle + elapsed
        return min(used, elapsed) if runs else elapsed

    def _now(self) -> tuple[float, bool]:
        """Seconds of processor time so far, and whether any thread runs or could."""
        try:
            ticks = sum(map(int, _fields(self.process / "stat")[11:13]))
        except (OSError, IndexError):
            return self._seconds, False
        return ticks / TICKS, any(state in RUNNING for state in self._states())

    def _states(self) -> Iterator[str]:
        """Of all threads; the process may end at any moment, and so may each of them."""
        with suppress(OSError):
            for thread in os.listdir(self.process / "task"):
                with suppress(OSError, IndexError):
                    yield _fields(self.process / "task" / thread / "stat")[0]


def _fields(path: Path) -> list[str]:
    """What stands behind the name in a file of proc(5): the state first, ticks in user and kernel mode at 11 and 12."""
    return path.read_text().rpartition(")")[2].split()
