"""What the tests of the stage share: the demo's server, and how a page with a stage is read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.site import Site, serving

Visit = Callable[..., Page]
STILL = {"reduced_motion": "reduce"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "reduced_motion": "reduce"}


@contextmanager
def demo_site() -> Iterator[Site]:
    with serving(Path(__file__).parent / "server.py") as running:
        yield running


def stage(page: Page) -> Locator:
    found = page.locator("[data-testid=stage][data-run]")
    found.wait_for()
    return found


def number(page: Page, name: str) -> float:
    return float(stage(page).get_attribute(f"data-{name}") or "nan")


def reaches(page: Page, condition: str) -> None:
    page.wait_for_function(
        f"() => {{ const s = document.querySelector('[data-testid=stage]').dataset; return {condition}; }}"
    )


def middle(part: Locator) -> tuple[float, float]:
    box = part.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pixels(page: Page, panel: str) -> int:
    """Sum of what is drawn on a panel's canvas: two pictures that differ have different sums."""
    return int(
        page.evaluate(
            """(name) => { const c = document.querySelector(`.stage-${name} canvas.stage-overlay`);
            const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
            return data.reduce((a, b, i) => (a * 31 + b * i) % 1e9, 7); }""",
            panel,
        )
    )


def panel(page: Page, name: str) -> Locator:
    return stage(page).locator(f".stage-panel[data-panel={name}]")


def cell(page: Page, name: str, column: int, row: int) -> list[int]:
    """Red, green, blue and opacity of a cell of a panel's image."""
    image = panel(page, name).locator(".stage-image canvas")
    return image.evaluate("(c, [x, y]) => [...c.getContext('2d').getImageData(x, y, 1, 1).data]", [column, row])


def ink(page: Page, name: str) -> str:
    """Fingerprint of what a panel draws above its plot: two pictures that differ have different ones."""
    return (
        panel(page, name)
        .locator("canvas.stage-overlay")
        .evaluate(
            """async (c) => { const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
        if (!data.some((v) => v)) return '';
        const hash = await crypto.subtle.digest('SHA-1', data);
        return [...new Uint8Array(hash)].join(' '); }"""
        )
    )


def asked(page: Page) -> list[str]:
    """Addresses that the page asks of the live route from now on."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url) if "/live/" in request.url else None)
    return addresses


def fits_a_phone(page: Page) -> bool:
    """One column, nothing beyond the edges, and no scrolling sideways."""
    return bool(
        page.evaluate(
            """() => [...document.querySelectorAll('.stage-panel, .stage-player')].every((e) => {
                const box = e.getBoundingClientRect();
                return box.left >= 0 && box.right <= innerWidth && box.width > 0.8 * innerWidth; })
            && document.scrollingElement.scrollWidth <= innerWidth"""
        )
    )
