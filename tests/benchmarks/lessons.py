"""Every lesson on a site that has been up for a while, in a browser that has been there: first picture, and a drag."""

import numpy as np
from playwright.sync_api import Page, sync_playwright

from app.lessons import registry
from tests.benchmarks.report import Row, spread
from tests.benchmarks.stage import MOVES, opened, seen, watch
from tests.benchmarks.visitor import prepared
from tests.browser.chromium import launch
from tests.browser.site import serving

FIRST = "() => performance.getEntriesByName('stage: first picture')[0].startTime"
SLIDER = ".stage-slider input[type=range]"
VISITS = 3


def turned(page: Page) -> np.ndarray:
    """``data-live-ms`` of every picture redrawn while the first slider is moved about its place."""
    watch(page, "data-live-ms")
    slider = page.locator(SLIDER).first
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    travel = box["width"] - 16
    share = float(slider.input_value()) / float(slider.get_attribute("max") or 1)
    x, y = box["x"] + 8 + share * travel, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(MOVES):
        page.mouse.move(x + 0.2 * travel * (abs((k / 25) % 2 - 1) - 1) * (1 if share > 0.5 else -1), y)
        page.wait_for_timeout(16)
    page.mouse.up()
    return seen(page)


def run() -> list[Row]:
    rows = []
    with serving() as site, sync_playwright() as playwright:
        prepared(site.url)
        context = launch(playwright).new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        for each in registry.lessons().values():
            pictures, page = [], context.new_page()
            for _ in range(1 + VISITS):  # the first visit compiles what no earlier lesson has
                opened(page, f"{site.url}/{each.name}")
                pictures.append(page.evaluate(FIRST))
            rows.append(Row(f"{each.title}: first picture", spread(np.array(pictures[1:])), "", "≤ 1500 ms"))
            if page.locator(SLIDER).count():
                times = turned(page)
                worst = f"p95 {np.percentile(times, 95):.0f} ms" if times.size else ""
                what = f"  {len(times)} pictures while a slider is turned"
                rows.append(Row(what, spread(times) if times.size else "none live", worst, "p50 ≤ 25 ms"))
            page.close()
        context.close()
    return rows
