"""Everybody does everything at once for a while: afterwards the site answers, and nothing is left of it.

The seed moves with the commit; ``CHAOS_SEED`` repeats a run. ``CHAOS_SECONDS`` (60) bounds it.
"""

import asyncio
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2

from app.contract.lesson import Lesson
from app.environment import DEPLOYMENT
from app.lessons import registry
from tests.benchmarks.load import resident
from tests.benchmarks.visitor import Visitor, elsewhere
from tests.browser.site import ROOT, Site, children, serving

SECONDS = float(os.environ.get("CHAOS_SECONDS", 60))
VISITORS = 14
TICK = 0.4
NONSENSE = ({"steps": "many"}, {"seed": "-1"}, {"x": "nan"}, {"data": "own", "table": "0123456789abcdef"}, {"": "é"})
# What a thread of ours may be doing when nobody wants anything: (file, function) of its innermost frame in app/.
IDLE = {
    ("jobs/job_queue.py", "_next"),
    ("jobs/channel.py", "receive"),
    ("jobs/workers.py", "_watch"),
    ("jobs/uploaded_tables.py", "_forgetting"),
    ("jobs/jit_memory.py", "look"),
    ("operations/health.py", "_go_on"),
    ("deploy/supervise.py", "_pause"),
}


def seed() -> int:
    """Another one for each commit, the same for all who test it."""
    if given := os.environ.get("CHAOS_SEED"):
        return int(given)
    found = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return int(found.stdout[:8], 16) if found.returncode == 0 else 0


def setting(dice: random.Random, record: Lesson) -> dict[str, str]:
    """One that a preset shows, mostly as nobody has seen it, or none that makes sense."""
    if dice.random() < 0.1:
        return dict(dice.choice(NONSENSE))
    found = dict(dice.choice(record.presets).settings)
    if "seed" in record.Experiment.model_fields and dice.random() < 0.7:
        found["seed"] = str(dice.randrange(2, 1_000))
    return found


def table(dice: random.Random) -> bytes:
    rows = (f"{dice.gauss(0, 1):.3f},{dice.gauss(0, 1):.3f},{'ab'[dice.randrange(2)]}" for _ in range(60))
    return ("x,y,class\n" + "\n".join(rows)).encode()


class Somebody:
    """A visitor who opens a lesson, plays with it, and goes away in the middle."""

    def __init__(self, url: str, dice: random.Random) -> None:
        self.url, self.dice = url, dice
        self.failures: list[str] = []
        self.done = 0

    async def live(self, end: float) -> None:
        while time.monotonic() < end:
            record = self.dice.choice(list(registry.lessons().values()))
            query = setting(self.dice, record)
            visitor = Visitor(self.url, record.name)
            try:
                await visitor.open(urlencode(query))
                for _ in range(self.dice.randrange(6)):
                    await self.dice.choice(self.plays(record, visitor))()
                    self.done += 1
            except (OSError, TimeoutError, httpx2.HTTPError) as error:
                self.failures.append(f"{record.name} {query}: {type(error).__name__}: {error}")
            finally:
                await visitor.close()
            self.failures += [f"{record.name} {query}: {failure}" for failure in visitor.failures]

    def plays(self, record: Lesson, visitor: Visitor) -> list[Callable[[], Awaitable[Any]]]:
        plays = [lambda: self.waits(visitor), lambda: self.drags(record)]
        if visitor.stage:
            plays += [lambda: self.lets_go(record, visitor)]
        if visitor.uploader:
            plays += [lambda: visitor.upload(table(self.dice))] * 3
        return plays

    async def waits(self, visitor: Visitor) -> None:
        """Look at a training a few times, whether it has ended or not."""
        for _ in range(self.dice.randrange(1, 10)):
            await asyncio.sleep(TICK)
            if visitor.timer:
                await visitor.tick()

    async def drags(self, record: Lesson) -> None:
        """Ask for pictures as a hand does that is let go early: some answers are not waited for."""
        async with httpx2.AsyncClient(base_url=self.url, timeout=60) as client:
            for _ in range(self.dice.randrange(1, 5)):
                path = f"/live/{record.name}?{urlencode(setting(self.dice, record))}"
                if self.dice.random() < 0.2:
                    with suppress(TimeoutError, httpx2.TimeoutException):
                        await asyncio.wait_for(client.get(path, timeout=0.001), 0.001)
                    continue
                answer = await client.get(path)
                if answer.status_code not in (200, 202, 422):
                    self.failures.append(f"{path}: {answer.status_code}: {answer.text[:200]}")

    async def lets_go(self, record: Lesson, visitor: Visitor) -> None:
        """Let go of something that the stage lets one drag, where it stands at first."""
        experiment = record.Experiment()
        name, value = self.dice.choice(sorted(experiment.values().items()))
        await visitor.report({name: value})


