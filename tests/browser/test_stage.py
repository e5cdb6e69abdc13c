"""The stage by itself, on a page that holds little else: what every lesson relies on."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.site import Site
from tests.browser.stage_demo.page import STILL, Visit, demo_site, middle, number, pixels, reaches, stage


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with demo_site() as running:
        yield running


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=f"{name}, value")


def test_plays_once_by_itself_and_rests_at_the_end(visit: Visit) -> None:
    page = visit("/")
    stage(page)
    reaches(page, "s.playing === 'true'")
    page.get_by_role("combobox", name="Speed").select_option("4")
    reaches(page, "s.playing === 'false' && s.step === '300'")


def test_reduced_motion_and_links_with_a_step_stand_still(visit: Visit) -> None:
    assert number(visit("/", **STILL), "step") == 300
    page = visit("/?step=42")
    assert number(page, "step") == 42
    page.wait_for_timeout(1500)
    assert number(page, "step") == 42
    assert stage(page).get_attribute("data-playing") == "false"


def test_a_drag_is_drawn_live_and_committed_once(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/live/" in request.url else None)
    page.evaluate("""() => { const s = document.querySelector('[data-testid=stage]'); window.seen = [];
        const watch = new MutationObserver(() => seen.push(Number(s.dataset.run)));
        watch.observe(s, { attributeFilter: ['data-run'] }); }""")
    before = pixels(page, "contour")
    x, y = middle(page.get_by_role("slider", name="Start"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 120, y - 40, steps=15)
    page.mouse.up()
    page.wait_for_url("**x=*")
    page.wait_for_timeout(500)
    seen = page.evaluate("seen")
    assert all(b == a + 1 for a, b in pairwise(seen))
    assert len(seen) == len(asked)  # the page's own payload for the same setting draws nothing again
    assert all("have=" in url for url in asked)
    assert number(page, "live-ms") > 0
    assert pixels(page, "contour") != before


def test_a_click_on_the_terrain_moves_the_start(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    x, y = middle(page.locator(".stage-contour .stage-plot"))
    page.mouse.click(x + 60, y + 10)
    page.wait_for_url("**x=*")
    assert abs(middle(page.get_by_role("slider", name="Start"))[0] - x - 60) < 2


def test_arrow_keys_on_the_start(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    handle = page.get_by_role("slider", name="Start")
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**x=-3.36*")
    assert "−3.36" in (handle.get_attribute("aria-valuetext") or "")
    assert number(page, "step") == 300


def test_keys_of_the_player(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    for key, step in {"Home": 0, "ArrowRight": 1, "ArrowLeft": 0, "End": 300}.items():
        page.keyboard.press(key)
        assert number(page, "step") == step
    slider(page, "Learning rate").focus()
    page.keyboard.press("Home")
    assert number(page, "step") == 300
    page.wait_for_url("**step=300*")


def test_a_curves_panel_scrubs_and_reads_out(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    plot = page.locator(".stage-curves .stage-plot").first
    x, y = middle(plot)
    page.mouse.move(x, y)
    expect(plot.locator(".stage-readout")).to_contain_text("Momentum")
    page.mouse.down()
    page.mouse.move(x + 20, y, steps=3)
    page.mouse.up()
    assert 100 < number(page, "step") < 250
    page.wait_for_url("**step=*")


def test_a_typed_value_commits_and_nonsense_is_refused_on_the_spot(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    field = slider(page, "Learning rate")
    field.fill("7")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") == "true"
    assert "0.1" in (field.get_attribute("title") or "")
    assert "rate=" not in page.url
    field.fill("0.01")
    field.press("Enter")
    page.wait_for_url("**rate=0.01*")
    page.get_by_role("button", name="Learning rate: back to 0.004").click()
    page.wait_for_url(lambda url: "rate=0.004" in url)


def test_a_row_selects_the_run_in_focus(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    page.get_by_role("button", name="RMSProp").click()
    page.wait_for_url("**focus=run3*")
    expect(page.get_by_role("button", name="RMSProp")).to_have_attribute("aria-pressed", "true")


def test_a_change_made_elsewhere_on_the_page_is_drawn(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    x, _ = middle(page.get_by_role("slider", name="Start"))
    page.get_by_role("button", name="Another start").click()
    reaches(page, "s.run === '2'")
    assert middle(page.get_by_role("slider", name="Start"))[0] > x + 50


def test_the_stage_outlives_being_mounted_anew(visit: Visit) -> None:
    """Whatever appears above it on the page, the same picture goes on."""
    page = visit("/?step=10", **STILL)
    stage(page).evaluate("(element) => { element.known = true; }")
    page.get_by_role("button", name="Notice").click()
    expect(page.get_by_text("Something new")).to_be_visible()
    page.wait_for_timeout(1500)
    assert stage(page).evaluate("(element) => element.known && element.isConnected")
    assert number(page, "step") == 10
    expect(page.get_by_role("table")).to_be_visible()
    page.keyboard.press("End")
    assert number(page, "step") == 300


def test_the_keyboard_outlives_being_mounted_anew(visit: Visit) -> None:
    """The focus stays where it was, and what a key had changed by then is committed."""
    page = visit("/", **STILL)
    handle = stage(page).locator(".stage-handle").first
    handle.focus()
    page.keyboard.down("ArrowRight")
    page.get_by_role("button", name="Notice").evaluate("(button) => button.click()")
    expect(page.get_by_text("Something new")).to_be_visible()
    page.wait_for_function("() => new URLSearchParams(location.search).has('x')")
    expect(handle).to_be_focused()
    page.get_by_role("button", name="Notice").evaluate("(button) => button.click()")
    expect(page.get_by_text("Something new")).to_have_count(0)
    expect(handle).to_be_focused()
    page.keyboard.up("ArrowRight")
    elsewhere = page.get_by_role("button", name="Main menu")  # stands where nothing is mounted anew
    elsewhere.focus()
    page.wait_for_timeout(1500)  # nothing takes it back from what is focused then
    expect(elsewhere).to_be_focused()


def test_a_slider_keeps_the_focus_when_its_place_is_mounted_anew(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    slider = page.locator(".stage-slider input[type=range]").first
    slider.focus()
    page.get_by_role("button", name="Notice").evaluate("(button) => button.click()")
    expect(page.get_by_text("Something new")).to_be_visible()
    page.wait_for_timeout(1500)
    expect(slider).to_be_focused()


def test_without_a_side_panel_sliders_and_table_stand_under_the_panels(visit: Visit) -> None:
    page = visit("/?no_side_panel=1", **STILL)
    expect(stage(page).get_by_role("table")).to_be_visible()
    assert stage(page).locator(".stage-slider").count() == 3


def test_the_server_says_no(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    page.evaluate("""() => { const real = window.fetch, no = { parameter: 'rate', message: 'rate is out of reach' };
        window.fetch = async (address, ...rest) => String(address).includes('/live/')
            ? new Response(JSON.stringify(no), { status: 422 }) : real(address, ...rest); }""")
    run = number(page, "run")
    slider(page, "Learning rate").fill("0.02")
    slider(page, "Learning rate").press("Enter")
    expect(stage(page).get_by_role("status")).to_have_text("rate is out of reach")
    assert number(page, "run") == run
    assert "rate=" not in page.url


def test_the_camera_outlives_a_drag(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    inside = "document.querySelector('.stage-relief .stage-plotly')._fullLayout?.scene?._scene"
    page.wait_for_function(f"() => !!{inside}?.glplot?.cameraParams")
    camera = f"() => JSON.stringify({inside}.getCamera().eye)"
    first = page.evaluate(camera)
    x, y = middle(page.locator(".stage-relief .stage-plot"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 20, steps=4)
    page.mouse.up()
    page.wait_for_function(f"(first) => ({camera})() !== first", arg=first)
    page.wait_for_timeout(500)
    turned = page.evaluate(camera)
    page.get_by_role("button", name="Another start").click()
    reaches(page, "s.run === '2'")
    assert page.evaluate(camera) == turned


def test_paths_stand_on_the_relief(visit: Visit) -> None:
    page = visit("/", **STILL)
    stage(page)
    page.wait_for_function("""() => { const c = document.querySelector('.stage-relief canvas.stage-overlay');
        return c.width > 0 && c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v > 0); }""")


def test_without_webgl_the_rest_works(visit: Visit) -> None:
    page = visit("/?step=10", **STILL)
    page.add_init_script("""const real = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
            return kind.startsWith('webgl') ? null : real.call(this, kind, ...rest); };""")
    page.reload()
    stage(page)
    expect(page.locator(".stage-relief")).to_contain_text("WebGL")
    page.keyboard.press("End")
    assert number(page, "step") == 300


def test_theme_follows_without_a_reload(visit: Visit) -> None:
    page = visit("/", color_scheme="light", **STILL)
    assert stage(page).get_attribute("data-theme") == "light"
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    reaches(page, "s.theme === 'dark'")
    assert number(page, "run") == 1


def test_a_phone_shows_everything_in_one_column(visit: Visit) -> None:
    page = visit("/", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, **STILL)
    stage(page)
    lefts = page.evaluate(
        "() => [...document.querySelectorAll('.stage-panel, .stage-player')].map((e) => e.getBoundingClientRect())"
    )
    assert all(box["left"] >= 0 and box["right"] <= 390 for box in lefts)
    for target in page.locator(".stage-player button, .stage-handle").all():
        box = target.bounding_box()
        assert box
        assert box["width"] >= 40
        assert box["height"] >= 40


def test_it_follows_at_once(visit: Visit) -> None:
    """Generous bounds, because the tests share their machine; the report holds the measured numbers."""
    page = visit("/", **STILL)
    stage(page)
    reaches(page, "Number(s.frameMs) >= 0")
    page.get_by_role("button", name="Play").click()
    reaches(page, "Number(s.step) > 100 && s.playing === 'true'")
    assert number(page, "frame-ms") < 40
