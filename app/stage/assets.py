"""The browser's half of the stage, served compressed and for ever: modules, styles and Plotly.

Every file lives under one digest of all of them, so relative imports between the modules inherit it, a new release
never meets an old file in a cache, and a browser asks for each file once.
"""

import json
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import plotly
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.environment import DEPLOYMENT
from app.stage.compressed import TYPES, Asset, answer, pack
from app.stage.theme import as_json

STATIC = Path(__file__).parent / "static"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
ENTRY = "mount.js"


@cache
def _sources() -> dict[str, bytes]:
    """Our own files, and the palettes of ``theme`` as a module; Plotly is large and read when it is asked for."""
    if not PLOTLY.is_file():
        raise RuntimeError(f"The plotly package has no {PLOTLY.name} in {PLOTLY.parent}: reinstall plotly>=7.")
    files = {path.name: path.read_bytes() for path in sorted(STATIC.iterdir()) if path.suffix in TYPES}
    return files | {"palette.js": f"export default {json.dumps(as_json())};\n".encode()}


@cache
def digest() -> str:
    """Identifies the content of everything that is served; while somebody develops, whatever that is at the moment."""
    if DEPLOYMENT.development:
        return "development"
    total = blake2b(version("plotly").encode(), digest_size=8)
    for name, content in _sources().items():
        total.update(name.encode() + b"\0" + content)
    return total.hexdigest()


@cache
def _asset(name: str) -> Asset | None:
    content = PLOTLY.read_bytes() if name == PLOTLY.name else _sources().get(name)
    return None if content is None else pack(name, content)


def address() -> str:
    """Where the modules live, relative to the page's base."""
    return f"stage/{digest()}"


def prepare() -> None:
    """Compress everything now, so that no visitor waits for it.

    Raises:
        RuntimeError: the installed plotly has no plotly.min.js.
    """
    for name in (*_sources(), PLOTLY.name):
        _asset(name)


def head() -> str:
    """HTML for the head of a page with a stage, so that modules and Plotly load while the page itself still starts."""
    modules = sorted(name for name in _sources() if name.endswith(".js"))
    preloads = "".join(f'<link rel="modulepreload" href="./{address()}/{name}">' for name in modules)
    plotly_js = f'<script async src="./{address()}/{PLOTLY.name}"></script>'
    return f'{plotly_js}{preloads}<script type="module" src="./{address()}/{ENTRY}"></script>'


def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if DEPLOYMENT.development and (STATIC / name).suffix in TYPES and (STATIC / name).is_file():
        return FileResponse(STATIC / name, headers={"Cache-Control": "no-store"})
    asset = _asset(name) if request.path_params["digest"] == digest() else None
    return PlainTextResponse("Not found", status_code=404) if asset is None else answer(request, asset)


routes = [Route("/stage/{digest}/{name}", _serve)]
