"""One server and one Chromium for all browser tests; every page is watched for errors and for strangers."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.browser.chromium import launch
from tests.browser.site import Site, serving

# Streamlit asks for these relative to the page first, and finds them relative to the root then.
PROBES = ("/_stcore/host-config", "/_stcore/health")
PATIENCE = 120_000.0  # ms; what is expected comes on a busy machine as well, only later
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in item.nodeid:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    # What no test asks for need not be compiled beside the tests.
    with serving(BEYOND_WARM_PRESETS="0") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Callable[..., Page]]:
    """``visit(path, **context)`` opens a page as a new visitor; in the end no error and no foreign request is left.

    ``prepare`` is called with the page before it goes anywhere.
    """
    errors: list[str] = []
    foreign: list[str] = []
    contexts = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.location["url"].endswith(PROBES):
            errors.append(f"{message.text} ({message.location['url']})")

    def requested(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != urlsplit(site.url).netloc:
            foreign.append(request.url)

    def open_page(path: str, prepare: Callable[[Page], None] = lambda page: None, **options: object) -> Page:
        context = browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | options))  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", heard)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", requested)
        prepare(page)
        page.goto(site.url + path, wait_until="commit")  # what is waited for is below
        page.wait_for_selector("[data-testid=stApp][data-test-connection-state=CONNECTED]", state="attached")
        # Nothing runs before the first run either.
        page.wait_for_selector("[data-testid=stMain] [data-testid=stElementContainer]", state="attached")
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors
    assert not foreign
