"""Faults of the site in a real browser: a sentence with its number, the navigation, and the ways back."""

import re
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.lesson_pages import STILL, drag_start, number, settled, stage, standings
from tests.browser.site import Site, serving

Visit = Callable[..., Page]
VARIABLES = {  # the last two stand in app/.streamlit, which belongs to another script
    "BEYOND_WARM_PRESETS": "0",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
}
NUMBER = re.compile(r"reference number \d{4}-\d{4}\.")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving(Path(__file__).with_name("broken_site.py"), **VARIABLES) as running:
        yield running


def sentence(page: Page, failure: str) -> Locator:
    """The sentence of a part that failed, on a page that shows nothing of the inside and can be left."""
    found = page.get_by_role("alert").filter(has_text=failure)
    expect(found).to_contain_text(NUMBER)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("<broken")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)
    expect(page.get_by_test_id("stTopNavLink").or_(page.get_by_test_id("stTopNavSection")).first).to_be_visible()
    return found


def test_a_broken_theory_leaves_the_picture_and_the_link_leads_back(visit: Visit, site: Site) -> None:
    page = visit("/race?x=1.25", **STILL)
    assert len(standings(page)) == 7
    sentence(page, "The formulas and the theory could not be shown")
    page.get_by_role("link", name="This page with its default setting").click()
    page.wait_for_url(f"{site.url}/race")
    stage(page)
    page.get_by_text("Theory against this run").wait_for()
    expect(page.get_by_role("alert")).to_have_count(0)
    with urllib.request.urlopen(f"{site.url}/-/metrics") as answer:
        assert 'beyond_page_errors_total{lesson="race"}' in answer.read().decode()


def test_what_fails_outside_of_all_pages_is_said_too(visit: Visit, site: Site) -> None:
    page = visit("/race?y=9", **STILL)
    expect(page.get_by_role("alert")).to_contain_text(NUMBER)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("<broken")).to_have_count(0)
    page.get_by_role("link", name="Home page").click()
    page.wait_for_url(f"{site.url}/")
    page.get_by_role("heading", name="Beyond Backpropagation").wait_for()


def test_a_broken_picture_leaves_the_page_and_the_other_visitor(visit: Visit, site: Site) -> None:
    page = visit("/race?y=0.5", **STILL)
    sentence(page, "The picture could not be shown")
    other = visit("/race?y=1", **STILL)
    assert len(standings(other)) == 7
    page.get_by_role("radio").first.click()  # a preset, where the setting is whole again
    stage(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    failing = visit("/race?y=0.5", **STILL)
    failing.get_by_role("link", name="Home page").click()
    failing.wait_for_url(f"{site.url}/")
    failing.get_by_role("heading", name="Beyond Backpropagation").wait_for()


def test_a_broken_callback_is_said_and_the_picture_stays(visit: Visit) -> None:
    page = visit("/race", **STILL)
    stage(page)
    page.keyboard.press("Home")
    settled(page, "playhead")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    sentence(page, "Your last change could not be made")
    assert len(standings(page)) == 7


def test_a_drag_into_a_fault_is_said_on_the_stage_and_not_committed(browser: Browser, site: Site) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    try:
        page.set_default_timeout(60_000)
        page.goto(f"{site.url}/race")
        run = number(page, "run")
        drag_start(page, 0, 110)
        message = page.locator(".stage-message")
        expect(message).to_contain_text("This setting could not be computed")
        expect(message).to_contain_text(NUMBER)
        assert "y=" not in page.url
        expect(page.get_by_test_id("stException")).to_have_count(0)
        drag_start(page, 30, -60)
        settled(page, "x")
        assert number(page, "run") > run
        expect(message).to_have_text("")
    finally:
        page.close()
