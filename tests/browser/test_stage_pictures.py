"""Boundaries frame by frame, networks with units dropped, tiles and a confusion matrix on the stage."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.site import Site
from tests.browser.stage_demo.page import (
    PHONE,
    STILL,
    Visit,
    cell,
    demo_site,
    fits_a_phone,
    ink,
    number,
    panel,
    reaches,
    stage,
)

NETWORKS = "/?demo=networks&step=30"
ROWS = tuple(down / 40 for down in range(8, 36))  # of a panel
ALL = ("boundary", "network", "hidden", "digits", "confusion", "twins")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with demo_site() as running:
        yield running


def opened(visit: Visit, **options: object) -> Page:
    page = visit(NETWORKS, **(STILL | options))
    stage(page)
    return page


def reading(page: Page, name: str, across: float, down: float) -> str:
    """What a panel says at a place of its plot, given in parts of its width and height."""
    plot = panel(page, name).locator(".stage-plot")
    box = plot.bounding_box()
    assert box
    page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
    readout = plot.locator(".stage-readout")
    return readout.inner_text().replace("\n", " | ") if readout.is_visible() else ""


def sweep(page: Page, name: str, wanted: str, *downs: float) -> str:
    """The first reading along lines across the panel that matches."""
    for down in downs:
        for step in range(1, 60):
            text = reading(page, name, step / 60, down)
            if re.search(wanted, text):
                return text
    raise AssertionError(f"{name} never says {wanted}")


def test_all_are_drawn_and_the_moving_ones_follow_the_playhead(visit: Visit) -> None:
    page = opened(visit)
    before = {name: ink(page, name) for name in ALL}
    assert all(before.values())
    boundary = cell(page, "boundary", 30, 45)
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    assert number(page, "step") == 42
    assert {name for name in ALL if ink(page, name) != before[name]} == {"network", "hidden", "twins"}
    assert cell(page, "boundary", 30, 45) != boundary


def test_a_boundary_is_blue_on_one_side_and_orange_on_the_other(visit: Visit) -> None:
    page = opened(visit)
    below, above = cell(page, "boundary", 40, 5), cell(page, "boundary", 40, 75)
    assert below[0] > below[2]
    assert above[2] > above[0]
    assert re.search(r"p\(class 1\) = 0?\.?\d", reading(page, "boundary", 0.5, 0.3))


def test_points_say_their_class(visit: Visit) -> None:
    page = opened(visit)
    assert "Training data: class 1" in sweep(page, "boundary", "Training data: class 1", 0.69, 0.67)


def test_units_and_weights_under_the_pointer(visit: Visit) -> None:
    page = opened(visit)
    assert re.search(r"hidden 1, unit \d \| value −?\d", sweep(page, "network", "hidden 1, unit", *ROWS))
    assert re.search("weight −?[0-9]", sweep(page, "network", "→", *ROWS))
    assert sweep(page, "network", r"\| off", *ROWS)
    expect(panel(page, "network")).to_contain_text(re.compile(r"hidden 2: 40 units.*units off"))
    expect(panel(page, "twins")).to_contain_text("4 connections off")


def test_tiles_say_what_they_are(visit: Visit) -> None:
    page = opened(visit)
    assert re.search(r"unit 1 \| row \d+, column \d+: −?\d", sweep(page, "hidden", "unit 1", 0.25))
    assert "two" in sweep(page, "digits", "two", 0.2)
    expect(panel(page, "digits")).to_contain_text("12 images, 1 wrong")


def chosen(digits: Locator) -> int:
    return int(digits.get_attribute("aria-valuenow") or -1)


def test_a_tile_is_chosen_by_click_and_by_key(visit: Visit) -> None:
    page = opened(visit)
    digits = page.get_by_role("slider", name="Digits and what")
    box = digits.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2 + 10, box["y"] + 20)
    page.wait_for_url("**digit=*")
    first = chosen(digits)
    assert 0 < first < 6
    digits.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**digit={first + 1}*")
    assert chosen(digits) == first + 1


def test_a_tile_is_chosen_by_touch(visit: Visit) -> None:
    page = visit(NETWORKS, **PHONE)
    digits = stage(page).get_by_role("slider", name="Digits and what")
    digits.scroll_into_view_if_needed()
    box = digits.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2 + 10, box["y"] + 15)
    page.wait_for_url("**digit=*")


def test_a_confusion_matrix_names_its_cells(visit: Visit) -> None:
    page = opened(visit)
    assert re.search(r"predicted cat, true cat \| count 1\d", sweep(page, "confusion", "predicted cat", 0.12))
    assert cell(page, "confusion", 0, 0) != cell(page, "confusion", 1, 0)


def test_the_theme_redraws_the_pictures(visit: Visit) -> None:
    page = opened(visit, color_scheme="light")
    before = {name: ink(page, name) for name in ALL}
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    reaches(page, "s.theme === 'dark'")
    page.wait_for_timeout(300)
    assert all(ink(page, name) != before[name] for name in ALL)


def test_pictures_on_a_phone(visit: Visit) -> None:
    page = visit(NETWORKS, **PHONE)
    stage(page)
    assert fits_a_phone(page)
    assert all(ink(page, name) for name in ALL)
