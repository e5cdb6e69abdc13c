"""Normalisation layers in a real browser: the batch shrinks to one example, and nothing is left of its numbers."""

from playwright.sync_api import expect

from tests.browser.lesson_pages import STILL, Visit, stage


def test_the_batch_shrinks_to_one(visit: Visit) -> None:
    page = visit("/normalisation_layers?positions=1&batch=2", **STILL)
    stage(page)
    caption = page.locator(".stage-caption")
    expect(caption).to_contain_text("2 numbers here")
    size = page.get_by_role("slider", name="Examples in a batch").first
    size.focus()
    size.press("ArrowLeft")
    expect(caption).to_contain_text("nothing is left")
    page.wait_for_function("() => new URLSearchParams(location.search).get('batch') === '1'")
    page.get_by_role("button", name="Layer", exact=True).click()
    expect(caption).to_contain_text("6 numbers here")
