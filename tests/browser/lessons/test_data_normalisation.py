"""Data normalisation in a real browser: the bowl follows the mean while it is dragged."""

from playwright.sync_api import expect

from tests.browser.lesson_pages import STILL, Visit, number, settled, stage


def test_the_bowl_follows_the_mean(visit: Visit) -> None:
    page = visit("/data_normalisation?mean=1&steps=50", **STILL)
    stage(page)
    caption = page.locator(".stage-caption")
    expect(caption).to_contain_text("κ = 6.854")
    run = number(page, "run")
    mean = page.get_by_role("slider", name="Mean").first
    mean.focus()
    for _ in range(8):
        mean.press("ArrowRight")
    page.wait_for_function("run => Number(document.querySelector('[data-testid=stage]').dataset.run) > run", arg=run)
    page.wait_for_function("() => Number(new URLSearchParams(location.search).get('mean')) > 1")
    settled(page, "mean", above=1)
    expect(caption).not_to_contain_text("κ = 6.854")
