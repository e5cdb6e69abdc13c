"""What goes wrong around a server: no room to write, a stop in the middle of everything, a clock that jumps."""

import asyncio
import signal
import time
import urllib.request
from pathlib import Path

import pytest

from app.jobs import job_queue
from app.stage import assets
from tests.benchmarks.visitor import Visitor, elsewhere
from tests.browser.site import serving


def test_a_full_disk_stops_nothing_and_a_stop_waits_for_nobody(tmp_path: Path) -> None:
    """The stop comes while a session is open and its training under way."""
    with serving(full_disk=True, BEYOND_CACHE_DIR=str(tmp_path), BEYOND_WARM_PRESETS="0") as site:
        assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size]
        with urllib.request.urlopen(f"{site.url}/live/race?x=1.25") as answer:
            assert answer.status == 200

        async def visited() -> list[str]:
            visitor = Visitor(site.url, "training_loop")
            await visitor.open("seed=7")
            site.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(visitor.socket.wait_closed(), 10)
            return visitor.failures

        assert elsewhere(visited()) == []
        assert site.process.wait(10) in (0, -signal.SIGTERM)


def test_without_plotly_the_site_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "PLOTLY", tmp_path / "plotly.min.js")
    assets._sources.cache_clear()
    with pytest.raises(RuntimeError, match="reinstall plotly"):
        assets.prepare()
    monkeypatch.undo()
    assets._sources.cache_clear()


class Wish(job_queue.Job):
    """A task that never ends while it is wanted."""

    def run(self):  # type: ignore[no-untyped-def]
        while True:
            time.sleep(0.01)
            yield 0.5

    def seconds(self) -> None:
        return None


@pytest.mark.parametrize("hours", [-24, 24])
def test_a_clock_that_jumps_cancels_nothing(monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    wish = Wish()
    assert job_queue.submit("somebody", [wish])
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 3_600 * hours)
    time.sleep(0.1)
    progress = job_queue.submit("somebody", [wish])
    assert progress
    assert progress.share == 0.5
    job_queue.drop("somebody")
    job_queue.idle()
