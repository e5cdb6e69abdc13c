"""The race's swarm in a real browser: two thousand points, and the frame that draws them."""

from playwright.sync_api import Page

from tests.browser.lesson_pages import STILL, Visit, drag_start, settled, stage, standings


def test_a_swarm_is_drawn_and_the_start_still_moves(visit: Visit) -> None:
    page: Page = visit("/race?mode=swarm&surface=himmelblau&optimizers=gradient_descent,momentum", **STILL)
    stage(page)
    rows = standings(page)
    assert len(rows) == 2
    assert all("%" in row for row in rows)
    drag_start(page, 40, 30)
    settled(page, "x")
    page.get_by_role("radio", name="Tuned").click()
    page.wait_for_function("() => new URLSearchParams(location.search).get('mode') === 'tuned'")
    page.wait_for_function("() => document.querySelectorAll('table.stage-standings tbody tr').length === 7")
