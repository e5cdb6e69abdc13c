"""Pruning in a real browser: a click in the table shows another network, and the chart sets how many weights stay."""

from playwright.sync_api import expect

from tests.browser.lesson_pages import COMPILED, STILL, Visit, settled, stage, standings


def test_the_network_of_another_way_and_fewer_weights(visit: Visit) -> None:
    page = visit("/pruning", **STILL)
    page.set_default_timeout(COMPILED)
    stage(page)
    assert [row.split()[-3] for row in standings(page)] == ["2368", "237", "237", "237"]
    page.locator("table.stage-standings tbody tr").nth(3).click()
    assert settled(page, "focus")["focus"] == "random"
    page.get_by_text("Any, at once: some pixels").wait_for()
    left = page.get_by_role("slider", name="weights left").first
    left.focus()
    left.press("ArrowRight")
    assert 0.05 < float(settled(page, "kept")["kept"]) < 0.1
    expect(page.locator(".stage-caption")).not_to_contain_text("10% are left")
