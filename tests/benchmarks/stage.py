"""The stage in headless Chromium with software WebGL: dragging the start, and a frame of playback of every panel."""

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

import optimizers
from app.stage import Recording, encode
from tests.benchmarks.report import Row, spread
from tests.benchmarks.visitor import prepared
from tests.browser.chromium import launch
from tests.browser.site import ROOT, serving
from tests.browser.stage_demo import networks

ALL = ",".join(optimizers.names()[:9])
MOVES = 150
DEMO = ROOT / "tests" / "browser" / "stage_demo" / "server.py"
PAGES = {
    "maps": "isolines over an image, 2,000 points and all markers",
    "networks": "80 x 80 boundaries, two networks, tiles",
    "charts": "profiles, bars, histograms and bands",
}
STAGE = "document.querySelector('[data-testid=stage]')"


def opened(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_function(f"() => Number({STAGE}?.dataset.run) > 0", timeout=60_000)
    page.wait_for_timeout(3_000)


def watch(page: Page, figure: str) -> None:
    """Collect every value that a ``data-`` figure of the stage takes from now on."""
    page.evaluate(
        f"""(name) => {{
          window.seen = [];
          new MutationObserver(() => window.seen.push(Number({STAGE}.getAttribute(name))))
            .observe({STAGE}, {{attributes: true, attributeFilter: [name]}});
        }}""",
        figure,
    )


def seen(page: Page) -> np.ndarray:
    return np.array(page.evaluate("() => window.seen"))


def dragged(page: Page, figure: str = "data-live-ms") -> np.ndarray:
    """A figure of every picture redrawn while the start is dragged in a circle."""
    watch(page, figure)
    box = page.get_by_role("slider", name="Start").first.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(MOVES):
        page.mouse.move(x + 60 * np.sin(k / 12), y + 40 * (1 - np.cos(k / 12)))
        page.wait_for_timeout(16)
    page.mouse.up()
    return seen(page)


def played(page: Page) -> np.ndarray:
    """``data-frame-ms`` of every frame of a playback."""
    watch(page, "data-frame-ms")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(5_000)
    return seen(page)


def panels(browser: Browser) -> list[Row]:
    """Frames of the demo's pages, which hold every kind of panel and marker."""
    rows = []
    with serving(DEMO) as site:
        for demo, what in PAGES.items():
            page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
            opened(page, f"{site.url}/?demo={demo}&step=0")
            times = played(page)
            worst = f"p95 {np.percentile(times, 95):.1f} ms"
            rows.append(Row(f"Frame of playback, {what}, {len(times)} frames", spread(times), worst, "≤ 4 ms"))
        opened(page, f"{site.url}/?demo=maps&cells=256")
        drawn = dragged(page, "data-frame-ms")
    worst = f"p95 {np.percentile(drawn, 95):.1f} ms"
    rows.append(Row(f"Redraw after a live answer, 256 x 256 cells, {len(drawn)}", spread(drawn), worst, "≤ 5 ms"))
    payload = encode(
        networks.scene(), Recording(arrays={"boundary": networks.boundary()}), have=networks.scene().digest
    )
    rows.append(Row("Payload, 60 boundaries of 80 x 80 as bytes", f"{len(payload) / 1e3:.0f} kB", "", "≤ 500 kB"))
    return rows


def run() -> list[Row]:
    with serving() as site, sync_playwright() as playwright:
        prepared(site.url)
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        opened(page, f"{site.url}/race")
        drag = dragged(page)
        opened(page, f"{site.url}/race?optimizers={ALL}&steps=500&playhead=0")
        frames = played(page)
        more = panels(browser)
        browser.close()
    p95 = np.percentile(drag, 95)
    slowest = np.percentile(frames, 95)
    count = len(ALL.split(","))
    return [
        Row(f"Drag of the start, 7 x 300 steps, {len(drag)} pictures", spread(drag), f"p95 {p95:.0f} ms", "25, 50 ms"),
        Row(
            f"Frame of playback, {count} x 500 steps, {len(frames)} frames",
            spread(frames),
            f"p95 {slowest:.1f} ms",
            "≤ 4 ms",
        ),
        *more,
    ]
