"""Vanishing gradients in a real browser: a cure is chosen, another view is opened."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.lesson_pages import COMPILED, STILL, settled, stage, standings

Visit = Callable[..., Page]


def test_presets_change_the_view(visit: Visit) -> None:
    page = visit("/vanishing", **STILL)
    page.set_default_timeout(COMPILED)
    stage(page)
    assert len(standings(page)) == 1
    page.get_by_role("radio", name="ReLU, good weights").click()
    page.wait_for_function("() => document.querySelectorAll('table.stage-standings tbody tr').length === 2")
    page.get_by_role("radio", name="On the line").click()
    assert settled(page, "view")["activation"] == "linear"
    page.get_by_text("How the last state depends").wait_for()
