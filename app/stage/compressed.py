"""Files compressed once and kept in memory, with a cache life of a year: ours, Plotly's and Streamlit's own.

Streamlit serves its bundle uncompressed, for a proxy in front to compress. A lecturer's laptop has no proxy, and a
student's phone should not load four times as much as it needs, so the site does it itself.
"""

import gzip
import re
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import streamlit
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
BUNDLE = Path(streamlit.__file__).parent / "static" / "static"


class Asset(NamedTuple):
    """One file, compressed once."""

    packed: bytes
    media_type: str
    etag: str


def pack(name: str, content: bytes) -> Asset:
    """Compress a file; thoroughly, unless it is so large that the last percent would cost a second."""
    packed = gzip.compress(content, compresslevel=9 if len(content) < 1_000_000 else 6, mtime=0)
    return Asset(packed, TYPES[Path(name).suffix], f'"{blake2b(content, digest_size=8).hexdigest()}"')


def answer(request: Request, asset: Asset) -> Response:
    """The file, compressed for every client that can read that, or word that it has not changed."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": asset.etag, "Vary": "Accept-Encoding"}
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(gzip.decompress(asset.packed), headers=headers, media_type=asset.media_type)
    return Response(asset.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=asset.media_type)


@cache
def _bundle() -> dict[str, Path]:
    """Streamlit's scripts and styles, whose names carry a hash of their content, by the end of their address."""
    return {f"{path.parent.name}/{path.name}": path for path in BUNDLE.rglob("*") if path.suffix in TYPES}


@cache  # bounded by the number of files in Streamlit's bundle
def _packed(name: str) -> Asset:
    return pack(name, _bundle()[name].read_bytes())


class Compression:
    """ASGI middleware that answers for Streamlit's scripts and styles."""

    bundled = re.compile(r"/static/((?:js|css)/[^/]+)$")

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        found = self.bundled.search(scope["path"])
        if found and found[1] in _bundle():
            await answer(Request(scope), _packed(found[1]))(scope, receive, send)
            return
        await self.app(scope, receive, send)
