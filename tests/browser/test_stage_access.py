"""Every panel kind for those who use a screen reader, a keyboard or a dark page."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.site import Site
from tests.browser.stage_demo.page import STILL, Visit, demo_site, panel, stage


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with demo_site() as running:
        yield running


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("demo", ["maps", "charts", "networks", "cuts"])
def test_accessible(visit: Visit, demo: str, scheme: str) -> None:
    page = visit(f"/?demo={demo}", color_scheme=scheme, **STILL)
    stage(page)
    found = Axe().run(page, context=".stage").response["violations"]
    serious = [
        (violation["id"], [node["target"] for node in violation["nodes"]][:4])
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
    assert not serious


def test_every_panel_has_a_name(visit: Visit) -> None:
    page = visit("/?demo=networks", **STILL)
    for name in ("boundary", "network", "hidden", "digits", "confusion", "twins"):
        assert panel(page, name).get_attribute("aria-label")


def test_keys_of_a_picker_do_not_move_the_playhead(visit: Visit) -> None:
    page = visit("/?demo=maps&step=3", **STILL)
    stage(page).get_by_role("slider", name="Loss at the end").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**rate=*")
    assert stage(page).get_attribute("data-step") == "3"
