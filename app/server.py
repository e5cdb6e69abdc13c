"""The site as one ASGI application: Streamlit's pages, the live route, the stage's files, and what all of them need.

    streamlit run app/server.py

The health check answers when the warm-up is done, because the server listens only then.
"""

import logging
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from app import jobs
from app.contract.lesson import Lesson
from app.environment import DEPLOYMENT
from app.jobs import jit_memory
from app.lessons import payloads, registry
from app.operations import error_boundary, metrics
from app.operations.health import Health, Pulse
from app.operations.requests import Requests, start_logging
from app.settings.model import Settings
from app.stage import assets
from app.stage.compressed import Compression
from app.ui import home
from app.web import live
from app.web.headers import SecurityHeaders
from app.web.index import Index

LANDING = "race"
PULSE = Pulse(live.beat)
log = logging.getLogger("app.server")


def warm_up() -> None:
    """Compute the landing lesson's first picture."""
    # Streamlit imports it when a page first needs it, and pages that do so at once see half of it.
    import_module("pandas")
    assets.prepare()
    record = registry.get(LANDING)
    payloads.payload(record, record.Experiment())
    jit_memory.settle()


def warm_presets() -> None:
    """Compile what the lessons need to open, then what their presets need, so that the first click is quick."""
    records = registry.lessons().values()
    for record in records:
        _prepare(record, record.Experiment())
    for record in records:
        for preset in record.presets:
            _prepare(record, record.Experiment.parse(preset.settings))
            metrics.PRESETS_LEFT.dec()
    jit_memory.settle()


def _prepare(record: Lesson[Any], experiment: Settings) -> None:
    jobs.idle()  # visitors first
    payloads.recording(record, experiment)
    payloads.scene(record, experiment.scene_settings())


class Routes:
    """ASGI middleware: our own routes, in front of Streamlit.

    Behind it, a picture of a drag would pass through Streamlit's own middleware too, and be compressed anew each time:
    three milliseconds, more than computing it takes, for a third of its bytes.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self.app = app
        self.ours = ExceptionMiddleware(Router(routes, redirect_slashes=False, default=app))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.ours if scope["type"] == "http" else self.app)(scope, receive, send)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    start_logging(DEPLOYMENT.log_level)
    metrics.start(payloads.CACHES, jobs.queue)
    jit_memory.keep_on_disk(DEPLOYMENT.cache_dir)
    jit_memory.watch(jit_memory.Limit(DEPLOYMENT.site_mb))
    workers = jobs.Workers(DEPLOYMENT.workers, DEPLOYMENT.worker_mb)
    workers.start()
    jobs.compute_with(workers.run)
    warm_up()
    PULSE.start()
    if DEPLOYMENT.warm_presets:
        metrics.PRESETS_LEFT.set(sum(len(record.presets) for record in registry.lessons().values()))
        threading.Thread(target=warm_presets, name="warm-presets", daemon=True).start()
    yield {}
    workers.close()


app = st.App(
    str(Path(__file__).with_name("main.py")),
    lifespan=lifespan,
    on_script_error=error_boundary.outside,
    middleware=[
        Middleware(Requests),
        Middleware(SecurityHeaders, frame_ancestors=DEPLOYMENT.frame_ancestors),
        Middleware(Health, still={"pictures": PULSE.late, "trainings": jobs.stands_still}),
        Middleware(
            Routes, routes=[*live.routes, metrics.route(DEPLOYMENT.metrics_token), *assets.routes, *home.routes]
        ),
        Middleware(Compression),
        Middleware(Index),
    ],
)
