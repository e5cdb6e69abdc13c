"""The topology of compose.yaml on this machine, without containers: two replicas behind a real nginx.

    python -m app.deploy.rehearse --port 8080

Everything listens on the loopback address and stops with this process.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from string import Template
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATIENCE = 120.0  # seconds until a replica is warm
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")  # None where it is not installed

MAIN = Template("""\
daemon off; pid $folder/nginx.pid; error_log stderr crit; worker_processes 1;
events { worker_connections 4096; }
http {
    access_log off;
    client_body_temp_path $folder/body; proxy_temp_path $folder/proxy; fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi; scgi_temp_path $folder/scgi;
    include $folder/site.conf;
}
""")


class Topology(NamedTuple):
    """What runs: the address that visitors use, and the replicas behind it."""

    url: str
    replicas: list[subprocess.Popen[bytes]]
    ports: list[int]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def configuration(port: int, ports: list[int], limits: Mapping[str, str]) -> str:
    """The proxy's configuration for these replicas, as the image's entry point would write it."""
    text = (HERE / "nginx.conf.template").read_text()
    servers = " ".join(f"server 127.0.0.1:{each} max_fails=1 fail_timeout=2s;" for each in ports)
    for name, value in ({"LISTEN": f"127.0.0.1:{port}", "SERVERS": servers} | dict(limits)).items():
        text = text.replace(f"${{{name}}}", value)
    return text


LIMITS = {"LIVE_RATE": "2000r/s", "PAGE_RATE": "1000r/s", "SOCKETS": "1000"}


def replica(port: int) -> subprocess.Popen[bytes]:
    """Start the site on a port."""
    command = [sys.executable, "-m", "streamlit", "run", "app/server.py", "--server.port", str(port)]
    return subprocess.Popen(
        [*command, "--server.address", "127.0.0.1"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def healthy(url: str, patience: float = PATIENCE) -> None:
    """Wait until an address answers the health check; TimeoutError names it otherwise."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not become healthy within {patience:.0f} s")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process, by force if it does not want to."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def topology(replicas: int = 2, port: int | None = None, limits: Mapping[str, str] = LIMITS) -> Iterator[Topology]:
    """Run replicas behind nginx; RuntimeError if there is no nginx."""
    if NGINX is None:
        raise RuntimeError("nginx is not installed; on Debian: apt install nginx-light")
    front = port or free_port()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ports = [free_port() for _ in range(replicas)]
        running = [replica(each) for each in ports]
        for process in running:
            stack.callback(stop, process)
        for each in ports:
            healthy(f"http://127.0.0.1:{each}")
        (folder / "site.conf").write_text(configuration(front, ports, limits))
        (folder / "nginx.conf").write_text(MAIN.substitute(folder=folder))
        proxy = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)], env=os.environ)
        stack.callback(stop, proxy)
        healthy(f"http://127.0.0.1:{front}", 10)
        yield Topology(f"http://127.0.0.1:{front}", running, ports)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--replicas", type=int, default=2)
    given = parser.parse_args()
    with topology(given.replicas, given.port) as site:
        print(f"{given.replicas} replicas behind nginx: {site.url}  (Ctrl-C stops all)")
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
