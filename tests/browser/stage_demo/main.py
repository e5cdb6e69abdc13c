"""The page of the demo: its URL is its state."""

import streamlit as st

from app.stage import StageEvents, side_panel, stage
from tests.browser.stage_demo import demos

st.set_page_config(page_title="Stage", layout="wide")


def commit(events: StageEvents) -> None:
    st.query_params.update({name: str(value) for name, value in events.settings.items()})


def playhead(events: StageEvents) -> None:
    st.query_params["step"] = str(events.step)


def notice() -> None:
    """What comes or goes above the stage mounts everything below it anew."""
    st.session_state["notice"] = not st.session_state.get("notice")


def page() -> None:
    demo = demos.get(st.query_params.get("demo", "demo"))
    try:
        setting = demo.read(st.query_params.to_dict())
    except ValueError as error:
        st.error(error.args[1])
        st.stop()
    step = st.query_params.get("step")
    if st.session_state.get("notice"):
        st.info("Something new stands above the stage.")
    left, right = st.columns([2, 1])
    with left:
        st.markdown("#### Which method finds a minimum first?")
        stage(
            demo.scene(setting),
            demo.record(setting),
            key="demo",
            step=int(step) if step else None,
            on_commit=commit,
            on_playhead=playhead,
        )
    with right:
        if "no_side_panel" not in st.query_params:
            side_panel("demo")
        st.button("Notice", on_click=notice)
        st.button("Another start", on_click=lambda: st.query_params.update({"x": "1.0", "y": "-1.5"}))


page()
