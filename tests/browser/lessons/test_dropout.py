"""Dropout in a real browser: the rate is dragged, and the slides' scaling becomes right at one half."""

from playwright.sync_api import expect

from tests.browser.lesson_pages import STILL, Visit, settled, stage


def test_the_scaling_follows_the_rate(visit: Visit) -> None:
    page = visit("/dropout?show=unit&rate=0.45", **STILL)
    stage(page)
    caption = page.locator(".stage-caption")
    expect(caption).to_contain_text("1.22 times as loud")
    rate = page.get_by_role("slider", name="Rate").first
    rate.focus()
    for _ in range(6):
        rate.press("ArrowRight")
    expect(caption).not_to_contain_text("1.22 times as loud")
    page.wait_for_function("() => Number(new URLSearchParams(location.search).get('rate')) > 0.45")
    settled(page, "rate", above=0.45)
