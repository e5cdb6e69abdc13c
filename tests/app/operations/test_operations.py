"""Metrics and logs: who may read them, what they say, and what they never say."""

import json
import logging
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import jax
import numpy as np
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app import environment, jobs
from app.lessons import payloads, registry
from app.operations import metrics
from app.operations.requests import Lines, Requests
from app.web import live

TOKEN = "a-token-that-is-long-enough"


def client(host: str, token: str | None = TOKEN) -> TestClient:
    def broken(request: Request) -> PlainTextResponse:
        raise RuntimeError("broken")

    routes = [metrics.route(token), *live.routes, Route("/broken", broken)]
    site = Starlette(routes=routes, middleware=[Middleware(Requests)])
    return TestClient(site, client=(host, 50_000), raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.7", {}, 404),
        ("203.0.113.7", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("203.0.113.7", {"Authorization": "Bearer wrong"}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, 404),
        ("not an address", {}, 404),
        ("::ffff:127.0.0.1", {}, 200),
        ("::ffff:7f00:1", {}, 200),
        ("::ffff:203.0.113.7", {}, 404),
        ("::ffff:203.0.113.7", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("::ffff:127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.8.9.1", {}, 200),
        ("fe80::1%eth0", {}, 404),
        ("::1%lo", {}, 200),
        ("2001:db8::7f00:1", {}, 404),
        ("::ffff:127.0.0.1.evil.example", {}, 404),
        ("::ffff:999.0.0.1", {}, 404),
        ("127.1", {}, 404),
        ("localhost", {}, 404),
        ("", {}, 404),
    ],
)
def test_metrics_are_for_this_machine_and_for_the_token(host: str, headers: dict[str, str], status: int) -> None:
    assert client(host).get("/-/metrics", headers=headers).status_code == status


@contextmanager
def dual_stack() -> Iterator[int]:
    """A real server that listens on ``::``, for callers of both kinds; its port."""
    try:
        listening = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    except (OSError, ValueError) as missing:
        pytest.skip(f"no dual-stack socket on this machine: {missing}")
    site = Starlette(routes=[metrics.route(None)])
    server = uvicorn.Server(uvicorn.Config(site, log_level="error", lifespan="off", ws="none"))
    with listening:
        serving = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        serving.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            serving.join(10)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_server_on_all_addresses_shows_its_metrics_to_its_machine(host: str) -> None:
    with dual_stack() as port, urllib.request.urlopen(f"http://{host}:{port}/-/metrics", timeout=10) as answer:
        assert answer.status == 200


def test_without_a_token_no_token_opens() -> None:
    answer = client("203.0.113.7", token=None).get("/-/metrics", headers={"Authorization": "Bearer "})
    assert answer.status_code == 404


def value(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def test_what_happens_is_counted() -> None:
    site = client("127.0.0.1")
    before = value("beyond_recordings_total", lesson="race"), value("beyond_refusals_total", lesson="race")
    timed = value("beyond_request_seconds_count", route="live")
    assert site.get(f"/live/race?x=1.{np.random.default_rng().integers(10**9)}").status_code == 200
    assert site.get("/live/race?steps=none").status_code == 422
    assert value("beyond_recordings_total", lesson="race") == before[0] + 1
    assert value("beyond_refusals_total", lesson="race") == before[1] + 1
    assert value("beyond_request_seconds_count", route="live") == timed + 2


def test_compiled_programs_are_counted() -> None:
    metrics.start({}, dict)
    before = value("beyond_compiled_programs_total")
    jax.jit(lambda x: x * 3 + 1)(2.0)
    assert value("beyond_compiled_programs_total") > before


def test_every_cache_is_reported() -> None:
    race = registry.get("race")
    payloads.recording(race, race.Experiment())
    families = {family.name: family for family in metrics.Caches(payloads.CACHES).collect()}
    entries = {sample.labels["cache"]: sample.value for sample in families["beyond_cache_entries"].samples}
    assert entries.keys() == payloads.CACHES.keys()
    assert entries["recordings"] >= 1


def test_the_queue_is_reported() -> None:
    (family,) = metrics.Queue(jobs.queue).collect()
    assert {sample.labels["state"]: sample.value for sample in family.samples} == {"waiting": 0, "running": 0}


def test_a_request_has_an_id_and_a_refusal_is_one_line_without_its_query(caplog: pytest.LogCaptureFixture) -> None:
    site = client("203.0.113.7")
    with caplog.at_level(logging.DEBUG, logger="app.requests"):
        answer = site.get("/live/race?steps=secret", headers={"X-Request-ID": "lecture-1"})
        site.get("/broken")
    assert answer.headers["x-request-id"] == "lecture-1"
    refused, failed = (json.loads(Lines().format(record)) for record in caplog.records if record.name == "app.requests")
    assert (refused["id"], refused["status"], refused["route"], refused["level"]) == ("lecture-1", 422, "live", "info")
    assert (failed["status"], failed["level"]) == (500, "error")
    assert "secret" not in json.dumps(refused)
    assert "203.0.113.7" not in json.dumps(refused)


def test_a_strange_id_is_replaced() -> None:
    given = 'x" onload="alert(1)'
    assert client("203.0.113.7").get("/live/race", headers={"X-Request-ID": given}).headers["x-request-id"] != given


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("BEYOND_LOG_LEVEL", "loud"),
        ("BEYOND_METRICS_TOKEN", "short"),
        ("BEYOND_METRICS_TOKEN", "has spaces in its middle"),
        ("BEYOND_WORKERS", "0"),
        ("BEYOND_WORKERS", "two"),
        ("BEYOND_QUEUE", "1001"),
        ("BEYOND_RESULTS_MB", "-5"),
        ("BEYOND_QUERY_CHARS", "1e6"),
        ("BEYOND_TABLE_ROWS", "99999999999999"),
    ],
)
def test_nonsense_in_the_environment_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=name):
        environment.read({name: text})
