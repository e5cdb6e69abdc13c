"""Every optimizer side by side, as the site runs it: its first use on a surface, the same with compiled programs kept
on disk, and warm.

Newton's methods and BFGS compile a Hessian or a search along a line: they are listed, and held against no goal.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax.experimental.compilation_cache import compilation_cache

import landscapes
import optimizers
from app.compute.trajectories import Runner, RunSpec, prepared
from app.jobs import jit_memory
from tests.benchmarks.report import Row, spread, timed

STEPS = 500
START = np.array([1.0, 1.5], np.float32)
STILL = np.zeros((STEPS, 2), np.float32)
REPEATS = 3
EXCEPTED = {"newton", "damped_newton", "bfgs"}


def run_one(name: str, runner: Runner) -> Any:
    hypers = {hyper: float(number.default) for hyper, number in optimizers.get(name).hypers.items()}
    return runner([prepared(RunSpec(name, hypers), STEPS, ())], {}, START, STILL)


def fresh() -> Runner:
    """For Beale's function as a surface that no optimizer has run on."""
    beale = landscapes.get("beale").fn
    return Runner(lambda x: beale(x), soon=False)


@contextmanager
def programs_kept_in(folder: Path | None) -> Iterator[None]:
    """Compiled programs are kept in that folder, or nowhere."""
    options = ("jax_compilation_cache_dir", "jax_persistent_cache_min_compile_time_secs")
    before = {option: getattr(jax.config, option) for option in options}
    jax.config.update("jax_compilation_cache_dir", None if folder is None else str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    compilation_cache.reset_cache()
    try:
        yield
    finally:
        for option, value in before.items():
            jax.config.update(option, value)
        compilation_cache.reset_cache()


def first_use(name: str) -> float:
    """Milliseconds until an optimizer has run on a surface for the first time; the best of a few."""
    times = []
    for _ in range(REPEATS):
        surface, begin = fresh(), time.perf_counter()
        run_one(name, surface)
        times.append((time.perf_counter() - begin) * 1e3)
    return min(times)


def run() -> list[Row]:
    names = optimizers.names()
    run_one(names[0], fresh())
    jit_memory.settle()  # as after the site's warm-up
    with programs_kept_in(None):
        first = {name: first_use(name) for name in names}
    with tempfile.TemporaryDirectory() as folder, programs_kept_in(Path(folder)):
        for name in names:
            run_one(name, fresh())
        again = {name: first_use(name) for name in names}
    known = fresh()
    warm = timed({name: lambda name=name: run_one(name, known) for name in names}, least=20, seconds=8)
    fastest = min(np.median(times) for times in warm.values())
    return [_row(name, first[name], again[name], warm[name], fastest) for name in names]


def _row(name: str, first: float, again: float, warm: np.ndarray, fastest: float) -> Row:
    return Row(
        f"{name}, 500 steps on Beale: warm; first use {first:.0f} ms, kept on disk {again:.0f} ms",
        spread(warm),
        f"{np.median(warm) / fastest:.1f} x the fastest",
        "excepted" if name in EXCEPTED else "≤ 4 x; first ≤ 150 ms, kept ≤ 60 ms",
    )
