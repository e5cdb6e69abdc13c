"""The smallest app around a stage: one page, the assets, a live route, the content security policy of the site."""

import hashlib
import re
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from app.stage import assets, encode  # noqa: E402
from tests.browser.stage_demo import demos  # noqa: E402

_INDEX = (Path(st.__file__).parent / "static" / "index.html").read_text()
_INLINE = " ".join(
    f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
    for text in re.findall(r"<script>(.*?)</script>", _INDEX, re.DOTALL)
)
POLICY = (
    f"default-src 'self'; script-src 'self' blob: {_INLINE}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; connect-src 'self' ws: wss:"
)


class Guard:
    """Adds the policy to every answer."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]
            await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)


def live(request: Request) -> Response:
    demo = demos.get(request.path_params["demo"])
    try:
        setting = demo.read(request.query_params)
    except ValueError as error:
        return JSONResponse({"parameter": error.args[0], "message": error.args[1]}, status_code=422)
    payload = encode(demo.scene(setting), demo.record(setting), have=request.query_params.get("have"))
    return Response(payload, media_type="application/octet-stream")


assets.prepare()
app = st.App("main.py", routes=[*assets.routes, Route("/live/{demo}", live)], middleware=[Middleware(Guard)])
