"""What the browser tests of lessons do with a page: wait for its picture, read its table, drag its start."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page

Visit = Callable[..., Page]
COMPILED = 180_000.0  # ms in which a busy machine that has no program yet makes one
STILL = {"reduced_motion": "reduce"}


def stage(page: Page) -> Locator:
    found = page.get_by_test_id("stage")
    found.wait_for()
    page.wait_for_function("() => Number(document.querySelector('[data-testid=stage]')?.dataset.run) > 0")
    return found


def number(page: Page, name: str) -> float:
    return float(stage(page).get_attribute(f"data-{name}") or "nan")


def standings(page: Page) -> list[str]:
    stage(page)
    rows = page.locator("table.stage-standings tbody tr")
    rows.first.wait_for()
    return rows.all_inner_texts()


def settled(page: Page, query: str, above: float | None = None) -> dict[str, str]:
    """Wait until the address has a parameter, a number above one if that is named, and read them all.

    A slow machine commits while a key is still pressed again and again; ``above`` waits for the last of them.
    """
    page.wait_for_function(
        "([name, above]) => { const value = new URLSearchParams(location.search).get(name);"
        " return value !== null && (above === null || value > above); }",
        arg=[query, above],
    )
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def drag_start(page: Page, right: float, down: float) -> None:
    handle = page.get_by_role("slider", name="Start").first
    box = handle.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=12)
    page.mouse.up()
