"""Early stopping in a real browser: more patience, a later stop."""

from playwright.sync_api import expect

from tests.browser.lesson_pages import COMPILED, STILL, Visit, settled, stage


def test_the_stop_follows_the_patience(visit: Visit) -> None:
    page = visit("/early_stopping", **STILL)
    page.set_default_timeout(COMPILED)
    stage(page)
    caption = page.locator(".stage-caption")
    expect(caption).to_contain_text("stops at step 304 and goes back to step 224")
    patience = page.get_by_role("slider", name="Patience").first
    patience.focus()
    patience.press("Home")
    expect(caption).to_contain_text("stops at step 24 ")
    assert settled(page, "patience")["patience"] == "1"
