"""Run the site, and start it again when it ends or stands still: ``python app/deploy/supervise.py``.

Options are those of ``streamlit run``: ``--server.port 8501 --server.address 0.0.0.0``. A site that ends before it was
ever healthy, other than by a signal, is not started again: a setting makes no sense, and its last line says which.
Imports nothing of ours, so that it stays small, and alive when the site is not.
"""

import argparse
import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from threading import Event

SERVER = Path(__file__).parents[1] / "server.py"
EVERY = 3.0  # seconds between two looks
PATIENCE = 5.0  # seconds that an answer may take
FAILURES = 2  # looks in a row without a good answer, after which the site is started again
STARTING = 180.0  # seconds until the first good answer
GRACE = 10.0  # seconds that the site has to end
LONGEST = 30.0  # seconds before the site is started again, when that has failed several times


def health_address(options: Sequence[str]) -> str:
    """Where a site with these options answers."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--server.port", dest="port", default=os.environ.get("STREAMLIT_SERVER_PORT", "8501"))
    parser.add_argument("--server.address", dest="host", default="")
    parser.add_argument("--server.baseUrlPath", dest="path", default="")
    parser.add_argument("--server.sslCertFile", dest="certificate", default="")
    given, _ = parser.parse_known_args(options)
    host = "127.0.0.1" if given.host in ("", "0.0.0.0", "::", "localhost") else given.host
    host = f"[{host}]" if ":" in host else host
    path = "/".join(filter(None, [given.path.strip("/"), "_stcore/health"]))
    return f"{'https' if given.certificate else 'http'}://{host}:{given.port}/{path}"


def healthy(address: str) -> bool:
    """Whether the site answers, and says that all is well. Its certificate is for others to check."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE, context=ssl._create_unverified_context()):
            return True
    except OSError:
        return False


def say(message: str) -> None:
    """One line of JSON, like those of the site."""
    facts = {"time": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "level": "warning", "logger": "app.deploy.supervise"}
    print(json.dumps(facts | {"message": message}), file=sys.stderr, flush=True)


class Supervisor:
    """One site, in as many processes, one after the other, as it takes."""

    def __init__(self, options: Sequence[str]) -> None:
        self.command = [sys.executable, "-m", "streamlit", "run", str(SERVER), *options]
        self.address = health_address(options)
        self.stopping = Event()
        self.process: subprocess.Popen[bytes] | None = None

    def stop(self, *_: object) -> None:
        """End the site, and then this process."""
        self.stopping.set()
        if self.process:
            self.process.terminate()

    def run(self) -> int:
        """Until somebody stops it; the exit status of the last process."""
        failures, ever = 0, False
        while True:
            self.process = subprocess.Popen(self.command)
            well = self._watch(self.process)
            ever = ever or well
            if self.stopping.is_set() or (not ever and self.process.returncode > 0):
                return self.process.returncode
            failures = 0 if well else failures + 1
            say(f"the site ended with status {self.process.returncode} and is started again")
            self.stopping.wait(min(2.0**failures - 1, LONGEST))

    def _watch(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait until the site has ended, and end it when it stands still; whether it was ever healthy."""
        begun, last, ever = time.monotonic(), 0, False
        while process.poll() is None:
            reap(process.pid)
            good = healthy(self.address)
            ever, last = ever or good, 0 if good else last + 1
            if not self.stopping.is_set() and (last >= FAILURES if ever else time.monotonic() - begun > STARTING):
                say("the site stands still and is ended")
                end(process)
            self._pause(process)
        return ever

    def _pause(self, process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(GRACE if self.stopping.is_set() else EVERY)
        except subprocess.TimeoutExpired:
            if self.stopping.is_set():
                process.kill()


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and make it."""
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def reap(child: int) -> None:
    """Take note of the end of processes that became ours, as those of a container's first process do."""
    try:
        while (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) and ended.si_pid != child:
            os.waitpid(ended.si_pid, 0)
    except ChildProcessError:
        pass


def main(options: Sequence[str]) -> None:
    supervisor = Supervisor(options)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, supervisor.stop)
    sys.exit(supervisor.run())


if __name__ == "__main__":
    main(sys.argv[1:])
