"""The site as a process of its own on a free port, for the browser tests, the benchmarks and the load generator."""

import os
import subprocess
import sys
import time
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from app.deploy.rehearse import free_port, stop

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds from start to healthy, on a machine that compiles everything and does other things too


class Site(NamedTuple):
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]
    started_in: float  # seconds from start to healthy

    @property
    def pid(self) -> int:
        return self.process.pid


@contextmanager
def serving(
    script: Path = ROOT / "app" / "server.py", port: int = 0, full_disk: bool = False, **variables: str
) -> Iterator[Site]:
    """Start the site, on a free port unless one is given, wait until it is healthy, stop it in the end.

    Args:
        full_disk: whether the process can write no file.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    if full_disk:
        command = ["sh", "-c", 'ulimit -f 0 && exec "$@"', "sh", *command]
    begin = time.monotonic()
    process = subprocess.Popen(
        [*command, "--server.address", "127.0.0.1"],
        cwd=ROOT,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    # Read all the time: a server whose pipe is full waits for it, and all of a class with it.
    said: deque[bytes] = deque(maxlen=200)
    listener = Thread(target=said.extend, args=(process.stdout,), daemon=True)
    listener.start()

    def last_words() -> str:
        listener.join()
        return b"".join(said).decode()

    try:
        url = f"http://127.0.0.1:{port}"
        _wait(process, f"{url}/_stcore/health", last_words)
        yield Site(url, process, time.monotonic() - begin)
    finally:
        stop(process)
        listener.join()
        if process.stdout:
            process.stdout.close()


def _wait(process: subprocess.Popen[bytes], health: str, last_words: Callable[[], str]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with status {process.returncode}:\n{last_words()}")
        try:
            with urllib.request.urlopen(health, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"no answer from {health} within {PATIENCE} s")


def children(process: int) -> list[int]:
    """The processes that any thread of a process started and that still run."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]
