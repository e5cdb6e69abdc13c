"""The HTML that the address of any page answers with: Streamlit's own, with our styles and the stage's files in it.

Streamlit loads a component's script only when the first run of the page reaches the browser; by then a second and more
has passed in which the network was idle. Styles that arrive with the page cost no element of Streamlit's either.
"""

from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.lessons import registry
from app.stage import assets
from app.ui.stylesheet import STYLE


@cache
def html(staged: bool) -> str:
    """Streamlit's page with our styles after its own, so that they win; a ``staged`` page loads the stage early."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text()
    page = page.replace("<title>Streamlit</title>", "<title>Beyond Backpropagation</title>")
    page = page.replace("</body>", f"<style>{STYLE}</style></body>", 1)
    return page.replace("</head>", f"{assets.head()}</head>", 1) if staged else page


class Index:
    """ASGI middleware that puts our page where Streamlit answers with its own, whatever the address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        replaced = False

        async def ours(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and _is_page(message):
                replaced = True
                staged = Request(scope).url.path.rpartition("/")[2] in registry.lessons()
                answer = HTMLResponse(html(staged), headers={"Cache-Control": "no-cache"})
                await answer(scope, receive, send)
            elif not replaced:
                await send(message)

        await self.app(scope, receive, ours)


def _is_page(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return start["status"] == 200 and headers.get("content-type", "").startswith("text/html")
