"""Momentum in a real browser: pointing at a cell of the map replays its run, a click keeps it."""

from tests.browser.lesson_pages import STILL, Visit, number, settled, stage, standings


def test_pointing_at_a_cell_replays_its_run_and_a_click_keeps_it(visit: Visit) -> None:
    page = visit("/momentum", **STILL)
    before, run, address = standings(page), number(page, "run"), page.url
    assert all("converged" in row for row in before)
    box = stage(page).locator(".stage-picker").bounding_box()
    assert box
    x, y = box["x"] + 0.9 * box["width"], box["y"] + 0.8 * box["height"]  # fast and with little momentum
    page.mouse.move(x, y)
    page.wait_for_function("run => Number(document.querySelector('[data-testid=stage]').dataset.run) > run", arg=run)
    page.wait_for_function("() => document.querySelectorAll('tr[data-tone=bad]').length === 3")
    assert page.url == address
    page.mouse.move(x, box["y"] - 60)
    page.wait_for_function("() => document.querySelectorAll('tr[data-tone=good]').length === 3")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.up()
    query = settled(page, "momentum")
    assert float(query["momentum"]) < 0.3
    assert float(query["learning_rate"]) > 0.15
