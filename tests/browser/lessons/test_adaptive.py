"""Adaptive methods in a real browser: the angle at which the ravine lies is a line that can be moved."""

from tests.browser.lesson_pages import STILL, Visit, settled, stage, standings


def test_the_ravine_turns_with_the_line_and_gradient_descent_does_not_notice(visit: Visit) -> None:
    page = visit("/adaptive", **STILL)
    before = standings(page)
    line = stage(page).get_by_role("slider", name="rotation in degrees")
    line.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    query = settled(page, "bowl.rotation", above=30)
    assert float(query["bowl.rotation"]) < 40
    after = standings(page)
    assert after[0] == before[0]
    assert after[-1] != before[-1]
