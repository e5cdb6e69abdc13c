"""The recap in a real browser: a question shows nothing until there is a guess, and then judges it."""

from playwright.sync_api import expect

from tests.browser.lesson_pages import COMPILED, STILL, Visit, settled, stage, standings


def test_a_question_waits_for_a_guess(visit: Visit) -> None:
    page = visit("/recap?problem=moons&trick=penalty&wrong=0.3&question=19", **STILL)
    page.set_default_timeout(COMPILED)
    stage(page)
    expect(page.locator(".stage-caption")).to_contain_text("Choose your guess")
    assert all("?" in row for row in standings(page))
    page.get_by_role("combobox", name="Your guess").click()
    page.get_by_role("option", name="both rise").click()
    assert settled(page, "guess")["guess"] == "a"
    expect(page.locator(".stage-caption")).to_contain_text("The run says: training falls, test rises")
    assert not any("?" in row for row in standings(page))
