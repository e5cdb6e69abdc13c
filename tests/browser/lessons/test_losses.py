"""Losses in a real browser: the logit is dragged along the gradients, and the table follows."""

from playwright.sync_api import expect

from tests.browser.lesson_pages import STILL, Visit, settled, stage, standings


def test_the_logit_is_moved_on_the_chart_of_gradients(visit: Visit) -> None:
    page = visit("/losses", **STILL)
    stage(page)
    expect(page.locator(".stage-caption")).to_contain_text("At z = 4 cross-entropy pulls with 0.982")
    assert "0.0173" in standings(page)[4]
    logit = page.get_by_role("slider", name="logit z").first
    logit.focus()
    logit.press("ArrowLeft")
    assert 3 < float(settled(page, "logit")["logit"]) < 4
    expect(page.locator(".stage-caption")).not_to_contain_text("At z = 4")
