"""The race in a real browser: what a lecturer and a student do with it."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.lesson_pages import STILL, Visit, drag_start, number, settled, stage, standings


def test_first_visit_shows_the_race_and_plays(visit: Visit) -> None:
    page = visit("/race")
    assert number(page, "steps") == 300
    assert len(standings(page)) == 7
    page.wait_for_function("() => Number(document.querySelector('[data-testid=stage]').dataset.step) > 5")
    expect(page.get_by_role("heading", name="The race")).to_be_visible()


def test_play_and_pause(visit: Visit) -> None:
    page = visit("/race", **STILL)
    assert stage(page).get_attribute("data-playing") == "false"
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('[data-testid=stage]').dataset.playing === 'true'")
    page.wait_for_function("() => Number(document.querySelector('[data-testid=stage]').dataset.step) > 3")
    page.get_by_role("button", name="Pause").click()
    paused = settled(page, "playhead")
    assert number(page, "step") == float(paused["playhead"])


def test_dragging_the_start_moves_the_picture_and_the_standings(visit: Visit) -> None:
    page = visit("/race", **STILL)
    before, run = standings(page), number(page, "run")
    drag_start(page, 40, 60)
    query = settled(page, "x")
    assert float(query["y"]) < 1.5
    assert number(page, "run") > run
    assert number(page, "live-ms") > 0
    assert standings(page) != before


def test_a_copied_link_reproduces(visit: Visit) -> None:
    page = visit("/race", **STILL)
    drag_start(page, -60, -50)
    settled(page, "x")
    page.keyboard.press("Home")
    page.get_by_role("button", name="Step forward").click()
    page.wait_for_function("() => new URLSearchParams(location.search).get('playhead') === '1'")
    other = visit(urlsplit(page.url).path + "?" + urlsplit(page.url).query)
    assert standings(other) == standings(page)
    assert number(other, "step") == number(page, "step") == 1
    assert stage(other).get_attribute("data-playing") == "false"


def test_nonsense_in_the_link_shows_defaults_and_a_message(visit: Visit) -> None:
    page = visit("/race?surface=%00nowhere&steps=1e308&x=NaN&optimizers=,,&%3Cscript%3E=1", **STILL)
    warning = page.get_by_role("alert")
    for parameter in ("surface", "steps", "x", "optimizers"):
        expect(warning).to_contain_text(parameter)
    assert number(page, "steps") == 300
    assert len(standings(page)) == 7
    message, presets = page.get_by_role("alert").bounding_box(), page.get_by_text("Try this").bounding_box()
    assert message
    assert presets
    assert message["y"] + message["height"] <= presets["y"], "it is read first"


def test_keyboard(visit: Visit) -> None:
    page = visit("/race", **STILL)
    stage(page)
    page.keyboard.press("Home")
    assert number(page, "step") == 0
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert number(page, "step") == 2
    page.keyboard.press("End")
    assert number(page, "step") == 300
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('[data-testid=stage]').dataset.playing === 'true'")
    page.keyboard.press("Space")
    page.get_by_role("slider", name="Start").first.focus()
    page.keyboard.press("ArrowDown")
    assert float(settled(page, "y")["y"]) < 1.5


def test_a_slider_follows_and_commits(visit: Visit) -> None:
    page = visit("/race", **STILL)
    run = number(page, "run")
    slider = page.get_by_role("slider", name="Learning rate").first
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    query = settled(page, "adam.learning_rate")
    assert float(query["adam.learning_rate"]) > 0.09
    assert number(page, "run") > run


def test_a_report_that_is_lost_on_its_way_is_made_up_for(visit: Visit) -> None:
    """Of two reports to a page that is busy Streamlit keeps the second one."""
    lost: list[bytes] = []

    def lose_the_first_commit(page: Page) -> None:
        def pass_on(route: WebSocketRoute) -> None:
            server = route.connect_to_server()

            def heard(message: str | bytes) -> None:
                if isinstance(message, bytes) and b"commit" in message and not lost:
                    lost.append(message)
                else:
                    server.send(message)

            route.on_message(heard)

        page.route_web_socket("**/_stcore/stream", pass_on)

    page = visit("/race", prepare=lose_the_first_commit, **STILL)
    stage(page)
    for name in ("Learning rate", "First-moment decay"):
        slider = page.get_by_role("slider", name=name).first
        slider.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(1_000)
    assert lost
    query = settled(page, "adam.b1")
    assert "adam.learning_rate" in query


def test_a_preset_changes_everything(visit: Visit) -> None:
    page = visit("/race", **STILL)
    stage(page)
    page.get_by_role("radio", name="Just too large").click()
    assert settled(page, "surface")["surface"] == "bowl"
    page.wait_for_function("() => document.querySelectorAll('table.stage-standings tbody tr').length === 3")
    assert any("diverged" in row for row in standings(page))


def test_the_start_can_be_moved_on_a_phone(visit: Visit) -> None:
    page = visit("/race", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, **STILL)
    stage(page)
    plot = page.locator(".stage-contour .stage-plot").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.7)
    settled(page, "x")
    wide = page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth + 1")
    assert not wide


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/race"])
def test_accessible(visit: Visit, path: str, scheme: str) -> None:
    page = visit(path, color_scheme=scheme, **STILL)
    if path != "/":
        stage(page)
    found = Axe().run(page).response["violations"]
    serious = [
        (violation["id"], [node["target"] for node in violation["nodes"]][:4])
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
    assert not serious


def test_home_leads_to_the_race(visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("link", name="The race").last.click()
    page.wait_for_url("**/race")
    stage(page)


def test_leaving_the_lesson_and_coming_back(visit: Visit) -> None:
    """The server sends a session the scene only once; a stage that has lost it asks for it."""
    page = visit("/race", **STILL)
    before = standings(page)
    page.get_by_role("link", name="Beyond Backpropagation").first.click()
    page.get_by_test_id("stage").wait_for(state="detached")
    page.wait_for_timeout(2_000)
    page.get_by_role("link", name="The race").last.click()
    assert standings(page) == before
    assert number(page, "steps") == 300


def test_a_preset_is_played_from_its_start(visit: Visit) -> None:
    page = visit("/race")
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stage]')?.dataset.step === '300'", timeout=60_000
    )
    page.get_by_role("radio", name="The noise ball").click()
    page.wait_for_function(
        "() => (({steps, step}) => steps === '500' && Number(step) > 5 && Number(step) < 400)"
        "(document.querySelector('[data-testid=stage]').dataset)"
    )
