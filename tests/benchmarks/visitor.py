"""A visitor without a browser: Streamlit's websocket protocol, as far as opening a page and committing to it needs."""

import asyncio
import time
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
PATIENCE = 60.0


class Visitor:
    """One session. ``failures`` counts what a student would have seen go wrong."""

    def __init__(self, url: str, page: str) -> None:
        self.address = url.replace("http", "ws", 1) + "/_stcore/stream"
        self.page = page
        self.fragment = ""
        self.page_hash = ""
        self.failures: list[str] = []
        self.socket: Any = None

    async def open(self, query: str = "") -> float:
        """Connect and run the page; milliseconds until it is complete."""
        self.socket = await websockets.connect(self.address, subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]
        return await self._run(query, fragment="")

    async def commit(self, query: str) -> float:
        """Change the address and rerun the lesson's fragment, as a released handle does; milliseconds."""
        return await self._run(query, fragment=self.fragment)

    async def close(self) -> None:
        if self.socket is not None:
            await self.socket.close()

    async def _run(self, query: str, fragment: str) -> float:
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = self.page
        message.rerun_script.page_script_hash = self.page_hash
        message.rerun_script.fragment_id = fragment
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
            if message.delta.new_element.WhichOneof("type") == "exception":
                self.failures.append(message.delta.new_element.exception.message)
        elif kind == "script_finished" and message.script_finished not in DONE:
            self.failures.append(f"script finished with status {message.script_finished}")
        return kind == "script_finished"
