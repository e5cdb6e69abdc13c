"""Schedules in a real browser: patience is dragged, and the cuts follow."""

from playwright.sync_api import expect

from tests.browser.lesson_pages import STILL, Visit, settled, stage


def test_more_patience_cuts_later(visit: Visit) -> None:
    page = visit("/schedules?second=reduce_on_plateau", **STILL)
    caption = page.locator(".stage-caption")
    expect(caption).to_contain_text("Reduce on plateau: cut at steps 57")
    stage(page)
    slider = page.get_by_role("slider", name="Bad steps allowed in a row").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert float(settled(page, "second.patience")["second.patience"]) > 10
    expect(caption).not_to_contain_text("cut at steps 57")


def test_the_optimizer_that_is_chosen_is_the_one_that_is_shown(visit: Visit) -> None:
    page = visit("/schedules?optimizers=momentum", **STILL)
    stage(page)
    expect(page.get_by_role("combobox", name="Optimizer")).to_have_value("Momentum")
