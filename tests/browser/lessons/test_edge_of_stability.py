"""The edge of stability in a real browser: a start is dragged out of a circle, and its fate changes at once."""

from playwright.sync_api import expect

from tests.browser.lesson_pages import STILL, Visit, settled, stage


def test_a_click_into_the_inner_circle_is_lazy(visit: Visit) -> None:
    page = visit("/edge_of_stability?show=catapult", **STILL)
    stage(page)
    caption = page.locator(".stage-caption")
    expect(caption).to_contain_text("a catapult")
    box = page.locator(".stage-panel[aria-label^='Two weights'] .stage-plot").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.5 * box["width"] + 30, box["y"] + 0.48 * box["height"] - 20)
    expect(caption).to_contain_text("lazy")
    assert abs(float(settled(page, "u")["u"])) < 2
