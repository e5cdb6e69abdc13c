"""The stage as a Streamlit component: mounting it, its side panel, and what it reports back."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import streamlit as st

from app.stage.assets import address
from app.stage.scene import Recording, Scene
from app.stage.wire import EncodedScene, encode, encode_scene

# Streamlit loads this text from a blob: address, which has no relatives; the page's own address has.
_LOADER = """
export default async function (component) {{
  const find = (name) => new URL("{address}/" + name, document.baseURI).href;
  import(find("plot.js")).then((plot) => plot.loadPlotly()); // the largest file first
  const {{ {entry} }} = await import(find("mount.js"));
  return {entry}(component);
}}
"""

_TEXT = re.compile(r"[\x20-\x7e\u00a0-\uffff]{0,200}")


@dataclass(frozen=True)
class StageEvents:
    """What the user did on the stage since the last run, checked: settings that changed, a step to stand at."""

    settings: dict[str, float | str] = field(default_factory=dict)
    step: int | None = None


class Wanted(NamedTuple):
    """The setting that the page's controls show, whether or not there is a picture of it."""

    query: Mapping[str, str]  # URL parameters, as those of a recording
    values: Mapping[str, float]  # what sliders and handles stand at


def _component(name: str, entry: str, html: str) -> Any:
    js = _LOADER.format(entry=entry, address=address())
    return st.components.v2.component(name, html=html, js=js, isolate_styles=False)


# The empty slots keep their height, so that the page does not jump when the stage arrives.
_stage = _component("stage", "mountStage", '<div class="stage-slot" style="min-height: 37.5rem"></div>')
_side_panel = _component(
    "stage_side_panel", "mountSidePanel", '<div class="stage-side-panel-slot" style="min-height: 12rem"></div>'
)
_notice = _component("stage_notice", "mountNotice", '<div class="stage-notice-slot"></div>')


def _value(value: object) -> float | str | None:
    if isinstance(value, str):
        return value if _TEXT.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < 1e12 else None  # False of NaN too; ``math.isfinite`` fails on an int of 400 digits


def _settings(commit: object, allowed: frozenset[str]) -> dict[str, float | str]:
    """The settings in a commit that the scene offers; whatever else a browser sends is dropped."""
    reported = commit.get("settings") if isinstance(commit, Mapping) else None
    if not isinstance(reported, Mapping) or len(reported) > 256:
        return {}
    checked = {name: _value(value) for name, value in reported.items() if name in allowed}
    return {name: value for name, value in checked.items() if value is not None}


def _step(playhead: object, steps: int) -> int | None:
    step = playhead.get("step") if isinstance(playhead, Mapping) else None
    return step if isinstance(step, int) and not isinstance(step, bool) and 0 <= step <= steps else None


def _serial(report: object) -> int:
    """The browser numbers its reports and gets the last number back, so it sees which payloads are outdated."""
    serial = report.get("serial") if isinstance(report, Mapping) else None
    return serial if isinstance(serial, int) and 0 <= serial < 2**31 else 0


