"""Timing side by side, and the table that ``make bench`` prints."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np


class Row(NamedTuple):
    """One line: what was measured, the times with their spread, the ratio or value, and the goal it is held against."""

    what: str
    measured: str
    ratio: str
    goal: str


def timed(calls: Mapping[str, Callable[[], Any]], *, least: int, seconds: float) -> dict[str, np.ndarray]:
    """Milliseconds of each call, the calls taken in turn so that a slow moment of the machine hits all alike.

    Every call runs once before the clock starts, then at least ``least`` times, and on until ``seconds`` are over.
    """
    for call in calls.values():
        call()
    times: dict[str, list[float]] = {name: [] for name in calls}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or min(map(len, times.values())) < least:
        for name, call in calls.items():
            # A fast call is repeated, or the clock and the cold cache after its slow neighbours would be measured.
            for _ in range(20 if times[name] and times[name][-1] < 1 else 1):
                begin = time.perf_counter()
                call()
                times[name].append((time.perf_counter() - begin) * 1e3)
    return {name: np.array(values) for name, values in times.items()}


def spread(milliseconds: np.ndarray) -> str:
    """Median with the tenth and the ninetieth percentile, in milliseconds."""
    low, middle, high = np.percentile(milliseconds, [10, 50, 90])
    return f"{middle:.3g} ms ({low:.3g} – {high:.3g})"


def table(rows: Iterable[Row]) -> str:
    lines = [Row("what", "median (p10 – p90)", "ratio", "goal"), *rows]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
