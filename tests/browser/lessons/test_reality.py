"""Landscapes in a real browser: the first picture is there at once, and a plane that is clicked is kept."""

from playwright.sync_api import expect

from tests.browser.lesson_pages import STILL, Visit, settled, stage, standings


def test_planes_side_by_side(visit: Visit) -> None:
    page = visit("/reality", **STILL)
    stage(page)
    expect(page.locator(".stage-caption")).to_contain_text("the network beats guessing")
    page.get_by_role("radio", name="Nine random planes").click()
    page.wait_for_function("() => document.querySelectorAll('table.stage-standings tbody tr').length === 9")
    assert len(standings(page)) == 9
    page.locator("table.stage-standings tbody tr").nth(4).click()
    assert settled(page, "plane")["plane"] == "4"
