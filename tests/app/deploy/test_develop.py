"""``make dev``: Python that changes starts the site anew, a mistake in it does not end the watching."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SITE = """
import pathlib, time
print("site", {number}, flush=True)
time.sleep(600)
"""


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The watcher on a tree of its own, with a program in the place of the site."""
    for folder in ("app", "landscapes", "optimizers", "training_lab"):
        (tmp_path / folder).mkdir()
    site = tmp_path / "app" / "site_of_a_test.py"
    site.write_text(SITE.format(number=1))
    program = (
        "import pathlib, subprocess, sys\n"
        "from app.deploy import develop\n"
        f"develop.ROOT = pathlib.Path({str(tmp_path)!r})\n"
        f"develop.start = lambda options: subprocess.Popen([sys.executable, {str(site)!r}])\n"
        "develop.develop([])\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.send_signal(signal.SIGTERM)


def heard(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdout
    for said in process.stdout:
        if said.strip() == line:
            return
    raise AssertionError(f"never said {line!r}")


def test_a_change_starts_the_site_anew(watching: subprocess.Popen[str], tmp_path: Path) -> None:
    site = tmp_path / "app" / "site_of_a_test.py"
    heard(watching, "site 1")
    site.write_text("raise SystemExit('a mistake')\n")
    heard(watching, "Changed: starting the site anew")
    site.write_text(SITE.format(number=2))
    heard(watching, "site 2")
    (tmp_path / "app" / "notes.txt").write_text("no Python")
    watching.send_signal(signal.SIGTERM)
    assert watching.wait(30) == 0
    assert watching.stdout
    assert "anew" not in watching.stdout.read()
