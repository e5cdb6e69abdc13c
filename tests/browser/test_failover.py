"""A server that dies: the page comes back to the same picture, because the address holds all of it."""

import os
import re
import signal
import urllib.request

import pytest
from playwright.sync_api import Browser, Page

from app.deploy.rehearse import NGINX, free_port, topology
from tests.browser.lesson_pages import STILL, drag_start, settled, standings
from tests.browser.site import serving


def moved(browser: Browser, url: str) -> tuple[Page, str, list[str]]:
    """A page whose start was dragged, its address and its standings."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, **STILL)  # type: ignore[arg-type]
    page.set_default_timeout(60_000)
    page.goto(f"{url}/race")
    before = standings(page)
    drag_start(page, 60, 40)
    settled(page, "x")
    while (table := standings(page)) == before:
        page.wait_for_timeout(100)
    page.wait_for_timeout(1_000)  # the commit follows the last live answer
    watched(page)
    return page, page.url, table


def watched(page: Page) -> None:
    """Have the page remember that its connection broke, however short that is."""
    page.evaluate(
        """() => new MutationObserver(() => {
             if (!document.querySelector("[data-test-connection-state=CONNECTED]")) window.broken = true;
           }).observe(document.body, {attributes: true, childList: true, subtree: true})"""
    )


def broken(page: Page) -> None:
    page.wait_for_function("() => window.broken")


def comes_back(page: Page, address: str, table: list[str]) -> None:
    page.wait_for_selector("[data-test-connection-state=CONNECTED]", state="attached")
    assert page.url == address
    assert standings(page) == table
    drag_start(page, -30, 20)  # and the lesson goes on
    page.wait_for_function("address => location.href !== address", arg=address)
    page.close()


def test_a_killed_server_that_starts_again_has_lost_nothing(browser: Browser) -> None:
    port = free_port()
    with serving(port=port, BEYOND_WARM_PRESETS="0") as site:
        page, address, table = moved(browser, site.url)
        os.kill(site.pid, signal.SIGKILL)
        broken(page)
    with serving(port=port, BEYOND_WARM_PRESETS="0"):
        comes_back(page, address, table)


@pytest.mark.skipif(NGINX is None, reason="needs nginx")
def test_a_killed_replica_is_replaced_by_the_other(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEYOND_WARM_PRESETS", "0")
    with topology(2) as site:
        page, address, table = moved(browser, site.url)
        served = [reruns(port) for port in site.ports]
        site.replicas[served.index(max(served))].kill()
        broken(page)
        comes_back(page, address, table)


def reruns(port: int) -> float:
    """How often a replica has run the race for somebody."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/metrics") as answer:
        found = re.search(r'beyond_commit_seconds_count\{lesson="race"\} (\S+)', answer.read().decode())
    return float(found[1]) if found else 0.0
