"""Ensembles in a real browser: the picture follows the number of members."""

from playwright.sync_api import expect

from tests.browser.lesson_pages import COMPILED, STILL, Visit, settled, stage, standings


def test_the_ensemble_follows_its_size(visit: Visit) -> None:
    page = visit("/ensembles", **STILL)
    page.set_default_timeout(COMPILED)
    stage(page)
    before = standings(page)
    expect(page.locator(".stage-caption")).to_contain_text("10 of ten networks")
    members = page.get_by_role("slider", name="Members").first
    members.focus()
    members.press("Home")
    expect(page.locator(".stage-caption")).to_contain_text("1 of ten networks")
    assert settled(page, "members")["members"] == "1"
    assert standings(page)[1] != before[1]