async def chaos(url: str) -> list[Somebody]:
    dice = random.Random(seed())
    people = [Somebody(url, random.Random(dice.random())) for _ in range(VISITORS)]
    end = time.monotonic() + SECONDS
    await asyncio.gather(*(person.live(end) for person in people))
    return people


def metric(url: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", httpx2.get(f"{url}/-/metrics", timeout=60).text, re.MULTILINE)
    assert found, name
    return float(found[1])


def until(measure: Callable[[], Any], wanted: Callable[[Any], bool], seconds: float = 90) -> None:
    """Wait until what is measured is as wanted; AssertionError says what it was in the end."""
    end = time.monotonic() + seconds
    while not wanted(found := measure()):
        assert time.monotonic() < end, found
        time.sleep(0.2)


def nothing(found: Any) -> bool:
    return not found


def trainings(url: str) -> float:
    """How many wait and run."""
    return sum(metric(url, f'beyond_work{{state="{state}"}}') for state in ("waiting", "running"))


def processes(site: int) -> list[int]:
    """The process of a site and those of its workers."""
    return [site, *children(site)]


def within_bounds(megabytes: list[float]) -> bool:
    return len(megabytes) == 1 + 2 and sum(megabytes) <= 1.1 * DEPLOYMENT.memory_mb


def stuck(site: Site, stacks: Path) -> list[str]:
    """Threads of the site that are in the middle of something, by their innermost frame in app/."""
    before = stacks.stat().st_size
    os.kill(site.pid, signal.SIGUSR1)
    until(lambda: stacks.stat().st_size, lambda size: size > before, 10)
    time.sleep(0.5)
    found = []
    for thread in stacks.read_text()[before:].split("\n\n"):
        ours = re.search(r'File ".*/app/([\w/]+\.py)", line \d+ in (\w+)', thread)
        if ours and (ours[1], ours[2]) not in IDLE:
            found.append(thread)
    return found


def test_where_threads_may_be_idle_is_there() -> None:
    for file, function in IDLE:
        assert f"def {function}(" in (ROOT / "app" / file).read_text(), f"{file} has no {function}"


async def opened(url: str, name: str) -> list[str]:
    visitor = Visitor(url, name)
    await visitor.open()
    await visitor.close()
    return [f"{name}: {failure}" for failure in visitor.failures]


def test_a_site_survives_everybody_at_once(tmp_path: Path) -> None:
    stacks = tmp_path / "stacks"
    watched = ROOT / "tests" / "browser" / "watched_site.py"
    with serving(watched, BEYOND_WARM_PRESETS="0", BEYOND_WORKERS="2", WATCHED_STACKS=str(stacks)) as site:
        people = elsewhere(chaos(site.url))
        failures = [failure for person in people for failure in person.failures]
        assert not failures, f"seed {seed()}: {failures[:5]}"
        assert sum(person.done for person in people) >= VISITORS
        until(lambda: trainings(site.url), nothing)
        assert httpx2.get(f"{site.url}/_stcore/health").text == "ok"
        for name in registry.lessons():
            assert elsewhere(opened(site.url, name)) == []
            assert httpx2.get(f"{site.url}/live/{name}", timeout=60).status_code in (200, 202)
        until(lambda: trainings(site.url), nothing)
        until(lambda: stuck(site, stacks), nothing, 30)
        until(lambda: [resident(each) for each in processes(site.pid)], within_bounds, 30)
