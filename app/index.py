"""The HTML that a lesson's address answers with: Streamlit's own page, and the stage's files asked for in its head.

Streamlit loads a component's script only when the first run of the page reaches the browser; by then a second and more
has passed in which the network was idle. The page of the home and of unknown addresses stays Streamlit's.
"""

from functools import cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app import lesson
from app.stage import assets


@cache
def _html() -> str:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text()
    return page.replace("</head>", f"{assets.head()}</head>", 1)


def _index(_: Request) -> Response:
    return HTMLResponse(_html(), headers={"Cache-Control": "no-cache"})


routes = [Route(f"/{name}", _index, methods=["GET"]) for name in lesson.lessons()]
