"""A class at work on one server: sessions that open a page, drag and let go, again and again, and what it costs them.

    python -m tests.benchmarks.load --sessions 100 200 400 --think 30 --pictures 8 --heavy 8 --comers 2000

Everybody opens the race within ten seconds. Then each session waits ``think`` seconds on average, asks the live route
for some pictures as a dragging hand does, one after the other, and commits where it let go; no start is ever the same.
``heavy`` more sessions keep the queue of trainings full. ``comers`` come one after the other and go again, which tells
whether sessions leave memory behind. Bounded in number and time, and aimed at a server of its own on the loopback
address. The generator shares the processors with the server, so what it says is an upper bound.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from app.lessons import payloads, registry
from tests.benchmarks.report import Row, spread, table
from tests.benchmarks.visitor import Visitor, prepared
from tests.browser.site import Site, serving

MOST_SESSIONS, MOST_SECONDS, MOST_COMERS = 1_000, 300.0, 5_000
ARRIVALS = 10.0  # seconds within which everybody opens the page
START = (-4.0, 4.0)  # the span of the starts
FRAME = 1 / 60  # seconds between two pictures at the least
AT_ONCE, FIRST_COMERS = 10, 200


@dataclass(frozen=True)
class Mix:
    """What a class does."""

    sessions: int = 200
    think: float = 5.0  # seconds between two commits of one session, on average
    pictures: int = 0  # live pictures before each commit
    heavy: int = 0  # sessions that train without a pause
    seconds: float = 30.0


@dataclass
class Met:
    """What the visitors met: milliseconds, and when since the beginning."""

    opened: list[float] = field(default_factory=list)
    commits: list[tuple[float, float]] = field(default_factory=list)
    drags: list[tuple[float, float]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    megabytes: float = float("nan")  # resident memory of the server at the end

    def settled(self, times: Sequence[tuple[float, float]]) -> np.ndarray:
        """Those after everybody had arrived."""
        return np.array([took for when, took in times if when >= ARRIVALS])


class Hand:
    """A connection to the live route, kept open as a browser keeps its own."""

    def __init__(self, url: str, have: str) -> None:
        self.address = urlsplit(url)
        self.have = have
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, x: float, y: float) -> int:
        """One picture; the status of the answer. A connection that the server closed in the meantime is opened anew."""
        if self.streams:
            try:
                return await self._answer(*self.streams, x, y)
            except (asyncio.IncompleteReadError, ConnectionError):
                self.close()
        self.streams = await asyncio.open_connection(self.address.hostname, self.address.port)
        return await self._answer(*self.streams, x, y)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, x: float, y: float) -> int:
        path = f"/live/race?x={x:.4f}&y={y:.4f}&have={self.have}"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {self.address.netloc}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        await reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
        return int(head.split()[1])

    def close(self) -> None:
        if self.streams:
            self.streams[1].close()


async def student(url: str, have: str, begin: float, mix: Mix, met: Met) -> None:
    """Arrive after a while, open the race, then think, drag and let go, again and again."""
    await asyncio.sleep(random.uniform(0, min(ARRIVALS, mix.seconds)))
    visitor, hand = Visitor(url, "race"), Hand(url, have)
    try:
        met.opened.append(await visitor.open())
        await asyncio.sleep(random.uniform(0, 1) * mix.think)
        while (now := time.monotonic() - begin) < mix.seconds:
            x, y = random.uniform(*START), random.uniform(*START)
            for _ in range(mix.pictures):
                x, y = x + random.uniform(-0.05, 0.05), y + random.uniform(-0.05, 0.05)
                met.drags.append((now, await _picture(hand, x, y, met)))
            met.commits.append((now, await visitor.commit({"x": x, "y": y})))
            await asyncio.sleep(random.uniform(0.5, 1.5) * mix.think)
    except Exception as error:
        visitor.failures.append(f"{type(error).__name__}: {error}")
    finally:
        hand.close()
        await visitor.close()
    met.failures += visitor.failures


async def _picture(hand: Hand, x: float, y: float, met: Met) -> float:
    begin = time.perf_counter()
    if (status := await hand.ask(x, y)) != 200:
        met.failures.append(f"live route: {status}")
    took = time.perf_counter() - begin
    await asyncio.sleep(max(FRAME - took, 0))
    return took * 1e3


async def trainer(url: str, end: float, met: Met) -> None:
    """Somebody who always waits for a training that nobody else has asked for."""
    visitor = Visitor(url, "training_loop")
    try:
        await visitor.open()
        while time.monotonic() < end:
            await visitor.commit({"adam.learning_rate": random.uniform(1e-3, 1e-2)})
            await asyncio.sleep(1)
    except Exception as error:
        visitor.failures.append(f"training: {type(error).__name__}: {error}")
    finally:
        await visitor.close()
    met.failures += visitor.failures


async def _class(url: str, have: str, mix: Mix) -> Met:
    met, begin = Met(), time.monotonic()
    students = (student(url, have, begin, mix, met) for _ in range(mix.sessions))
    trainers = (trainer(url, begin + mix.seconds, met) for _ in range(mix.heavy))
    await asyncio.gather(*students, *trainers)
    return met


def resident(pid: int) -> float:
    """Megabytes of a process, read from /proc; NaN where there is none."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def measure(site: Site, mix: Mix) -> Met:
    """Let a class work on a server that is warm."""
    race = registry.get("race")
    have = payloads.scene(race, race.Experiment().scene_settings()).digest
    met = asyncio.run(_class(site.url, have, mix))
    met.megabytes = resident(site.pid)
    return met


