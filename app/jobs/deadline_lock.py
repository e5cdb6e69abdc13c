"""Who may use Python's interpreter: one at a time, whoever has to be done first.

Threads that work side by side wait for the interpreter each time one of them comes back from JAX or from the network,
and what takes three milliseconds alone takes hundreds beside twenty others. The live route and the pages take turns.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count
from threading import Event, Lock

# Seconds within which a picture of a drag is wanted, what a commit changes, and a page that is being opened.
PICTURE, COMMIT, VISIT = 0.03, 0.12, 5.0


class Turns:
    """A queue in the order of deadlines, and nobody holds it up: who has had ``patience`` seconds is overtaken.

    So a picture that has to be compiled first, for which no interpreter is needed, does not delay the others.
    """

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._lock = Lock()
        self._order = count()
        self._queue: list[tuple[float, int, Event]] = []
        self._holder: Event | None = None
        self._until = 0.0  # when the holder may be overtaken

    @contextmanager
    def wanted(self, within: float) -> Iterator[None]:
        """Wait for a turn, and have it."""
        turn = Event()
        with self._lock:
            heappush(self._queue, (time.monotonic() + within, next(self._order), turn))
            self._call()
        while not turn.wait(self.patience):
            with self._lock:
                self._call()
        try:
            yield
        finally:
            with self._lock:
                if self._holder is turn:
                    self._holder = None
                    self._call()

    def _call(self) -> None:
        """Call the next one in, if it is somebody's turn to be called."""
        now = time.monotonic()
        if self._queue and (self._holder is None or now >= self._until):
            self._holder, self._until = heappop(self._queue)[-1], now + self.patience
            self._holder.set()


TURNS = Turns(patience=0.02)
