"""A visitor without a browser: Streamlit's websocket protocol, as far as opening a page and committing to it needs."""

import asyncio
import json
import time
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import parse_qs

import httpx2
import websockets
from streamlit.components.v2.bidi_component.main import _make_trigger_id as make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

T = TypeVar("T")
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
PATIENCE = 60.0  # seconds until an answer
PREPARING = 600.0  # seconds until all presets are compiled


def elsewhere(visit: Coroutine[Any, Any, T]) -> T:
    """What comes of it, in a thread of its own: a browser's test may have left a loop in this one."""
    with ThreadPoolExecutor() as thread:
        return thread.submit(asyncio.run, visit).result()


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
        self.url = url
        self.address = url.replace("http", "ws", 1) + "/_stcore/stream"
        self.headers = {"Cookie": f"beyond_seat={seat}"} if seat else {}
        self.page = page
        self.query = ""  # of the page's address
        self.fragment = ""  # that holds the stage
        self.page_hash = ""
        self.stage = ""  # id under which the stage reports
        self.serial = 0  # of its last report
        self.timer = ""  # id of the fragment that wants to be run again and again
        self.uploader = ""  # id of the widget that takes a file
        self.session = ""  # id of the session, which the address of an upload names
        self.failures: list[str] = []
        self.socket: Any = None

    async def open(self, query: str = "") -> float:
        """Connect, run the page and report the first picture; milliseconds until the page is complete."""
        self.fragment = self.page_hash = self.stage = ""  # of the session before, of which a new one knows nothing
        self.query, self.serial = query, 0
        self.socket = await websockets.connect(
            self.address,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers=self.headers,
            max_size=None,
            open_timeout=PATIENCE,
            ping_interval=None,  # a browser does not ask either
        )
        picture = await self._run(self._rerun())
        return picture + (await self._report("drawn") if self.stage else 0.0)

    async def commit(self, settings: Mapping[str, float | str]) -> float:
        """Let go of handles or sliders, so that the page shows these settings; milliseconds."""
        took = await self.report(settings)
        if missing := settings.keys() - parse_qs(self.query).keys():
            self.failures.append(f"the address does not say {', '.join(sorted(missing))}")
        return took

    async def report(self, settings: Mapping[str, float | str]) -> float:
        """Let go, whatever the address says afterwards; milliseconds."""
        return await self._report("commit", settings=dict(settings))

    async def tick(self) -> float:
        """Let the timer strike by which a page looks at its training again; milliseconds."""
        return await self._run(self._rerun(self.timer))

    async def upload(self, content: bytes) -> float:
        """Give a file to the page's uploader, as a browser does; milliseconds until the page has answered."""
        ask = BackMsg()
        ask.file_urls_request.request_id, ask.file_urls_request.session_id = "upload", self.session
        ask.file_urls_request.file_names.append("table.csv")
        await self.socket.send(ask.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while (answer := _message(await self.socket.recv())).WhichOneof("type") != "file_urls_response":
                pass
        place, token = answer.file_urls_response.file_urls[0], generate_xsrf_token_string()
        async with httpx2.AsyncClient(base_url=self.url, cookies={"_streamlit_xsrf": token}) as client:
            sent = await client.put(
                place.upload_url, files={"table.csv": content}, headers={"X-Xsrftoken": token}, timeout=PATIENCE
            )
        sent.raise_for_status()
        message = self._rerun(self.fragment)
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id = self.uploader
        info = widget.file_uploader_state_value.uploaded_file_info.add()
        info.file_id, info.name, info.size = place.file_id, "table.csv", len(content)
        info.file_urls.CopyFrom(place)
        return await self._run(message)

    async def close(self) -> None:
        if self.socket is not None:
            await self.socket.close()

    async def _report(self, event: str, **value: Any) -> float:
        """Have the stage report something, which reruns the lesson's fragment."""
        self.serial += 1
        message = self._rerun(self.fragment)
        trigger = message.rerun_script.widget_states.widgets.add()
        trigger.id = make_trigger_id(self.stage, "events")
        trigger.json_trigger_value = json.dumps([{"event": event, "value": value | {"serial": self.serial}}])
        return await self._run(message)

    def _rerun(self, fragment: str = "") -> BackMsg:
        message = BackMsg()
        message.rerun_script.query_string = self.query
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
        message = _message(received)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
        if kind == "new_session" and not message.metadata.run.fragment_ids:  # the page runs from its beginning
            self.timer = ""
        elif kind == "navigation":
            self.page_hash = message.navigation.page_script_hash
        elif kind == "auto_rerun":
            self.timer = message.auto_rerun.fragment_id
        elif kind == "stop_auto_rerun":
            self.timer = ""
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta":
            self._note(message.delta.new_element, message.delta.fragment_id)
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return False  # another run follows at once
        elif kind == "script_finished" and message.script_finished not in DONE:
            self.failures.append(f"script finished with status {message.script_finished}")
        return kind == "script_finished"

    def _note(self, element: Element, fragment: str) -> None:
        match element.WhichOneof("type"):
            case "file_uploader":
                self.uploader = element.file_uploader.id
            case "exception":
                self.failures.append(element.exception.message)
            case "bidi_component" if element.bidi_component.component_name.endswith("stage"):
                self.stage, self.fragment = element.bidi_component.id, fragment


def _message(received: bytes) -> ForwardMsg:
    message = ForwardMsg()
    message.ParseFromString(received)
    return message
