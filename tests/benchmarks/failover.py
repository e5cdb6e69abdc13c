"""Two replicas behind a real nginx, a class at work, and one replica killed: who notices, and for how long.

Sessions commit every few seconds and, when their connection breaks, open the page again as a browser does; somebody
drags all the time. Bounded in number and time, on the loopback address.
"""

import asyncio
import time
from typing import NamedTuple
from urllib.parse import urlencode

import httpx2
import numpy as np
import websockets

from app.deploy.rehearse import NGINX, topology
from tests.benchmarks.report import Row, spread
from tests.benchmarks.visitor import Visitor, prepared

SESSIONS, SECONDS, KILLED_AFTER, THINK = 100, 30.0, 12.0, 3.0
AGAIN = 0.2  # seconds between two attempts to come back


class Met(NamedTuple):
    """What one session met: whether it was lost, and milliseconds until it had its picture again."""

    lost: bool
    away: float
    failures: list[str]


async def student(url: str, number: int, end: float) -> Met:
    visitor, away, lost = Visitor(url, "race", seat=f"rehearsal-{number}"), float("nan"), False
    start = {"x": number % 8 - 3.5, "y": 1.1}
    query = urlencode(start)
    await asyncio.sleep(5 * number / SESSIONS)
    await visitor.open(query)
    while time.monotonic() < end:
        try:
            await asyncio.wait_for(visitor.socket.wait_closed(), THINK)
            raise ConnectionError("the connection broke")
        except TimeoutError:
            pass
        except ConnectionError:
            lost, begin = True, time.perf_counter()
            await _back(visitor, query, end)
            away = (time.perf_counter() - begin) * 1e3
            continue
        try:
            await visitor.commit(start)
        except websockets.ConnectionClosed:
            continue  # noticed above
    await visitor.close()
    return Met(lost, away, visitor.failures)


async def _back(visitor: Visitor, query: str, end: float) -> None:
    while True:
        try:
            await visitor.open(query)
            return
        except (OSError, websockets.WebSocketException) as error:
            if time.monotonic() > end:
                visitor.failures.append(f"never came back: {error}")
                return
            await asyncio.sleep(AGAIN)


async def hand(url: str, end: float) -> list[int]:
    """Statuses of live requests, twenty a second."""
    statuses = []
    async with httpx2.AsyncClient(base_url=url, cookies={"beyond_seat": "hand"}) as client:
        while time.monotonic() < end:
            answer = await client.get(f"/live/race?x={len(statuses) % 400 / 100 - 2}&y=1")
            statuses.append(answer.status_code)
            await asyncio.sleep(0.05)
    return statuses


async def _rehearse() -> tuple[list[Met], list[int]]:
    with topology(2) as site:
        for port in site.ports:
            prepared(f"http://127.0.0.1:{port}")
        end = time.monotonic() + SECONDS
        people = asyncio.gather(*(student(site.url, number, end) for number in range(SESSIONS)))
        drags = asyncio.create_task(hand(site.url, end))
        await asyncio.sleep(KILLED_AFTER)
        site.replicas[0].kill()
        return await people, await drags


def run() -> list[Row]:
    title = f"One of two replicas killed, {SESSIONS} sessions"
    if NGINX is None:
        return [Row(title, "nginx is not installed", "", "")]
    people, drags = asyncio.run(_rehearse())
    away = np.array([met.away for met in people if met.lost])
    failures = [failure for met in people for failure in met.failures]
    back = f"longest {away.max():.0f} ms" if away.size else ""
    return [
        Row(f"{title}: back after", spread(away) if away.size else "nobody was there", back, "≤ 5000 ms"),
        Row("  sessions that had to come back", f"{len(away)}", f"{len(failures)} errors", "no errors"),
        Row("  drags refused", f"{sum(status != 200 for status in drags)} of {len(drags)}", "", "0"),
    ]
