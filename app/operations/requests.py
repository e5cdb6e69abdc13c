"""Every HTTP request gets an id, is timed, and is logged as one line of JSON if it was refused, failed or slow.

No address of a visitor is written down, and no query string, which says what somebody looked at. The one exception is
a fault of the site (``error_boundary``): its line has the path and the query of the page, because an error is
reproduced by its address, and still nothing about who asked.
"""

import json
import logging
import random
import re
import time
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.operations.metrics import REQUESTS

SLOW = 1.0  # seconds
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ROUTES = (
    (re.compile(r"/live/[^/]+$"), "live"),
    (re.compile(r"/poster/[^/]+$"), "poster"),
    (re.compile(r"/stage/"), "stage"),
    (re.compile(r"/_stcore/"), "streamlit"),
    (re.compile(r"/static/"), "static"),
)
log = logging.getLogger("app.requests")


class Requests:
    """ASGI middleware, the outermost one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else f"{random.getrandbits(64):016x}"
        begin, status = time.perf_counter(), 500

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, named)
        finally:
            self.note(scope, request_id, status, time.perf_counter() - begin)

    def note(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        name = next((name for pattern, name in _ROUTES if pattern.search(scope["path"])), "page")
        REQUESTS.labels(name).observe(seconds)
        level = logging.ERROR if status >= 500 else logging.WARNING if seconds > SLOW else logging.DEBUG
        if status == 422:
            level = logging.INFO
        facts = {"id": request_id, "method": scope["method"], "route": name, "status": status}
        log.log(level, "request", extra={"facts": facts | {"ms": round(seconds * 1e3, 1)}})


class Lines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the facts of the record."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def start_logging(level: str) -> None:
    """Send what the site says to standard error, as lines of JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logger = logging.getLogger("app")
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(level.upper())
