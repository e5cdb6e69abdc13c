"""Threads that must not end: who watches, tidies or listens does so until the process ends, whatever goes wrong once.

A thread that an exception ends is missed by nobody, and what it was for is not done any more.
"""

import logging
import time
from collections.abc import Callable
from threading import Thread

PAUSE = 1.0  # seconds after a failure, so that one that comes at once does not come a thousand times a second

log = logging.getLogger("app.operations.background")


def repeat(name: str, step: Callable[[], object], going: Callable[[], bool] = lambda: True) -> Thread:
    """Do something again and again in a daemon thread of this name; what it raises is logged, and it is done again.

    Args:
        step: waits by itself for something to do.
        going: asked before each time; the thread ends once it says no.
    """

    def run() -> None:
        while going():
            try:
                step()
            except Exception:
                log.exception("the thread %s failed and goes on", name)
                time.sleep(PAUSE)

    thread = Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
