"""A site that stands still: it says so, it is started again, and whoever had a page open goes on."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser

from app.deploy import supervise
from app.deploy.rehearse import free_port, healthy, stop
from tests.browser.site import ROOT, children, serving
from tests.browser.standing_still import NEVER
from tests.browser.test_failover import broken, comes_back, moved

CODE = "import sys; from app.deploy import supervise; supervise.SERVER = {server!r}; supervise.main(sys.argv[1:])"


@contextmanager
def supervised(server: Path, **variables: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A supervised site: its address, and the process of the supervisor."""
    port = free_port()
    command = [sys.executable, "-c", CODE.format(server=str(server)), "--server.port", str(port)]
    environment = os.environ | {"BEYOND_WARM_PRESETS": "0"} | variables
    process = subprocess.Popen([*command, "--server.address", "127.0.0.1"], cwd=ROOT, env=environment)
    try:
        healthy(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", process
    finally:
        stop(process)


def site_of(supervisor: subprocess.Popen[bytes]) -> int:
    """The process of the site."""
    return children(supervisor.pid)[0]


def health(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError as gone:
        return 0, str(gone)


def until(condition: Callable[[], Any], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.2)


def test_pictures_that_stand_still_turn_health_red_and_the_site_is_started_again(browser: Browser) -> None:
    with supervised(ROOT / "tests" / "browser" / "standing_still.py") as (url, supervisor):
        page, address, table = moved(browser, url)
        first = site_of(supervisor)
        assert health(url) == (200, "ok")
        for _ in range(40):
            Thread(target=never, args=(url,), daemon=True).start()
        until(lambda: health(url)[0] == 503)
        assert health(url)[1].startswith("no progress of pictures for ")
        broken(page)
        until(lambda: health(url) == (200, "ok"))
        assert site_of(supervisor) != first
        comes_back(page, address, table)


def never(url: str) -> None:
    with suppress(OSError):
        urllib.request.urlopen(f"{url}/live/race?x={NEVER}", timeout=300).close()


def ready(url: str) -> float:
    """How many worker processes are."""
    with urllib.request.urlopen(f"{url}/-/metrics") as answer:
        found = re.search(r"^beyond_workers (\S+)$", answer.read().decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_a_training_that_hangs_is_given_up_and_everything_else_goes_on(browser: Browser) -> None:
    with serving(BEYOND_WARM_PRESETS="0") as site:
        until(lambda: ready(site.url) == 2)
        before = children(site.pid)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{site.url}/vanishing?view=time&activation=tanh&radius=0.5&seed=77", wait_until="commit")
        page.get_by_role("button", name="Cancel").wait_for(timeout=120_000)  # it trains
        for worker in before:
            os.kill(worker, signal.SIGSTOP)
        with urllib.request.urlopen(f"{site.url}/live/race?x=0.5") as answer:
            assert answer.status == 200
        told = page.get_by_text("made no progress for 20 seconds")
        told.wait_for(timeout=120_000)
        assert health(site.url) == (200, "ok")
        until(lambda: set(children(site.pid)) - set(before) and ready(site.url))
        page.get_by_role("button", name="Train").click()
        page.locator("[data-testid=stage][data-steps]").wait_for(timeout=180_000)
        assert not page.get_by_text("could not be trained").count()
        page.close()


def test_a_site_that_is_killed_is_started_again() -> None:
    with supervised(supervise.SERVER) as (url, supervisor):
        first = site_of(supervisor)
        os.kill(first, signal.SIGKILL)
        until(lambda: health(url)[0] == 0)
        until(lambda: health(url) == (200, "ok"))
        assert site_of(supervisor) != first


def test_what_makes_no_sense_is_not_tried_again() -> None:
    command = [sys.executable, str(supervise.__file__), "--server.port", str(free_port())]
    ended = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"BEYOND_WORKERS": "many"}, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode
    assert "BEYOND_WORKERS: 'many'" in ended.stderr + ended.stdout


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ([], "http://127.0.0.1:8501/_stcore/health"),
        (["--server.port", "80", "--server.address", "0.0.0.0"], "http://127.0.0.1:80/_stcore/health"),
        (["--server.port=81", "--server.address=::1"], "http://[::1]:81/_stcore/health"),
        (["--server.baseUrlPath=/lecture/"], "http://127.0.0.1:8501/lecture/_stcore/health"),
        (["--server.sslCertFile", "c.pem", "--server.headless", "true"], "https://127.0.0.1:8501/_stcore/health"),
    ],
)
def test_where_health_is_asked_for(options: list[str], address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STREAMLIT_SERVER_PORT", raising=False)
    assert supervise.health_address(options) == address
