"""A lesson that trains, in a real browser: run, watch, cancel, and drag what is quick."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.lesson_pages import COMPILED, STILL, number, settled, stage, standings

Visit = Callable[..., Page]


def test_runs_cancels_and_follows_a_slider(visit: Visit) -> None:
    page = visit("/initialisation", **STILL)
    page.set_default_timeout(COMPILED)
    page.get_by_role("button", name="Cancel").wait_for(state="detached")
    stage(page)
    assert len(standings(page)) == 4
    page.get_by_role("radio", name="All zeros").click()
    page.wait_for_function("() => document.querySelectorAll('table.stage-standings tbody tr').length === 1")
    expect(page.get_by_text("exactly 0, at every step")).to_be_visible()

    page.goto(page.url.split("?")[0] + "?depth=30&steps=2000&initializers=kaiming_normal,xavier_normal,orthogonal")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Stopped.")).to_be_visible()
    page.get_by_role("button", name="Train", exact=True).wait_for()
    assert len(standings(page)) == 4, "the first picture of all stands in"

    page.get_by_role("radio", name="Four ways to begin").click()
    page.get_by_text("Stopped.").wait_for(state="detached")
    run = number(page, "run")
    slider = page.get_by_role("slider", name="Gain").first
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    settled(page, "kaiming_normal.gain", above=1.42)
    page.wait_for_function("run => Number(document.querySelector('[data-testid=stage]').dataset.run) > run", arg=run)
