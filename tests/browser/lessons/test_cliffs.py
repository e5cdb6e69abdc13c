"""Cliffs and clipping in a real browser: the threshold under a student's hand."""

from playwright.sync_api import Page

from tests.browser.lesson_pages import STILL, Visit, number, settled, stage, standings


def test_the_threshold_follows_and_another_cliff_is_chosen(visit: Visit) -> None:
    page: Page = visit("/cliffs", **STILL)
    assert number(page, "steps") == 300
    before, run = standings(page), number(page, "run")
    assert len(before) == 3
    slider = page.get_by_role("slider", name="Threshold").first
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    settled(page, "threshold", above=1)
    assert number(page, "run") > run
    assert standings(page)[1:] != before[1:]
    page.get_by_role("radio", name="Which way down?").click()
    assert settled(page, "surface")["surface"] == "linear_rnn"
    page.wait_for_function("() => document.querySelector('[data-testid=stage]').dataset.steps === '200'")
    stage(page)
    assert "diverged" in standings(page)[0]
