"""Augmentation in a real browser: the noise is dragged, and the penalty that it amounts to follows."""

from playwright.sync_api import expect

from tests.browser.lesson_pages import STILL, Visit, settled, stage


def test_the_penalty_follows_the_noise(visit: Visit) -> None:
    page = visit("/augmentation?show=ridge", **STILL)
    stage(page)
    caption = page.locator(".stage-caption")
    expect(caption).to_contain_text("= 88.5")
    noise = page.get_by_role("slider", name="Noise").first
    noise.focus()
    for _ in range(5):
        noise.press("ArrowRight")
    expect(caption).not_to_contain_text("= 88.5")
    settled(page, "std", above=0.5)
