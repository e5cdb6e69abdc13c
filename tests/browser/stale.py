"""Every frame of a page with a stage: whose picture stands there, what the controls show, and what is said of it."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

from playwright.sync_api import Page, WebSocketRoute, expect

_RECORD = """() => {
    window.frames_seen = [];
    let last = '';
    const look = () => {
        const stage = document.querySelector('[data-testid=stage]');
        const mark = stage?.querySelector('.stage-mark');
        const panel = stage?.querySelector('.stage-panel');
        const frame = stage && {
            query: stage.dataset.query ?? null,
            stale: stage.dataset.stale,
            words: mark.getClientRects().length ? mark.textContent : '',
            faded: Boolean(panel) && Number(getComputedStyle(panel).opacity) < 0.6,
            preset: document.querySelector('[class*=-presets] [aria-checked=true]')?.textContent ?? '',
            sliders: [...document.querySelectorAll('.stage-slider input[type=text]')].map((field) => field.value),
            step: stage.dataset.step,
        };
        const text = JSON.stringify(frame);
        if (frame && text !== last) window.frames_seen.push(frame);
        last = text;
        requestAnimationFrame(look);
    };
    look();
}"""

Frame = dict[str, Any]


def record(page: Page) -> None:
    """Look at each animation frame from now on."""
    page.evaluate(_RECORD)


def frames(page: Page) -> list[Frame]:
    """What was seen, each state once, in order; ``query`` is the setting that is drawn."""
    seen: list[Frame] = page.evaluate("window.frames_seen")
    return [frame | {"query": dict(parse_qsl(frame["query"] or ""))} for frame in seen]


def marked(page: Page, state: str = "") -> None:
    """Wait until the picture is marked, in this state if one is named."""
    wanted = f"=== '{state}'" if state else "!== ''"
    page.wait_for_function(f"() => document.querySelector('[data-testid=stage]').dataset.stale {wanted}")


def current(page: Page) -> None:
    """Wait until the picture is that of the controls."""
    page.wait_for_function("() => document.querySelector('[data-testid=stage]')?.dataset.stale === ''")
    expect(page.locator(".stage-mark")).to_be_hidden()


def never_unmarked(seen: Sequence[Frame], right: Callable[[Frame], bool]) -> None:
    """Once the patience of a fourth of a second is over, the picture before is marked until the right one stands there.

    Args:
        right: whether a frame's picture is that of its controls; the mark goes with the frame in which it comes, or,
            where only the document knew of the change, once the page says that it has heard of it.
    """
    wrong = [frame for frame in seen if not right(frame)]
    begun = [index for index, frame in enumerate(wrong) if frame["stale"]]
    assert begun, "the picture before was never marked"
    bare = [frame for frame in wrong[begun[0] :] if not (frame["stale"] and frame["words"] and frame["faded"])]
    assert not bare, f"unmarked between {seen}"
    assert not any(frame["faded"] for frame in seen if right(frame) and not frame["stale"])
    assert right(seen[-1])
    assert not seen[-1]["stale"]
    assert not seen[-1]["words"]


class Wire:
    """The websocket of a page, which a test can hold up."""

    def __init__(self) -> None:
        self.held: list[str | bytes] | None = None

    def attach(self, page: Page) -> None:
        page.route_web_socket("**/_stcore/stream", self._pass_on)

    def _pass_on(self, route: WebSocketRoute) -> None:
        self.server = route.connect_to_server()

        def heard(message: str | bytes) -> None:
            if self.held is None:
                self.server.send(message)
            else:
                self.held.append(message)

        route.on_message(heard)

    def hold(self) -> None:
        self.held = []

    def release(self) -> None:
        messages, self.held = self.held or [], None
        for message in messages:
            self.server.send(message)
