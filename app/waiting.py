"""What a page does while the work of its setting is under way: the last picture, how far it is, and a way to stop."""

import secrets

import streamlit as st

from app import compute
from app.controls import plain
from app.lesson import Lesson
from app.settings import Settings

GRACE = 0.5  # seconds that a page waits without a word
EVERY = 0.4  # seconds between two looks at how far it is


def drawable(record: Lesson, experiment: Settings) -> Settings | None:
    """The setting that can be drawn now: this one, or the last one that could, or the first picture of all, or none."""
    tasks, shown = record.work(experiment), f"{record.name}-shown"
    if not tasks:
        return experiment
    if compute.quick(tasks) or not (_stopped(record, experiment) or compute.ask(_owner(), tasks, GRACE)):
        st.session_state[shown] = experiment
        return experiment
    last = st.session_state.get(shown, record.Experiment())
    return last if compute.known(record.work(last)) else None


def progress(record: Lesson, experiment: Settings) -> None:
    """How far the work is, and what can be done about it; the page is drawn anew when it is done."""
    with st.container(key="work"):
        if _stopped(record, experiment):
            st.markdown("**Stopped.** The picture is that of the setting before.")
            st.button("Train", key=f"{record.name}-train", on_click=_go_on, args=(record,))
        else:
            _watch(record, experiment)


@st.fragment(run_every=EVERY)
def _watch(record: Lesson, experiment: Settings) -> None:
    state = None if _stopped(record, experiment) else compute.ask(_owner(), record.work(experiment))
    if state is None:
        st.rerun()
    st.progress(min(state.share, 1.0), _words(state))
    st.button("Cancel", key=f"{record.name}-cancel", on_click=_stop, args=(record, experiment))


def _words(state: compute.Progress) -> str:
    if state.error:
        return f"This could not be trained: {plain(state.error)}"
    if state.full:
        return "Many are training right now; yours is taken in as soon as there is room."
    if state.ahead:
        return f"Waiting: {state.ahead} before this one."
    return f"Training: {state.share:.0%}" if state.share else "Preparing the network."


def _stop(record: Lesson, experiment: Settings) -> None:
    compute.drop(_owner())
    st.session_state[f"{record.name}-stopped"] = experiment


def _go_on(record: Lesson) -> None:
    st.session_state.pop(f"{record.name}-stopped", None)


def _stopped(record: Lesson, experiment: Settings) -> bool:
    return st.session_state.get(f"{record.name}-stopped") == experiment


def _owner() -> str:
    """This tab, as the queue knows it."""
    return str(st.session_state.setdefault("owner", secrets.token_hex(8)))
