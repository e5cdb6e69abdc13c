"""Sparsity in a real browser: the ball changes while its exponent is dragged, and the table says what became of it."""

from playwright.sync_api import expect

from tests.browser.lesson_pages import STILL, Visit, settled, stage


def test_the_ball_follows_its_exponent(visit: Visit) -> None:
    page = visit("/sparsity", **STILL)
    stage(page)
    caption = page.locator(".stage-caption")
    expect(caption).to_contain_text("one weight is zero from 33 % on")
    exponent = page.get_by_role("slider", name="Exponent").first
    exponent.focus()
    for _ in range(12):
        exponent.press("ArrowRight")
    expect(caption).to_contain_text("no weight is ever exactly zero")
    settled(page, "p", above=1)
