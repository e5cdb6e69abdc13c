"""The proof and the family tree in a real browser."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}}


def test_proof_opens_from_the_navigation(visit: Visit) -> None:
    page = visit("/family")
    page.get_by_role("button", name="About").click()
    page.get_by_role("menuitem", name="How do we know this is right?").click()
    expect(page.get_by_role("heading", name="How do we know this is right?")).to_be_visible()
    assert page.url.endswith("/proof")
    expect(page.get_by_role("row", name="Adam PyTorch", exact=False).first).to_be_visible()


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_a_member_of_the_family_leads_to_its_race(visit: Visit, device: dict[str, object]) -> None:
    page = visit("/family", **device)
    page.locator("a:visible", has_text="NAdam").click()
    page.wait_for_url("**/race?optimizers=adam,nadam")
    rows = page.locator("table.stage-standings tbody tr")
    rows.first.wait_for()
    assert rows.count() == 2


@pytest.mark.parametrize("path", ["/proof", "/family"])
@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_pages_are_accessible_and_do_not_scroll_sideways(visit: Visit, path: str, device: dict[str, object]) -> None:
    page = visit(path, **device)
    page.get_by_role("heading").first.wait_for()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
    found = Axe().run(page, context="[data-testid=stMain]", options={"runOnly": ["wcag2a", "wcag2aa"]})
    serious = [rule for rule in found.response["violations"] if rule["impact"] in ("serious", "critical")]
    assert not serious, [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in serious]
