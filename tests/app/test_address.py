"""What a browser reports before it has heard of a new address does not bring the old one back."""

import asyncio
import json
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element

from tests.benchmarks.visitor import Visitor, elsewhere
from tests.browser.site import serving

LONG = {"network": "cnn", "steps": "2000"}  # so that a page waits for it
SECONDS = 120.0  # until a busy machine has compiled and trained


class Late(Visitor):
    """A browser that never hears of a new address; ``drawn`` is the setting of its last picture."""

    def __init__(self, url: str, page: str) -> None:
        super().__init__(url, page)
        self.drawn: dict[str, str] = {}
        self.first = ""

    async def open(self, query: str = "") -> float:
        self.first = query
        return await super().open(query)

    def _rerun(self, fragment: str = "") -> BackMsg:
        message = super()._rerun(fragment)
        message.rerun_script.query_string = self.first
        return message

    def _note(self, element: Element, fragment: str) -> None:
        super()._note(element, fragment)
        if element.WhichOneof("type") == "bidi_component" and element.bidi_component.id == self.stage:
            payload = element.bidi_component.bytes
            header = json.loads(payload[8 : 8 + int.from_bytes(payload[:8], "little")])
            self.drawn = json.loads(header["__metadata__"]["query"])


async def trained(visitor: Late) -> dict[str, str]:
    """What is drawn when nothing is waited for any more."""
    async with asyncio.timeout(SECONDS):
        while visitor.timer:
            await visitor.tick()
            await asyncio.sleep(0.1)
    return visitor.drawn


def test_a_timer_with_the_old_address_draws_the_new_setting() -> None:
    async def visited() -> list[str]:
        visitor = Late(site.url, "training_loop")
        await visitor.open(urlencode(LONG))
        assert await trained(visitor) == LONG
        await visitor.commit({"adam.learning_rate": 0.0071})
        assert visitor.timer
        assert await trained(visitor) == LONG | {"adam.learning_rate": "0.0071"}
        await visitor.close()
        return visitor.failures

    with serving(BEYOND_WARM_PRESETS="0") as site:
        assert elsewhere(visited()) == []
