"""A visitor without a browser: Streamlit's websocket protocol, as far as opening a page and committing to it needs."""

import asyncio
import json
import time
from typing import Any

import httpx2
import websockets
from streamlit.components.v2.bidi_component.main import _make_trigger_id as make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
PATIENCE = 60.0  # seconds until an answer
PREPARING = 600.0  # seconds until all presets are compiled


def prepared(url: str) -> None:
    """Wait until the server has compiled what the presets need; TimeoutError if that takes too long."""
    end = time.monotonic() + PREPARING
    while b"beyond_presets_left 0.0" not in httpx2.get(f"{url}/-/metrics", timeout=PATIENCE).content:
        if time.monotonic() > end:
            raise TimeoutError(f"the presets of {url} were not prepared within {PREPARING:.0f} s")
        time.sleep(0.5)


class Visitor:
    """One session. ``failures`` counts what a student would have seen go wrong.

    Args:
        seat: the cookie by which a proxy knows a visitor again.
    """

    def __init__(self, url: str, page: str, seat: str = "") -> None:
        self.address = url.replace("http", "ws", 1) + "/_stcore/stream"
        self.headers = {"Cookie": f"beyond_seat={seat}"} if seat else {}
        self.page = page
        self.fragment = ""
        self.page_hash = ""
        self.stage = ""  # id under which the stage reports
        self.failures: list[str] = []
        self.socket: Any = None

    async def open(self, query: str = "") -> float:
        """Connect, run the page and report the first picture; milliseconds until the page is complete."""
        self.fragment = self.page_hash = self.stage = ""  # of the session before, of which a new one knows nothing
        self.socket = await websockets.connect(
            self.address,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers=self.headers,
            max_size=None,
        )
        picture = await self._run(self._rerun(query))
        report = self._rerun(query, self.fragment)
        event = report.rerun_script.widget_states.widgets.add()
        event.id = make_trigger_id(self.stage, "events")
        event.json_trigger_value = json.dumps([{"event": "drawn", "value": {"serial": 1}}])
        return picture + await self._run(report)

    async def commit(self, query: str) -> float:
        """Change the address and rerun the lesson's fragment, as a released handle does; milliseconds."""
        return await self._run(self._rerun(query, self.fragment))

    async def close(self) -> None:
        if self.socket is not None:
            await self.socket.close()

    def _rerun(self, query: str, fragment: str = "") -> BackMsg:
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = self.page
        message.rerun_script.page_script_hash = self.page_hash
        message.rerun_script.fragment_id = fragment
        return message

    async def _run(self, message: BackMsg) -> float:
        begin = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while not self._finished(await self.socket.recv()):
                pass
        return (time.perf_counter() - begin) * 1e3

    def _finished(self, received: bytes) -> bool:
        message = ForwardMsg()
        message.ParseFromString(received)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.page_hash = message.new_session.page_script_hash
        elif kind == "delta":
            self.fragment = message.delta.fragment_id or self.fragment
            self._note(message.delta.new_element)
        elif kind == "script_finished" and message.script_finished not in DONE:
            self.failures.append(f"script finished with status {message.script_finished}")
        return kind == "script_finished"

    def _note(self, element: Element) -> None:
        match element.WhichOneof("type"):
            case "exception":
                self.failures.append(element.exception.message)
            case "bidi_component" if element.bidi_component.component_name.endswith("stage"):
                self.stage = element.bidi_component.id
