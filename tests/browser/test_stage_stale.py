"""The mark on a stage by itself: a picture that is behind the hand, on a page that computes everything at once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.site import Site
from tests.browser.stage_demo.page import STILL, Visit, demo_site, middle, number, reaches, stage
from tests.browser.stale import current, frames, marked, never_unmarked, record


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with demo_site() as running:
        yield running


class Slow:
    """A live route whose answers wait until a test lets them go."""

    def __init__(self, page: Page) -> None:
        self.waiting: list[Route] | None = []
        page.route("**/live/**", self._answer)

    def _answer(self, route: Route) -> None:
        if self.waiting is None:
            route.continue_()
        else:
            self.waiting.append(route)

    def release(self) -> None:
        waiting, self.waiting = self.waiting or [], None
        for route in waiting:
            route.continue_()


def drag(page: Page, right: float = 80) -> None:
    """Move the start, and hold it there."""
    x, y = middle(page.get_by_role("slider", name="Start"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y - 20, steps=6)


def test_a_picture_behind_the_hand_is_marked_until_it_follows(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    slow = Slow(page)
    record(page)
    drag(page)
    marked(page, "computing")
    expect(stage(page).get_by_role("status")).to_have_text("Earlier setting. Computing this one.")
    assert number(page, "run") == 1
    slow.release()
    reaches(page, "s.run !== '1' && s.stale === ''")
    page.mouse.up()
    page.wait_for_url("**x=*")
    current(page)
    seen = frames(page)
    last = seen[-1]["query"]
    assert "x" in last
    never_unmarked(seen, lambda frame: frame["query"] == last)


def test_a_picture_that_follows_is_not_marked(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    record(page)
    page.evaluate("""() => { const s = document.querySelector('[data-testid=stage]'); window.lags = [];
        const watch = new MutationObserver(() => lags.push(Number(s.dataset.liveMs)));
        watch.observe(s, { attributeFilter: ['data-live-ms'] }); }""")
    drag(page, 160)
    page.mouse.up()
    page.wait_for_url("**x=*")
    in_time = all(lag < 250 for lag in page.evaluate("lags"))
    assert not in_time or not any(frame["stale"] for frame in frames(page))


def test_no_answer_and_a_refusal_are_said_on_the_picture(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    page.evaluate("""() => { const no = { parameter: 'x', message: 'x is out of reach' };
        window.answer = () => { throw new Error('no network'); };
        window.fetch = async () => answer();
        window.refuse = () => { window.answer = () => new Response(JSON.stringify(no), { status: 422 }); }; }""")
    drag(page)
    marked(page, "silent")
    expect(stage(page).get_by_role("status")).to_have_text("Earlier setting. No answer from the server.")
    page.evaluate("refuse()")
    x, y = middle(page.get_by_role("slider", name="Start"))
    page.mouse.move(x + 5, y + 5)
    marked(page, "refused")
    expect(stage(page).get_by_role("status")).to_have_text("Earlier setting. x is out of reach")
    page.mouse.up()
    current(page)
    expect(stage(page).locator(".stage-message")).to_have_text("x is out of reach")


def test_what_plays_stands_still_while_it_is_marked(visit: Visit) -> None:
    """What moves draws the eye: an earlier setting's run does not go on as if it were the answer."""
    page = visit("/")
    stage(page)
    reaches(page, "s.playing === 'true' && Number(s.step) > 10")
    page.get_by_role("combobox", name="Speed").select_option("0.25")
    slow = Slow(page)
    drag(page)
    marked(page, "computing")
    step = number(page, "step")
    page.wait_for_timeout(1000)
    assert number(page, "step") == step
    assert stage(page).get_attribute("data-playing") == "true"
    slow.release()
    current(page)
    reaches(page, f"Number(s.step) > {step}")
    page.mouse.up()


def test_play_looks_at_an_earlier_setting_all_the_same(visit: Visit) -> None:
    page = visit("/?step=5", **STILL)
    stage(page)
    slow = Slow(page)
    drag(page)
    marked(page, "computing")
    page.keyboard.press(" ")
    reaches(page, "Number(s.step) > 8 && s.stale === 'computing'")
    slow.release()
    page.mouse.up()


def test_the_mark_hides_neither_the_player_nor_a_panels_heading(visit: Visit) -> None:
    for size in ((1440, 900), (1024, 768), (390, 844)):
        page = visit("/", viewport={"width": size[0], "height": size[1]}, **STILL)
        stage(page)
        Slow(page)
        drag(page, 30)
        marked(page, "computing")
        assert page.evaluate("""() => { const mark = document.querySelector('.stage-mark').getBoundingClientRect();
            const parts = [...document.querySelectorAll('.stage-player, [data-place=main] .stage-heading')];
            const apart = ({ top, bottom }) => bottom <= mark.top || top >= mark.bottom;
            return parts.every((part) => apart(part.getBoundingClientRect())) && mark.right <= innerWidth; }""")
        page.mouse.up()
