"""Counters for Prometheus, on a path that only the machine itself and holders of a token may read."""

import hmac
from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv6Address, ip_address

import jax
from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

PATH = "/-/metrics"
COMPILED = "/jax/core/compile/backend_compile_duration"  # what JAX calls it; also of a program read from a folder
SECONDS = (0.002, 0.005, 0.01, 0.02, 0.035, 0.06, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 15.0)

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
REGISTRY.register(GC_COLLECTOR)
REGISTRY.register(PLATFORM_COLLECTOR)

RECORDINGS = Counter("beyond_recordings", "Recordings computed, cached ones not counted", ["lesson"], registry=REGISTRY)
REFUSALS = Counter("beyond_refusals", "Settings refused by the live route", ["lesson"], registry=REGISTRY)
PAGE_ERRORS = Counter("beyond_page_errors", "Faults of pages and the live route", ["lesson"], registry=REGISTRY)
REQUESTS = Histogram("beyond_request_seconds", "HTTP requests", ["route"], buckets=SECONDS, registry=REGISTRY)
COMMITS = Histogram("beyond_commit_seconds", "Reruns of a lesson", ["lesson"], buckets=SECONDS, registry=REGISTRY)
COMPILES = Counter("beyond_compiled_programs", "Programs that XLA compiled", registry=REGISTRY)
PRESETS_LEFT = Gauge("beyond_presets_left", "Presets still to be prepared after the start", registry=REGISTRY)
FORGOTTEN = Counter("beyond_programs_forgotten", "Times that all compiled programs were let go", registry=REGISTRY)
WORKERS = Gauge("beyond_workers", "Worker processes that are ready", registry=REGISTRY)
WORKERS_ENDED = Counter("beyond_workers_ended", "Worker processes ended by the site", ["reason"], registry=REGISTRY)
COMPILING = Counter("beyond_compile_seconds", "Seconds that compiling took", registry=REGISTRY)


class Caches(Collector):
    """Hits, misses and sizes of the site's caches, read when somebody asks."""

    def __init__(self, caches: Mapping[str, object]) -> None:
        self.caches = caches

    def collect(self) -> Iterator[Metric]:
        hits = CounterMetricFamily("beyond_cache_hits", "Answers from a cache", labels=["cache"])
        misses = CounterMetricFamily("beyond_cache_misses", "Answers computed", labels=["cache"])
        entries = GaugeMetricFamily("beyond_cache_entries", "Entries of a cache", labels=["cache"])
        for name, cache in self.caches.items():
            info = cache.cache_info()  # type: ignore[attr-defined]
            hits.add_metric([name], info.hits)
            misses.add_metric([name], info.misses)
            entries.add_metric([name], info.currsize)
        yield from (hits, misses, entries)


class Queue(Collector):
    """How much heavy work there is, read when somebody asks."""

    def __init__(self, queue: Callable[[], Mapping[str, int]]) -> None:
        self.queue = queue

    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("beyond_work", "Heavy runs", labels=["state"])
        for state, count in self.queue().items():
            jobs.add_metric([state], count)
        yield jobs


def _compiled(event: str, duration_secs: float, **_: str | int) -> None:
    if event == COMPILED:
        COMPILES.inc()
        COMPILING.inc(duration_secs)


def start(caches: Mapping[str, object], queue: Callable[[], Mapping[str, int]]) -> None:
    """Begin to count what happens inside JAX, the caches and the queue; once a process."""
    jax.monitoring.register_event_duration_secs_listener(_compiled)
    REGISTRY.register(Caches(caches))
    REGISTRY.register(Queue(queue))


def route(token: str | None) -> Route:
    """The route of the metrics: for callers on this machine, and for those who know the token."""

    def metrics(request: Request) -> Response:
        if not _allowed(request, token):
            return PlainTextResponse("Not Found", status_code=404)
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return Route(PATH, metrics, methods=["GET"])


def _allowed(request: Request, token: str | None) -> bool:
    given = request.headers.get("authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    # A proxy on this machine speaks for strangers, and says so.
    forwarded = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip"))
    return not forwarded and _local(request.client.host if request.client else "")


def _local(host: str) -> bool:
    """Whether a host is this machine. A dual-stack socket writes IPv4 callers as ``::ffff:127.0.0.1``."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback  # before Python 3.13 a mapped address itself never is
