"""Batch, stochastic, mini-batch in a real browser: the batch size under a student's hand."""

from playwright.sync_api import Page, expect

from tests.browser.lesson_pages import STILL, Visit, number, settled, stage, standings


def test_the_batch_size_follows_and_the_equal_work_is_told(visit: Visit) -> None:
    page: Page = visit("/batches", **STILL)
    assert number(page, "steps") == 300
    before, run = standings(page), number(page, "run")
    assert len(before) == 4
    slider = page.get_by_role("slider", name="Batch size").first
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    settled(page, "batch", above=8)
    assert number(page, "run") > run
    assert standings(page) != before
    page.get_by_role("radio", name="Equal work").click()
    assert settled(page, "clock") == {"clock": "evaluations", "steps": "256"}
    page.wait_for_function("() => document.querySelector('[data-testid=stage]').dataset.steps === '256'")
    expect(stage(page)).to_be_visible()
    assert [row.split()[-3:-1] for row in standings(page)][:2] == [["4", "4"], ["256", "4"]]
