"""Profiles, bars and bands on the stage."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.browser.stage_demo.page import (
    PHONE,
    STILL,
    Visit,
    demo_site,
    fits_a_phone,
    ink,
    middle,
    number,
    panel,
    reaches,
    stage,
)

CHARTS = "/?demo=charts&step=60"
ALL = ("depth", "path", "layers", "rates", "seeds", "cost")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with demo_site() as running:
        yield running


def opened(visit: Visit, **options: object) -> Page:
    page = visit(CHARTS, **(STILL | options))
    stage(page)
    return page


def colors(page: Page, name: str) -> set[tuple[int, ...]]:
    """Opaque colours on a panel's canvas."""
    found = (
        panel(page, name)
        .locator("canvas.stage-overlay")
        .evaluate(
            """(c) => { const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
            const seen = new Set();
            for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) seen.add(data.slice(i, i + 3).join());
            return [...seen]; }"""
        )
    )
    return {tuple(map(int, text.split(","))) for text in found}


def test_every_chart_is_drawn_and_the_moving_ones_follow_the_playhead(visit: Visit) -> None:
    page = opened(visit)
    before = {name: ink(page, name) for name in ALL}
    assert all(before.values())
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    assert number(page, "step") == 72
    changed = {name for name in ALL if ink(page, name) != before[name]}
    assert changed == {"layers", "rates", "seeds", "cost"}


def test_lines_have_the_colours_of_their_series(visit: Visit) -> None:
    page = opened(visit)
    assert {(0, 114, 178), (230, 159, 0), (0, 158, 115)} <= colors(page, "depth")
    assert (213, 94, 0) in colors(page, "cost")  # of the run
    expect(panel(page, "depth").locator(".stage-legend")).to_have_text(re.compile("Xavier.*He.*torch's default"))


def test_values_under_the_pointer(visit: Visit) -> None:
    page = opened(visit)
    readings = {
        "depth": (0.55, r"layer = 6.*Xavier  0\.01\d+"),
        "layers": (0.27, r"layer 1: −?\S+ to \S+.*predicted"),
        "rates": (0.5, r"x.*Adam  0\.\d+.*RMSprop"),
        "seeds": (0.5, r"step \d+.*Adam"),
        "cost": (0.5, r"gradient evaluations = \d+.*Adam"),
    }
    for name, (across, words) in readings.items():
        plot = panel(page, name).locator(".stage-plot")
        box = plot.bounding_box()
        assert box
        page.mouse.move(box["x"] + across * box["width"], box["y"] + box["height"] / 2)
        text = plot.locator(".stage-readout").inner_text().replace("\n", " ")
        assert re.search(words, text), (name, text)
    page.mouse.move(2, 2)
    expect(panel(page, "cost").locator(".stage-readout")).to_be_hidden()


def test_the_cursor_sets_its_setting(visit: Visit) -> None:
    page = opened(visit)
    cursor = page.get_by_role("slider", name="penalty λ")
    assert cursor.get_attribute("aria-valuetext") == "0.1"
    x, y = middle(cursor)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=3)
    page.mouse.up()
    page.wait_for_url("**penalty=*")
    dragged = float(page.url.split("penalty=")[1].split("&")[0])
    assert 0.1 < dragged < 1
    cursor.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: float(url.split("penalty=")[1].split("&")[0]) > dragged)


def test_charts_in_words(visit: Visit) -> None:
    page = opened(visit)
    expect(panel(page, "rates")).to_contain_text("largest at y")
    expect(panel(page, "path")).to_contain_text("1.8919")


def test_the_theme_redraws_them(visit: Visit) -> None:
    page = opened(visit, color_scheme="light")
    before = {name: ink(page, name) for name in ALL}
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    reaches(page, "s.theme === 'dark'")
    page.wait_for_timeout(300)
    assert {name for name in ALL if ink(page, name) == before[name]} <= {"rates"}  # whose two colours suit both


def test_charts_on_a_phone(visit: Visit) -> None:
    page = visit(CHARTS, **PHONE)
    stage(page)
    assert fits_a_phone(page)
    assert all(ink(page, name) for name in ALL)
    rates = panel(page, "rates")
    rates.scroll_into_view_if_needed()
    rates.locator(".stage-plot").tap()
    expect(rates.locator(".stage-readout")).to_contain_text("RMSprop")
