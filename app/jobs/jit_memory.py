"""Compiled programs take memory, two to twenty megabytes each, and JAX keeps every one: here they are let go in time.

A class that turns through architectures compiles hundreds. When the process has grown beyond a bound all programs are
forgotten at once; what is used is traced again and read from the folder of compiled programs, in tenths of a second.
"""

import ctypes
import gc
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

import jax
import numpy as np

from app.operations import background, metrics

ROOM = 300.0  # megabytes of programs that there must be before they are forgotten again

LARGE = 256  # rows of a matrix whose products XLA shares among its threads

log = logging.getLogger("app.jobs.jit_memory")
_tidiers: list[Callable[[], None]] = []


def resident_mb() -> float | None:
    """Megabytes of this process in memory; None where the system does not tell."""
    try:
        with open("/proc/self/statm") as pages:
            return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return None


def when_forgotten(tidy: Callable[[], None]) -> None:
    """Have something else forgotten with the programs: what is known of their speed, for example."""
    _tidiers.append(tidy)


def forget() -> None:
    """Let go of all compiled programs, and give their memory back to the system."""
    jax.clear_caches()
    for tidy in _tidiers:
        tidy()
    gc.unfreeze()  # what was compiled before the start was taken out of the collector's sight
    settle()
    trim()
    metrics.FORGOTTEN.inc()


def settle() -> None:
    """Take what is loaded out of sight of the garbage collector, which would look through it amid somebody's drag."""
    gc.collect()
    gc.freeze()


def trim() -> None:
    """Give free memory back to the system, which glibc keeps to itself otherwise."""
    release = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if release:
        release(0)


def keep_on_disk(folder: Path | None) -> None:
    """Let JAX keep every compiled program in a folder; without one that can be written, starting takes longer."""
    if folder is None:
        return
    shortest = 0.0  # seconds of compiling from which on a program is kept
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{threading.get_ident()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        if not folder.is_dir():
            log.warning("compiled programs are not kept: BEYOND_CACHE_DIR=%s: %s", folder, error.strerror)
            return
        log.info("compiled programs are read from %s; new ones are not kept: %s", folder, error.strerror)
        shortest = float("inf")
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", shortest)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


@jax.jit
def _product(x: jax.Array) -> jax.Array:
    return x @ x


def touch() -> None:
    """Compute something for which XLA uses all of its threads, so that it waits if they do."""
    _product(np.ones((LARGE, LARGE), np.float32)).block_until_ready()


class Limit:
    """How large the process may be; what cannot be let go lifts it, or everything would be compiled again and again."""

    def __init__(self, megabytes: float, resident: Callable[[], float | None] = resident_mb) -> None:
        self.least = self.megabytes = megabytes
        self.resident = resident

    def keep(self) -> None:
        """Forget all programs if the process has grown beyond the limit, and not by what is free already."""
        if not self._passed():
            return
        trim()
        if not self._passed():
            return
        forget()
        left = self.resident() or 0.0
        self.megabytes = max(self.least, left + ROOM)
        log.info("compiled programs were forgotten: %.0f MB are left in memory", left)

    def _passed(self) -> bool:
        size = self.resident()
        return size is not None and size > self.megabytes


def watch(limit: Limit) -> None:
    """After every compilation look how large the process is."""
    compiled = threading.Event()

    def heard(event: str, duration_secs: float, **_: str | int) -> None:
        if event == metrics.COMPILED:
            compiled.set()

    def look() -> None:
        compiled.wait()
        compiled.clear()
        limit.keep()

    jax.monitoring.register_event_duration_secs_listener(heard)
    background.repeat("programs", look)
