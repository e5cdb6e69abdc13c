"""The site for somebody who changes it: ``make dev``.

Python is started anew when a file of it changes, open pages come back by themselves; the stage's modules and styles are
read at each visit, so a reload of the page shows them. Every picture is checked against its lesson's contract, and
``/gallery`` shows each kind of panel and marker.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

ROOT = Path(__file__).parents[2]
WATCHED = ("app", "landscapes", "optimizers", "training_lab")
SETTLED = 0.3  # seconds in which an editor may write more files that belong together
ENVIRONMENT = {"BEYOND_DEVELOPMENT": "1", "BEYOND_WARM_PRESETS": "0", "BEYOND_WORKERS": "1"}


class Changes(FileSystemEventHandler):
    """Knows whether a file of Python has changed since it was last asked."""

    def __init__(self) -> None:
        self.changed = Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        written = event.event_type in ("created", "modified", "moved", "deleted")
        paths = (str(event.src_path), str(getattr(event, "dest_path", "")))
        if written and not event.is_directory and any(path.endswith(".py") for path in paths):
            self.changed.set()


def start(options: list[str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app" / "server.py"), *options]
    return subprocess.Popen(command, env=ENVIRONMENT | os.environ)


def stop(site: subprocess.Popen[bytes]) -> None:
    site.terminate()
    try:
        site.wait(5)
    except subprocess.TimeoutExpired:
        site.kill()
        site.wait()


def develop(options: list[str]) -> None:
    """Run the site until Ctrl-C or SIGTERM; one that ends by a mistake in the code waits for the next change."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    changes, observer = Changes(), Observer()
    for folder in WATCHED:
        observer.schedule(changes, str(ROOT / folder), recursive=True)
    observer.start()
    site = start(options)
    try:
        while True:
            changes.changed.wait()
            time.sleep(SETTLED)
            changes.changed.clear()
            print("Changed: starting the site anew", flush=True)
            stop(site)
            site = start(options)
    except KeyboardInterrupt:
        pass
    finally:
        observer.stop()
        stop(site)


if __name__ == "__main__":
    develop(sys.argv[1:])
