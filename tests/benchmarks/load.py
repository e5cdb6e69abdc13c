"""A class at work on one server: sessions that each commit a change every few seconds, and what it costs them.

    python -m tests.benchmarks.load --sessions 200 --think 5 --seconds 30

Bounded in number and time, and aimed at a server of its own on the loopback address.
"""

import argparse
import asyncio
import random
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tests.benchmarks.report import Row, spread
from tests.benchmarks.visitor import Visitor
from tests.browser.site import serving

MOST_SESSIONS, MOST_SECONDS = 1_000, 300.0
ARRIVALS = 10.0  # seconds within which everybody opens the page
START = (-4.0, 4.0)  # the span of the starts that are committed


class Load(NamedTuple):
    """What a class of visitors met."""

    opened: np.ndarray  # ms
    early: np.ndarray  # ms of commits while others still arrive
    commits: np.ndarray  # ms of commits after that
    failures: list[str]
    megabytes: float  # resident memory of the server at the end
    seconds: float


class Met(NamedTuple):
    """What one visitor met: when and how long each commit took."""

    opened: float
    commits: list[tuple[float, float]]
    failures: list[str]


async def student(url: str, begin: float, seconds: float, think: float) -> Met:
    """Arrive after a while, open the race, then think and commit, again and again."""
    await asyncio.sleep(random.uniform(0, min(ARRIVALS, seconds)))
    visitor, opened = Visitor(url, "race"), float("nan")
    commits: list[tuple[float, float]] = []
    try:
        opened = await visitor.open()
        while (now := time.monotonic() - begin) < seconds:
            await asyncio.sleep(random.uniform(0.5, 1.5) * think)
            x, y = random.uniform(*START), random.uniform(*START)
            commits.append((now, await visitor.commit(f"x={x:.4f}&y={y:.4f}")))
    except Exception as error:
        visitor.failures.append(f"{type(error).__name__}: {error}")
    finally:
        await visitor.close()
    return Met(opened, commits, visitor.failures)


async def _class(url: str, sessions: int, think: float, seconds: float) -> list[Met]:
    begin = time.monotonic()
    return await asyncio.gather(*(student(url, begin, seconds, think) for _ in range(sessions)))


def resident(pid: int) -> float:
    """Megabytes of a process, read from /proc; NaN where there is none."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def measure(sessions: int, think: float, seconds: float) -> Load:
    with serving() as site:
        begin = time.monotonic()
        met = asyncio.run(_class(site.url, sessions, think, seconds))
        commits = [commit for visitor in met for commit in visitor.commits]
        return Load(
            opened=np.array([visitor.opened for visitor in met]),
            early=np.array([took for when, took in commits if when < ARRIVALS]),
            commits=np.array([took for when, took in commits if when >= ARRIVALS]),
            failures=[failure for visitor in met for failure in visitor.failures],
            megabytes=resident(site.pid),
            seconds=time.monotonic() - begin,
        )


def rows(sessions: int, think: float, load: Load) -> list[Row]:
    p95 = np.percentile(load.commits, 95) if load.commits.size else float("nan")
    return [
        Row(
            f"{sessions} sessions, a commit each {think:g} s: commit",
            spread(load.commits),
            f"p95 {p95:.0f} ms, {len(load.commits) / (load.seconds - ARRIVALS):.0f}/s",
            "p95 ≤ 100 ms at 200 sessions",
        ),
        Row(f"  commits while all arrive within {ARRIVALS:.0f} s", spread(load.early), "", ""),
        Row("  opening the page", spread(load.opened[np.isfinite(load.opened)]), "", ""),
        Row("  errors, memory", f"{len(load.failures)} errors", f"{load.megabytes:.0f} MB", "no errors"),
    ]


def run() -> list[Row]:
    return rows(200, 5.0, measure(200, 5.0, 30.0))


if __name__ == "__main__":
    from tests.benchmarks.report import table

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--think", type=float, default=5.0, help="seconds between two commits of one session")
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args()
    if not (1 <= given.sessions <= MOST_SESSIONS and 0 < given.seconds <= MOST_SECONDS and given.think >= 0.1):
        parser.error(f"1 to {MOST_SESSIONS} sessions, up to {MOST_SECONDS:g} seconds, thinking at least 0.1 s")
    result = measure(given.sessions, given.think, given.seconds)
    print(table(rows(given.sessions, given.think, result)))
    for failure in sorted(set(result.failures))[:10]:
        print(f"{result.failures.count(failure)} x {failure}")
