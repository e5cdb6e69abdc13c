"""Images, markers, picks and more than one handle on the maps of the stage."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.site import Site
from tests.browser.stage_demo.page import (
    PHONE,
    STILL,
    Visit,
    asked,
    cell,
    demo_site,
    fits_a_phone,
    ink,
    middle,
    number,
    panel,
    reaches,
    stage,
)

MAPS = "/?demo=maps&step=3"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with demo_site() as running:
        yield running


def opened(visit: Visit, address: str = MAPS, **options: object) -> Page:
    page = visit(address, **(STILL | options))
    stage(page)
    return page


def test_cells_have_their_colours_and_what_is_undefined_is_hatched(visit: Visit) -> None:
    page = opened(visit)
    best, worst, undefined = (cell(page, "rates", *at) for at in ((30, 20), (46, 62), (63, 0)))
    assert undefined[3] == 0
    assert best[3] == worst[3] == 255
    assert best != worst
    left, right, hole = (cell(page, "basins", *at) for at in ((20, 32), (50, 32), (55, 55)))
    assert left[2] > left[0]  # blue
    assert right[0] > right[2]  # orange
    assert hole[3] == 0
    hatch = panel(page, "basins").locator(".stage-image").evaluate("(e) => getComputedStyle(e).backgroundImage")
    assert "repeating-linear-gradient" in hatch


def test_pointing_at_a_cell_replays_it_and_leaving_brings_the_picture_back(visit: Visit) -> None:
    page = opened(visit)
    addresses, before, run = asked(page), ink(page, "basins"), number(page, "run")
    picker = page.get_by_role("slider", name="Loss at the end")
    x, y = middle(picker)
    page.mouse.move(x, y - 60)
    reaches(page, f"Number(s.run) > {run}")
    expect(panel(page, "rates").locator(".stage-readout")).to_contain_text("log loss")
    assert "rate=" in addresses[-1]
    assert "momentum=" in addresses[-1]
    assert ink(page, "basins") != before
    page.mouse.move(5, 5)
    page.wait_for_timeout(400)
    assert ink(page, "basins") == before
    assert "rate=" not in page.url
    expect(panel(page, "rates").locator(".stage-readout")).to_be_hidden()


def test_a_map_that_does_not_change_is_sent_once(visit: Visit) -> None:
    page = opened(visit, f"{MAPS}&cells=256")
    answers: list[Response] = []
    page.on("response", lambda response: answers.append(response) if "/live/" in response.url else None)
    x, y = middle(page.get_by_role("slider", name="Loss at the end"))
    before = cell(page, "rates", 100, 100)
    for across in (0, 40):
        run = number(page, "run")
        page.mouse.move(x + across, y)
        reaches(page, f"Number(s.run) > {run}")
    assert all("%2C" in answer.url.split("have=")[1] for answer in answers)
    names = [json.loads(body[8 : 8 + int.from_bytes(body[:8], "little")]) for body in (a.body() for a in answers)]
    assert all("rates" not in header and "paths" in header for header in names)
    assert cell(page, "rates", 100, 100) == before


def test_a_click_keeps_the_cell(visit: Visit) -> None:
    page = opened(visit)
    x, y = middle(page.get_by_role("slider", name="Loss at the end"))
    page.mouse.click(x - 30, y + 40)
    page.wait_for_url(re.compile("rate=.*momentum="))
    kept = ink(page, "basins")
    page.mouse.move(5, 5)
    page.wait_for_timeout(400)
    assert ink(page, "basins") == kept


def test_arrow_keys_move_the_picked_cell(visit: Visit) -> None:
    page = opened(visit)
    picker = page.get_by_role("slider", name="Loss at the end")
    words = picker.get_attribute("aria-valuetext") or ""
    assert "learning rate = 0.4" in words
    assert "log loss" in words
    picker.focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_url("**momentum=*")
    page.wait_for_timeout(300)
    assert picker.get_attribute("aria-valuetext") != words
    assert 0.5 < float(re.findall(r"momentum=([\d.]+)", page.url)[0]) < 0.55


def test_a_tap_picks(visit: Visit) -> None:
    page = visit(MAPS, **PHONE)
    picker = stage(page).get_by_role("slider", name="Loss at the end")
    picker.scroll_into_view_if_needed()
    picker.tap()
    page.wait_for_url(re.compile("rate=.*momentum="))


def test_a_start_and_a_probe(visit: Visit) -> None:
    page = opened(visit)
    start, probe = (middle(page.get_by_role("slider", name=name)) for name in ("Start", "Probe"))
    page.mouse.move(*probe)
    page.mouse.down()
    page.mouse.move(probe[0] + 40, probe[1] + 20, steps=4)
    page.mouse.up()
    page.wait_for_url("**px=*")
    assert not re.search(r"[?&]x=", page.url)
    assert abs(middle(page.get_by_role("slider", name="Probe"))[0] - probe[0] - 40) < 2
    page.mouse.click(start[0] + 30, start[1] + 60)
    page.wait_for_url(re.compile(r"[?&]x="))
    assert abs(middle(page.get_by_role("slider", name="Start"))[0] - start[0] - 30) < 2
    assert abs(middle(page.get_by_role("slider", name="Probe"))[0] - probe[0] - 40) < 2


def test_markers_follow_the_playhead_and_say_what_they_are(visit: Visit) -> None:
    page = opened(visit)
    early = ink(page, "basins")
    page.keyboard.press("ArrowRight")
    assert early
    assert ink(page, "basins") != early
    expect(panel(page, "basins").locator(".stage-legend")).to_contain_text("Velocity")
    x, y = middle(panel(page, "basins").locator(".stage-plot"))
    box = panel(page, "basins").locator(".stage-image").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 3.1 / 4, box["y"] + box["height"] / 2)
    expect(panel(page, "basins").locator(".stage-readout")).to_contain_text("saddle, f = 0.194")
    page.mouse.move(x - 150, y + 100)
    expect(panel(page, "basins").locator(".stage-readout")).to_contain_text("left")
    expect(panel(page, "basins").locator(".stage-readout")).to_contain_text("steps")


def test_other_cells_of_a_live_answer_are_drawn(visit: Visit) -> None:
    """A coarser map while something is dragged lies where the finer one lay."""
    page = opened(visit)
    field = page.get_by_role("textbox", name="Cells a side, value")
    field.fill("16")
    field.press("Enter")
    page.wait_for_url("**cells=16*")
    image = panel(page, "rates").locator(".stage-image canvas")
    assert image.evaluate("(c) => [c.width, c.height]") == [16, 16]
    assert cell(page, "rates", 15, 0)[3] == 0


def test_the_theme_recolours_the_cells(visit: Visit) -> None:
    page = opened(visit, color_scheme="light")
    bright = cell(page, "basins", 1, 1)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    reaches(page, "s.theme === 'dark'")
    page.wait_for_timeout(200)
    assert sum(cell(page, "basins", 1, 1)[:3]) < sum(bright[:3]) - 100
    assert number(page, "run") == 1


def test_terrain_that_is_cut_and_undefined(visit: Visit) -> None:
    page = opened(visit, "/?demo=cuts&step=10")
    image = panel(page, "map").locator(".stage-image")
    assert "gradient" in image.evaluate("(e) => getComputedStyle(e).backgroundImage")
    box = image.bounding_box()
    assert box
    readout = panel(page, "map").locator(".stage-readout")
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.1 * box["height"])
    expect(readout).to_contain_text("height 13")  # the true one, above the ceiling
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.9 * box["height"])
    expect(readout).not_to_contain_text("height")
    edges = panel(page, "map").locator(".contour .contourlevel path, .contour path.openline, .contour path.closedline")
    assert edges.count() > 3


def test_in_words(visit: Visit) -> None:
    page = opened(visit)
    expect(panel(page, "basins")).to_contain_text("Heavy ball at x =")
    expect(panel(page, "rates")).to_contain_text("log loss")


def test_on_a_phone(visit: Visit) -> None:
    page = visit(MAPS, **PHONE)
    stage(page)
    assert fits_a_phone(page)
