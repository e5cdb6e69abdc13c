"""A deadline-ordered lock around requests that use the processor: the one that has to be done first goes first.

Live pictures (30 ms) go before commits (120 ms) and opened pages (5 s). Without it twenty threads contend for the GIL
each time one of them comes back from JAX or from the network, and 3 ms of work takes hundreds.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from threading import Event, Lock

# Seconds within which a picture of a drag is wanted, what a commit changes, and a page that is being opened.
PICTURE, COMMIT, VISIT = 0.03, 0.12, 5.0


class DeadlineLock:
    """Grants the lock in the order of deadlines; a holder that has had it for ``patience`` seconds is overtaken.

    So a picture that has to be compiled first, which happens without the GIL, does not delay the others.
    """

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._lock = Lock()
        self._order = count()
        self._queue: list[tuple[float, int, Event]] = []
        self._holder: Event | None = None
        self._until = 0.0  # when the holder may be overtaken

    @contextmanager
    def acquire(self, within: float) -> Iterator[None]:
        """Hold the lock within a ``with``.

        Args:
            within: seconds from now until the deadline.
        """
        granted = Event()
        with self._lock:
            heappush(self._queue, (time.monotonic() + within, next(self._order), granted))
            self._grant()
        while not granted.wait(self.patience):
            with self._lock:
                self._grant()
        try:
            yield
        finally:
            with self._lock:
                if self._holder is granted:
                    self._holder = None
                    self._grant()

    def _grant(self) -> None:
        """Let the earliest deadline have it, if it is free or its holder may be overtaken."""
        now = time.monotonic()
        if self._queue and (self._holder is None or now >= self._until):
            self._holder, self._until = heappop(self._queue)[-1], now + self.patience
            self._holder.set()


LOCK = DeadlineLock(patience=0.02)