def stage(
    scene: Scene | EncodedScene,
    recording: Recording | None,
    *,
    key: str,
    step: int | None = None,
    wanted: Wanted | None = None,
    called: str = "",
    on_commit: Callable[[StageEvents], None] | None = None,
    on_playhead: Callable[[StageEvents], None] | None = None,
    on_drawn: Callable[[], None] | None = None,
    guard: Callable[[Callable[[], None]], Callable[[], None]] = lambda callback: callback,
) -> StageEvents:
    """Mount the player.

    Args:
        scene: what a drag does not change; encoded already (``encode_scene``) where a page caches it.
        recording: what was computed for the current setting, or for an earlier one while that is computed; None if
            there is nothing to show yet.
        key: identifies the stage on its page, its ``side_panel`` and its ``notice``.
        step: where the playhead stands; None plays once on a first visit.
        wanted: the setting that the controls show; the picture is marked unless it is that of this setting. Without
            it, that of the recording.
        called: what the picture is called while it is marked ("Earlier setting (All zeros).").
        on_commit: called, before the script runs, when a handle, a slider or a row was released.
        on_playhead: called, before the script runs, when the playhead came to rest.
        on_drawn: called, before the script runs, when this stage has drawn its first picture; without it the stage
            does not report that.
        guard: wraps each callback, the part of it that reads the browser's report included.

    Returns:
        the events that caused this run.
    """
    encoded = scene if isinstance(scene, EncodedScene) else encode_scene(scene)
    sent = f"{key}.digest"
    view = {
        "key": key,
        "step": step,
        "serial": st.session_state.get(_memory(key), 0),
        "lesson": encoded.lesson,
        "announce": on_drawn is not None,
        "called": called,
    }
    if wanted:
        view["wanted"] = _asked(key, wanted)
    if recording:
        # A browser that has forgotten the scene (it left the page and came back) asks the live route for it.
        payload = encode(encoded, recording, have=st.session_state.get(sent), view=view)
        st.session_state[sent] = encoded.digest
    else:
        payload = encode(encoded, Recording(arrays={}), view=view | {"absent": True})
    listeners = _listeners(key, encoded, on_commit, on_playhead, on_drawn)
    result = _stage(key=key, data=payload, **{name: guard(listener) for name, listener in listeners.items()})
    return StageEvents(_settings(result.get("commit"), encoded.settings), _step(result.get("playhead"), encoded.steps))


def _asked(key: str, wanted: Wanted) -> dict[str, Any]:
    """With the serial number of the last report that the page had."""
    return {**wanted._asdict(), "serial": st.session_state.get(_memory(key), 0)}


def _memory(key: str) -> str:
    """Where the number of the last report is remembered."""
    return f"{key}.serial"


def _listeners(
    key: str,
    encoded: EncodedScene,
    on_commit: Callable[[StageEvents], None] | None,
    on_playhead: Callable[[StageEvents], None] | None,
    on_drawn: Callable[[], None] | None,
) -> dict[str, Callable[[], None]]:
    """Streamlit's callbacks, which read the browser's report and tell whoever asked."""
    memory = _memory(key)

    def reported(name: str) -> object:
        report = (st.session_state.get(key) or {}).get(name)
        st.session_state[memory] = max(st.session_state.get(memory, 0), _serial(report))
        return report

    def committed() -> None:
        report = reported("commit")
        settings = _settings(report, encoded.settings)
        if on_commit and settings:
            on_commit(StageEvents(settings=settings))
        rested(report)

    def moved() -> None:
        rested(reported("playhead"))

    def rested(report: object) -> None:
        at = _step(report, encoded.steps)
        if on_playhead and at is not None:
            on_playhead(StageEvents(step=at))

    def drawn() -> None:
        reported("drawn")
        if on_drawn:
            on_drawn()

    return {"on_commit_change": committed, "on_playhead_change": moved, "on_drawn_change": drawn}


def side_panel(key: str, wanted: Wanted | None = None) -> None:
    """A slot on the page for the sliders and the standings of the stage with this key.

    A page that says here what its controls show, before it computes the picture, has the old picture marked meanwhile.
    """
    _side_panel(key=f"{key}.side_panel", data={"key": key} | ({"wanted": _asked(key, wanted)} if wanted else {}))


def notice(key: str, query: Mapping[str, str], state: str, words: str, share: float | None = None) -> None:
    """How the work for a setting stands, for the mark on the picture. The element itself stays empty.

    Args:
        key: of the stage.
        query: the setting, as in ``Wanted``; said of any other one, the notice is outdated and not shown.
        state: in a word, for the attribute ``data-stale`` of the stage.
        words: what the mark says, behind the name of the picture.
        share: of the work that is done, from 0 to 1.
    """
    data = {"key": key, "query": dict(query), "state": state, "words": words, "share": share}
    _notice(key=f"{key}.notice", data=data)