def rows(mix: Mix, met: Met) -> list[Row]:
    """The lines of a class in the table."""

    def line(what: str, times: np.ndarray, goal: str) -> Row:
        if not times.size:
            return Row(what, "none", "", goal)
        rate = times.size / (mix.seconds - ARRIVALS)
        return Row(what, spread(times), f"p95 {np.percentile(times, 95):.0f} ms, {rate:.0f}/s", goal)

    who = f"{mix.sessions} sessions, one commit each {mix.think:g} s" + (f", {mix.heavy} train" * bool(mix.heavy))
    commits = line(f"{who}: commit", met.settled(met.commits), _goal(mix))
    drags = [line("  picture of a drag", met.settled(met.drags), "p95 ≤ 60 ms")] * bool(mix.pictures)
    opened = Row("  opening the page, all within 10 s", spread(np.array(met.opened)) if met.opened else "none", "", "")
    errors = Row("  errors, memory", f"{len(met.failures)} errors", f"{met.megabytes:.0f} MB", "no errors")
    return [commits, *drags, opened, errors]


def _goal(mix: Mix) -> str:
    if mix.heavy:
        return "p95 ≤ 150 ms"
    return "p95 ≤ 250 ms at 400 sessions" if mix.pictures else "p95 ≤ 100 ms at 200 sessions"


async def _comers(url: str, count: int, failures: list[str]) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    async def come_and_go() -> None:
        async with room:
            visitor = Visitor(url, "race")
            await visitor.open()
            await visitor.commit({"x": random.uniform(*START)})
            await visitor.close()
            failures.extend(visitor.failures)

    await asyncio.gather(*(come_and_go() for _ in range(count)))


def leak(site: Site, comers: int) -> list[Row]:
    """Memory after the first sessions that came and went, and after all of them."""
    failures: list[str] = []
    asyncio.run(_comers(site.url, FIRST_COMERS, failures))
    early = resident(site.pid)
    asyncio.run(_comers(site.url, comers - FIRST_COMERS, failures))
    late = resident(site.pid)
    what = f"Memory after {FIRST_COMERS} and {comers} sessions that came and went"
    return [Row(what, f"{early:.0f} and {late:.0f} MB", f"{late / early - 1:+.0%}, {len(failures)} errors", "≤ +20%")]


def run(mixes: Sequence[Mix] = (Mix(),), comers: int = 0) -> list[Row]:
    found: list[Row] = []
    for mix in mixes:
        with serving() as site:
            prepared(site.url)
            met = measure(site, mix)
        found += rows(mix, met)
        for failure in sorted(set(met.failures))[:10]:
            print(f"{met.failures.count(failure)} x {failure}", file=sys.stderr)
    if comers:
        # With little room for pictures the cache is full at once: what grows after that is a leak.
        with serving(BEYOND_PICTURES_MB="16") as site:
            prepared(site.url)
            found += leak(site, comers)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--sessions", type=int, nargs="*", default=[200])
    parser.add_argument("--think", type=float, default=5.0, help="seconds between two commits of one session")
    parser.add_argument("--pictures", type=int, default=0, help="live pictures before each commit")
    parser.add_argument("--heavy", type=int, default=0, help="sessions that train, in a class of its own")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--comers", type=int, default=0, help="sessions that come and go")
    given = parser.parse_args()
    if not all(1 <= sessions <= MOST_SESSIONS for sessions in given.sessions):
        parser.error(f"--sessions: 1 to {MOST_SESSIONS}")
    if not (ARRIVALS < given.seconds <= MOST_SECONDS and given.think >= 0.1 and 0 <= given.pictures <= 100):
        parser.error(f"--seconds: {ARRIVALS:g} to {MOST_SECONDS:g}; --think: at least 0.1; --pictures: up to 100")
    if not (0 <= given.heavy <= 64 and (given.comers == 0 or FIRST_COMERS < given.comers <= MOST_COMERS)):
        parser.error(f"--heavy: up to 64; --comers: {FIRST_COMERS} to {MOST_COMERS}")
    classes = [Mix(sessions, given.think, given.pictures, seconds=given.seconds) for sessions in given.sessions]
    if given.heavy:
        classes.append(Mix(50, given.think, given.pictures, given.heavy, given.seconds))
    print(table(run(classes, given.comers)))
