"""What a browser reports before it has heard of a new address, or drawn it, does not bring the old one back."""

import asyncio
import json
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.benchmarks.visitor import Visitor, elsewhere
from tests.browser.site import Site, serving

LONG = {"network": "cnn", "batch": "0", "steps": "360"}  # so that a page waits for it
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


class Slow(Visitor):
    """A browser that draws nothing but the first run, and reports what the widgets of that show."""

    def __init__(self, url: str, page: str) -> None:
        super().__init__(url, page)
        self.widgets: dict[str, WidgetState] = {}  # by their labels
        self.opened = False

    async def open(self, query: str = "") -> float:
        took = await super().open(query)
        self.opened = True
        return took

    async def choose(self, label: str, value: str) -> float:
        """Press one of the buttons that stand together under a label."""
        self.widgets[label].string_array_value.data[:] = [value]
        return await self._run(self._rerun(self.fragment))

    def _rerun(self, fragment: str = "") -> BackMsg:
        message = super()._rerun(fragment)
        message.rerun_script.widget_states.widgets.extend(self.widgets.values())
        return message

    def _note(self, element: Element, fragment: str) -> None:
        super()._note(element, fragment)
        kind = element.WhichOneof("type")
        if self.opened or kind not in ("selectbox", "number_input", "button_group"):
            return
        widget = getattr(element, kind)
        state = self.widgets[widget.label] = WidgetState(id=widget.id)
        match kind:
            case "selectbox":
                state.string_value = widget.raw_value
            case "number_input":
                state.double_value = widget.value
            case "button_group":
                state.string_array_value.data[:] = widget.raw_values


async def waited(visitor: Visitor) -> None:
    """Go on until nothing is waited for any more."""
    async with asyncio.timeout(SECONDS):
        while visitor.timer:
            await visitor.tick()
            await asyncio.sleep(0.1)


async def trained(visitor: Late) -> dict[str, str]:
    """What is drawn in the end."""
    await waited(visitor)
    return visitor.drawn


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    # What tests save by compiling in a hurry, LONG would cost many times over.
    with serving(BEYOND_WARM_PRESETS="0", XLA_FLAGS="") as running:
        yield running


def test_a_timer_with_the_old_address_draws_the_new_setting(site: Site) -> None:
    async def visited() -> list[str]:
        visitor = Late(site.url, "training_loop")
        await visitor.open(urlencode(LONG))
        assert await trained(visitor) == LONG
        await visitor.commit({"adam.learning_rate": 0.0071})
        assert visitor.timer
        assert await trained(visitor) == LONG | {"adam.learning_rate": "0.0071"}
        await visitor.close()
        return visitor.failures

    assert elsewhere(visited()) == []


@pytest.mark.parametrize(
    ("preset", "address"),
    [("Without activations", {"activation": "linear"}), ("Keep one bit", {"network": "rnn"})],
    ids=["widgets that show something else", "widgets that are gone"],
)
def test_what_widgets_show_no_more_is_nobodys_choice(site: Site, preset: str, address: dict[str, str]) -> None:
    async def visited() -> list[str]:
        visitor = Slow(site.url, "training_loop")
        await visitor.open(urlencode({"data": "circles", "activation": "relu"}))
        assert {"Try this", "Data", "Activation"} <= visitor.widgets.keys()
        await visitor.choose("Try this", preset)
        assert visitor.timer
        await waited(visitor)
        assert dict(parse_qsl(visitor.query)) == address
        await visitor.close()
        return visitor.failures

    assert elsewhere(visited()) == []
