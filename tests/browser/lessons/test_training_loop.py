"""The training loop in a real browser: play and scrub, twins, stages, and files of all sorts."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.app.lessons.training_loop.test_training_loop import RING
from tests.browser.lesson_pages import COMPILED, STILL, number, settled, stage, standings

Visit = Callable[..., Page]


def test_twins_stages_and_scrubbing(visit: Visit) -> None:
    page = visit("/training_loop", **STILL)
    page.set_default_timeout(COMPILED)
    stage(page)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert number(page, "step") == 1
    page.get_by_role("radio", name="Twins: another seed").click()
    page.wait_for_function("() => document.querySelectorAll('table.stage-standings tbody tr').length === 2")
    page.get_by_text("Difference", exact=True).wait_for()
    page.get_by_role("radio", name="Stage by stage").click()
    page.wait_for_function("() => document.querySelector('[data-testid=stage]').dataset.steps === '38'")
    assert len(standings(page)) == 1


def test_tables_of_ones_own(visit: Visit, tmp_path: Path) -> None:
    page = visit("/training_loop", **STILL)
    page.set_default_timeout(COMPILED)
    stage(page)
    page.get_by_role("button", name="Own data").click()
    drop = page.locator("input[type=file]")

    def upload(name: str, content: str) -> None:
        file = tmp_path / name
        file.write_text(content)
        drop.set_input_files(file)

    upload("huge.csv", "1,2,a\n" * 8_700_000)
    expect(page.get_by_text("1.0MB or smaller", exact=False).last).to_be_visible()
    for name, content, words in (
        ("words.csv", "once upon a time\nthere was\n", "four are the least"),
        ("nan.csv", RING.replace("1.000", "nan", 1), "is not a finite number"),
        ("single.csv", RING.replace("out", "in"), "1 different classes"),
    ):
        upload(name, content)
        page.get_by_test_id("stAlertContainer").filter(has_text=words).wait_for()
    upload("ring.csv", RING)
    assert settled(page, "table")["data"] == "own"
    page.get_by_text("out of 64 examples").wait_for()
    expect(page.get_by_test_id("stAlertContainer")).to_have_count(0)


def test_one_table_after_another(visit: Visit, tmp_path: Path) -> None:
    """A browser takes the first file away before it sends the second, and what is trained in between is not known yet:
    the picture that should stand meanwhile is of a table that is gone.
    """
    page = visit("/training_loop?steps=600&width=4", **STILL)
    page.set_default_timeout(COMPILED)
    stage(page)
    page.get_by_role("button", name="Own data").click()
    for classes in (2, 3):
        file = tmp_path / f"{classes}.csv"
        file.write_text("".join(f"{i % 11},{i % 13},{'abc'[i % classes]}\n" for i in range(80 * classes)))
        page.locator("input[type=file]").set_input_files(file)
        page.wait_for_function("() => new URLSearchParams(location.search).get('table')")
        expect(page.get_by_test_id("stException")).to_have_count(0)
        page.get_by_text(f"out of {64 * classes} examples").wait_for()
        expect(page.get_by_test_id("stAlertContainer")).to_have_count(0)
        if classes == 2:
            page.keyboard.press("Escape")
            page.get_by_role("combobox", name="Hidden layers").click()
            page.get_by_role("option", name="3").click()
            settled(page, "depth")
            page.wait_for_function("() => !document.querySelector('[data-testid=stProgress]')")
            page.get_by_role("button", name="Own data").click()
