"""Pictures that need no training while eight people train, and what a training costs that hangs.

The trainings are the slowest of the site, each with a seed that nobody has asked for, so that the queue is never empty.
What hangs can be ended with its worker process or with the whole site; both are measured. On the loopback address,
bounded in number and time.
"""

import asyncio
import itertools
import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from app.jobs.workers import Workers
from app.lessons import payloads, registry
from tests.benchmarks.load import START, Hand, resident
from tests.benchmarks.report import Row, spread
from tests.benchmarks.visitor import Visitor
from tests.browser.site import Site, serving

TRAINERS, SECONDS, EVERY = 8, 20.0, 0.05
TICK = 0.4  # seconds between two looks of a page at its training
QUERY = "view=time&activation=tanh&radius=0.5&seed={}"
AGAIN = 5  # worker processes that are killed

_seeds = itertools.count(1_000)


async def trainer(url: str, end: float, done: list[float]) -> None:
    """Somebody who always waits for a training that nobody else has asked for; milliseconds of each."""
    while time.monotonic() < end:
        visitor, begun = Visitor(url, "vanishing"), time.perf_counter()
        await visitor.open(QUERY.format(next(_seeds)))
        while visitor.timer and time.monotonic() < end:
            await asyncio.sleep(TICK)
            if visitor.timer:
                await visitor.tick()
        if not visitor.timer:
            done.append((time.perf_counter() - begun) * 1e3)
        await visitor.close()
        assert not visitor.failures, visitor.failures


async def pictures(url: str, have: str, end: float) -> np.ndarray:
    """Milliseconds of pictures of the race, twenty a second, each of a start that nobody has asked for."""
    hand, times = Hand(url, have), []
    while time.monotonic() < end:
        begin = time.perf_counter()
        assert await hand.ask(random.uniform(*START), random.uniform(*START)) == 200
        times.append((time.perf_counter() - begin) * 1e3)
        await asyncio.sleep(EVERY)
    hand.close()
    return np.array(times)


async def _beside(url: str, have: str, trainers: int, done: list[float]) -> np.ndarray:
    end = time.monotonic() + SECONDS
    people = [trainer(url, end, done) for _ in range(trainers)]
    times, *_ = await asyncio.gather(pictures(url, have, end), *people)
    return times


def beside_trainings(site: Site) -> list[Row]:
    """Pictures alone, and beside trainings whose program is compiled."""
    race = registry.get("race")
    have = payloads.scene(race, race.Experiment().scene_settings()).digest
    asyncio.run(trainer(site.url, time.monotonic() + 60, warm := []))
    assert warm, "the first training did not end within a minute"
    done: list[float] = []
    alone, busy = (asyncio.run(_beside(site.url, have, trainers, done)) for trainers in (0, TRAINERS))
    slow = np.percentile(busy, 95), np.percentile(alone, 95)
    return [
        Row("Picture of the race, alone", spread(alone), f"p95 {slow[1]:.1f} ms", ""),
        Row(
            f"  beside {TRAINERS} trainings",
            spread(busy),
            f"p95 {slow[0]:.1f} ms: {slow[0] / slow[1]:.1f} x",
            "≤ 60 ms",
        ),
        Row("  trainings that ended meanwhile", f"{len(done)}", spread(np.array(done)) if done else "", ""),
    ]


@contextmanager
def _one_worker() -> Iterator[Workers]:
    workers = Workers(1, 10_000)
    workers.start()
    yield workers
    workers.close()


def _ready(workers: Workers, but: int = 0) -> int:
    while not any(worker.ready and worker.process.pid != but for worker in workers.workers):
        time.sleep(0.01)
    return workers.workers[0].process.pid


def replaced() -> list[Row]:
    """A worker process that is killed, and the site that is started again: until the next one computes."""
    times = []
    with _one_worker() as workers:
        process = _ready(workers)
        for _ in range(AGAIN):
            begin = time.perf_counter()
            os.kill(process, signal.SIGKILL)
            process = _ready(workers, process)
            times.append((time.perf_counter() - begin) * 1e3)
        megabytes = resident(process)
    restarts = []
    for _ in range(3):
        with serving(BEYOND_WARM_PRESETS="0") as site:
            restarts.append(site.started_in * 1e3)
    one, whole = np.array(times), np.array(restarts)
    lost = "keeps tables, results and pictures"
    return [
        Row("Worker process killed: the next one is ready after", spread(one), f"{megabytes:.0f} MB each; {lost}", ""),
        Row("  the whole site started again", spread(whole), f"{np.median(whole) / np.median(one):.1f} x", ""),
    ]


def run() -> list[Row]:
    with serving(BEYOND_WARM_PRESETS="0") as site:
        rows = beside_trainings(site)
    return rows + replaced()
