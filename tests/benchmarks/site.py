"""The site as one visitor meets it: start of the process, cost of a commit on the server, bytes of a first visit."""

import asyncio
import random
from collections import Counter
from urllib.parse import urlsplit

import numpy as np
from playwright.sync_api import Response, sync_playwright

from tests.benchmarks.report import Row, spread
from tests.benchmarks.visitor import Visitor, prepared
from tests.browser.chromium import launch
from tests.browser.site import serving

COMMITS = 60


async def commits(url: str) -> np.ndarray:
    """Milliseconds of commits by one visitor, each with a start never seen before."""
    visitor = Visitor(url, "race")
    await visitor.open()
    times = [await visitor.commit({"x": random.uniform(-4, 4), "y": random.uniform(-4, 4)}) for _ in range(COMMITS)]
    await visitor.close()
    assert not visitor.failures, visitor.failures
    return np.array(times)


def kind(path: str) -> str:
    """What a file is for, in the words of the table."""
    if "plotly.min.js" in path:
        return "Plotly"
    if path.startswith("/stage/"):
        return "stage"
    return "fonts" if path.endswith((".woff2", ".ttf")) else "Streamlit"


def first_visit(url: str) -> tuple[float, Counter[str]]:
    """Milliseconds from typing the address to the first picture, and bytes on the wire by what they are."""
    sizes: Counter[str] = Counter()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        seen: list[Response] = []
        page.on("response", lambda response: seen.append(response))
        page.goto(f"{url}/race")
        page.wait_for_function(
            "() => Number(document.querySelector('[data-testid=stage]')?.dataset.run) > 0", timeout=60_000
        )
        milliseconds = page.evaluate("() => performance.getEntriesByName('stage: first picture')[0].startTime")
        for response in seen:
            sizes[kind(urlsplit(response.url).path)] += response.request.sizes()["responseBodySize"]
        browser.close()
    return milliseconds, sizes


def run() -> list[Row]:
    with serving():
        pass  # fills the cache of compiled programs
    with serving() as site:
        prepared(site.url)
        times = asyncio.run(commits(site.url))
        visits = [first_visit(site.url) for _ in range(3)]
    pictures = np.array([milliseconds for milliseconds, _ in visits])
    sizes = visits[0][1]
    what = ", ".join(f"{name} {size / 1e6:.2f}" for name, size in sizes.most_common())
    return [
        Row("Start to healthy, compilation cache warm", f"{site.started_in:.1f} s", "", "≤ 6 s"),
        Row("Commit: fragment rerun, one visitor", spread(times), "", "p50 ≤ 15 ms"),
        Row("First visit to first picture", spread(pictures), "", "≤ 3 s"),
        Row("First visit, bytes on the wire", f"{sum(sizes.values()) / 1e6:.2f} MB", what, "stated"),
    ]
