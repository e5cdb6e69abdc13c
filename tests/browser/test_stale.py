"""A picture that is not that of the controls says so, whatever the server, the network and the visitor do."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from app.lessons import registry
from tests.browser.lesson_pages import COMPILED, STILL, stage
from tests.browser.site import Site, serving
from tests.browser.stale import Frame, Wire, current, frames, marked, never_unmarked, record

Visit = Callable[..., Page]
PRESETS = {preset.title: dict(preset.settings) for preset in registry.get("initialisation").presets}
TOO_LONG = "depth=30&steps=2000&initializers=kaiming_normal,xavier_normal,orthogonal"  # to be waited for


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A server of its own, to which nothing is known but what these tests ask for."""
    with serving(BEYOND_WARM_PRESETS="0") as running:
        yield running


def opened(visit: Visit, query: str = "", prepare: Callable[[Page], None] = lambda page: None) -> Page:
    page = visit(f"/initialisation?{query}", prepare=prepare, **STILL)
    page.set_default_timeout(COMPILED)
    stage(page)
    current(page)
    record(page)
    return page


def of_its_preset(frame: Frame) -> bool:
    return bool(frame["query"] == PRESETS.get(frame["preset"]))


def gain(page: Page) -> str:
    return page.get_by_role("textbox", name="Gain, value").input_value()


def drag_the_gain(page: Page) -> None:
    """Take hold of a slider and move it; it is not let go."""
    box = page.get_by_role("slider", name="Gain").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.45, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2, steps=4)


def too_long_to_drag(page: Page) -> None:
    """The live route has no picture of any setting."""
    said = {"parameter": "", "message": "This setting takes longer to train. Let go to start it."}
    page.route("**/live/**", lambda route: route.fulfill(status=202, json=said))


def test_before_any_picture_its_place_says_what_is_waited_for(visit: Visit) -> None:
    page = visit("/initialisation", **STILL)
    page.set_default_timeout(COMPILED)
    found = page.get_by_test_id("stage")
    expect(found).to_have_attribute("data-stale", re.compile("computing|waiting|preparing|training"))
    expect(found.get_by_role("status")).to_be_visible()
    assert found.get_attribute("data-run") is None
    before = page.locator(".stage-grid").bounding_box()
    stage(page)
    current(page)
    assert page.locator(".stage-grid").bounding_box() == before, "the page jumps when the picture comes"


def test_a_preset_that_trains(visit: Visit) -> None:
    page = opened(visit)
    page.get_by_role("radio", name="All zeros").click()
    page.wait_for_function("() => document.querySelector('[data-testid=stage]').dataset.query.includes('zeros')")
    current(page)
    seen = frames(page)
    never_unmarked(seen, of_its_preset)
    assert any(frame["words"].startswith("Earlier setting (Four ways to begin).") for frame in seen)


def test_a_server_that_does_not_hear(visit: Visit) -> None:
    """Nobody but the document knows that a preset was chosen: the old picture is marked all the same."""
    wire = Wire()
    page = opened(visit, prepare=wire.attach)
    wire.hold()
    page.get_by_role("radio", name="All zeros").click()
    marked(page, "computing")
    wire.release()
    page.wait_for_function("() => document.querySelector('[data-testid=stage]').dataset.query.includes('zeros')")
    current(page)
    never_unmarked(frames(page), of_its_preset)


def test_a_typed_number_that_is_not_heard(visit: Visit) -> None:
    wire = Wire()
    page = opened(visit, prepare=wire.attach)
    seed = page.get_by_role("spinbutton", name="Seed")
    seed.fill("5")
    page.wait_for_timeout(500)
    assert stage(page).get_attribute("data-stale") == "", "who still types has chosen nothing"
    wire.hold()
    page.keyboard.press("Enter")
    marked(page, "computing")
    wire.release()
    page.wait_for_function("() => document.querySelector('[data-testid=stage]').dataset.query === 'seed=5'")
    current(page)


def test_what_changes_no_setting_leaves_no_mark(visit: Visit) -> None:
    page = opened(visit)
    page.get_by_role("combobox", name="Activation").click()
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Four ways to begin").click()
    page.wait_for_timeout(1500)
    current(page)


def test_a_widget_that_is_put_back_in_time(visit: Visit) -> None:
    """What the server has never heard of leaves no mark behind."""
    wire = Wire()
    page = opened(visit, prepare=wire.attach)
    wire.hold()
    page.get_by_role("radio", name="All zeros").click()
    marked(page, "computing")
    page.get_by_role("radio", name="Four ways to begin").click()
    wire.release()
    current(page)


def test_a_slider_dragged_to_what_has_to_be_trained(visit: Visit) -> None:
    page = opened(visit)
    before = gain(page)
    too_long_to_drag(page)
    drag_the_gain(page)
    marked(page, "release")
    expect(stage(page).get_by_role("status")).to_have_text(
        "Earlier setting (Four ways to begin). Release to train this one."
    )
    wanted = gain(page)
    assert wanted != before
    page.mouse.up()
    page.wait_for_function("() => document.querySelector('[data-testid=stage]').dataset.query.includes('gain')")
    current(page)
    assert gain(page) == wanted
    seen = [frame for frame in frames(page) if wanted in frame["sliders"]]
    never_unmarked(seen, lambda frame: any(name.endswith("gain") for name in frame["query"]))


def test_cancelled_and_back(visit: Visit) -> None:
    """A slider that was let go at a setting that nobody trains goes back with everything else."""
    page = opened(visit)
    before = gain(page)
    page.get_by_role("radio", name="Thirty layers").click()
    page.get_by_role("button", name="Cancel").click()
    expect(stage(page).get_by_role("status")).to_have_text("Stopped. Earlier setting (Four ways to begin).")
    expect(stage(page)).to_have_attribute("data-stale", "stopped")
    too_long_to_drag(page)
    drag_the_gain(page)
    page.mouse.up()
    page.get_by_role("button", name="Cancel").click()
    marked(page, "stopped")
    assert gain(page) != before
    page.get_by_role("radio", name="Four ways to begin").click()
    current(page)
    assert gain(page) == before


def test_the_first_picture_of_a_link_is_named(visit: Visit) -> None:
    """What stands in for a setting that is still to be trained is not of an earlier one."""
    opened(visit)
    page = visit(f"/initialisation?{TOO_LONG}", **STILL)
    expect(stage(page).get_by_role("status")).to_have_text(re.compile(r"^Earlier setting \(Four ways to begin\)\."))
    page.get_by_role("button", name="Cancel").click()


def test_a_coarse_preview_says_so_and_is_not_faded(visit: Visit) -> None:
    page = visit("/reality?plane=3", **STILL)
    page.set_default_timeout(COMPILED)
    stage(page)
    current(page)
    record(page)
    page.get_by_role("spinbutton", name="Random plane").or_(page.get_by_label("Plane")).first.fill("4")
    page.keyboard.press("Enter")
    marked(page, "draft")
    current(page)
    drafts = [frame for frame in frames(page) if frame["stale"] == "draft"]
    assert all(frame["words"].startswith("Coarse preview. Refining") and not frame["faded"] for frame in drafts)


def test_two_tabs_know_their_own(visit: Visit) -> None:
    one, other = opened(visit), opened(visit)
    one.get_by_role("radio", name="Too wide a normal").click()
    marked(one)
    assert stage(other).get_attribute("data-stale") == ""
    other.get_by_role("radio", name="All the same, but not zero").click()
    marked(other)
    for page, part in ((one, "std"), (other, "constant")):
        page.wait_for_function("part => document.querySelector('[data-testid=stage]').dataset.query !== ''", arg=part)
        current(page)
