"""Saddles, plateaus and basins in a real browser: looking at a point, pointing at basins, typing a formula."""

from playwright.sync_api import Page, expect

from tests.browser.lesson_pages import STILL, Visit, number, settled, stage


def middle(page: Page, name: str) -> tuple[float, float]:
    """The centre of a panel's axes, in px of the page."""
    box = page.locator(f".stage-panel[aria-label^='{name}'] .stage-plot").first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_click_looks_at_a_point(visit: Visit) -> None:
    page = visit("/saddles", **STILL)
    caption = page.locator(".stage-caption")
    expect(caption).to_contain_text("a saddle, of index 1")
    x, y = middle(page, "Saddle")
    page.mouse.click(x + 60, y - 80)
    query = settled(page, "at_x")
    assert float(query["at_x"]) > 0
    assert float(query["at_y"]) > 0
    expect(caption).to_contain_text("no critical point")


def test_pointing_at_a_basin_shows_its_path_and_a_click_keeps_it(visit: Visit) -> None:
    page = visit("/saddles?surface=himmelblau&show=which&optimizers=gradient_descent&steps=100", **STILL)
    expect(page.locator(".stage-caption")).to_contain_text("4 of 4 minima are reached")
    run, address = number(page, "run"), page.url
    x, y = middle(page, "Himmelblau")
    page.mouse.move(x - 70, y - 60)
    page.wait_for_function("run => Number(document.querySelector('[data-testid=stage]').dataset.run) > run", arg=run)
    expect(page.locator(".stage-readout:visible")).to_contain_text("ends in (-2.81, 3.13)")
    assert page.url == address
    page.mouse.click(x - 70, y - 60)
    query = settled(page, "x")
    assert float(query["x"]) < 0 < float(query["y"])


def test_a_typed_formula_becomes_the_surface(visit: Visit) -> None:
    page = visit("/race?optimizers=gradient_descent,adam", **STILL)
    stage(page)
    box = page.get_by_role("combobox", name="Surface, or type a formula")
    box.click()
    box.fill("x^2 + 3 sin(y)")
    box.press("Enter")
    assert settled(page, "surface")["surface"] == "=x^2 + 3 sin(y)"
    expect(page.locator(".stage-panel[aria-label^='Your formula']")).to_be_visible()


def test_what_is_no_formula_is_refused_and_the_picture_stays(visit: Visit) -> None:
    page = visit("/race?optimizers=gradient_descent,adam", **STILL)
    stage(page)
    box = page.get_by_role("combobox", name="Surface, or type a formula")
    box.click()
    box.fill("import os")
    box.press("Enter")
    expect(page.get_by_text("cannot read this formula")).to_be_visible()
    expect(page.locator(".stage-panel[aria-label^='Beale']")).to_be_visible()
    assert "surface" not in page.url
