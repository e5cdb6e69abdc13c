"""A page whose setting's jobs are pending: the best available picture, the progress, and a way to cancel."""

import secrets
from typing import Any

import streamlit as st

from app import jobs
from app.contract.lesson import Lesson
from app.jobs import uploaded_tables
from app.operations import error_boundary
from app.settings.model import Settings
from app.stage import notice
from app.state import url_state

GRACE = 0.5  # seconds that a page waits without a word
EVERY = 0.4  # seconds between two looks at how far it is


class Untrained(RuntimeError):
    """A job failed in the process that ran it, whose log has the traceback."""


def best_available(record: Lesson[Any], experiment: Settings) -> Settings | None:
    """The best setting whose results are there.

    Returns:
        the one that is wanted, else its draft, else the one that was shown last, else the default one; None if nothing
        can be drawn yet.
    """
    if not record.work(experiment):
        return experiment
    for each in (experiment, *_draft(record, experiment)):
        tasks = record.work(each)
        # While there is a draft to be made nobody waits for more than that.
        patient = each.draft or not _draft(record, experiment)
        if jobs.quick(tasks) or (
            patient and not _stopped(record, experiment) and not jobs.submit(_client_id(), tasks, GRACE)
        ):
            st.session_state[_shown(record.name)] = each
            return each
    lasts = (shown_last(record.name), record.Experiment())
    return next((last for last in lasts if last and _done(record, last)), None)


def shown_last(name: str) -> Settings | None:
    """The setting of a lesson whose picture was drawn last in this session."""
    last: Settings | None = st.session_state.get(_shown(name))
    return last


def _shown(name: str) -> str:
    return f"{name}-shown"


def _done(record: Lesson[Any], experiment: Settings) -> bool:
    """Whether a setting's work is known; that of a table that is gone is not, and never will be."""
    try:
        return jobs.known(record.work(experiment))
    except uploaded_tables.Gone:
        return False


def _draft(record: Lesson[Any], experiment: Settings) -> tuple[Settings, ...]:
    """A coarser picture of the same setting, where one takes less work."""
    draft = experiment.model_copy(update={"draft": True})
    return (draft,) if record.drafts(experiment) and record.work(draft) != record.work(experiment) else ()


def progress(record: Lesson[Any], experiment: Settings, shown: Settings | None) -> None:
    """How far the work is, for the mark on the picture, and what can be done about it; the page is drawn anew when it
    is done.

    The container stands in its place even when there is nothing in it: what ``_watch`` has written reaches a browser
    even if the run of the page around it was overtaken by the next one and did not, and a browser that is given
    contents without a container shows an empty page.
    """
    done = shown == experiment
    refines = not done and shown is not None and shown in _draft(record, experiment)
    with st.container(key="refining" if refines else "work"):
        if done:
            return
        if _stopped(record, experiment):
            failed = st.session_state.get(f"{record.name}-failed") == experiment
            _say(record, experiment, *(("failed", "Not trained.") if failed else ("stopped", "Stopped.")))
            label = "Refine" if refines else "Train"
            st.button(label, key=f"{record.name}-train", on_click=error_boundary.heard(_go_on), args=(record,))
        else:
            _watch(record, experiment, refines)


@st.fragment(run_every=EVERY)
def _watch(record: Lesson[Any], experiment: Settings, refines: bool) -> None:
    with error_boundary.part("The progress of the training could not be shown"):
        _report(record, experiment, refines)


def _report(record: Lesson[Any], experiment: Settings, refines: bool) -> None:
    state = _state(record, experiment, refines)
    if state is not None and state.error:
        failure = "This setting could not be trained" + f": {state.reason}" * bool(state.reason)
        error_boundary.say_later(failure, Untrained(state.error))
        _stop(record, experiment)  # until somebody asks for it again, or every look would begin it anew
        st.session_state[f"{record.name}-failed"] = experiment
        state = None
    if state is None:
        url_state.current()  # a timer may carry an older one, with which the page would run from its beginning
        st.rerun()
    _say(record, experiment, *_words(state, refines))
    st.button("Cancel", key=f"{record.name}-cancel", on_click=error_boundary.heard(_stop), args=(record, experiment))


def _state(record: Lesson[Any], experiment: Settings, refines: bool) -> jobs.Progress | None:
    """How far the work is; None when nothing is waited for any more, be it that the table of the setting is gone."""
    first = () if refines else _draft(record, experiment)
    try:
        tasks = record.work(first[0] if first else experiment)
    except uploaded_tables.Gone:
        return None
    return None if _stopped(record, experiment) else jobs.submit(_client_id(), tasks)


def _say(record: Lesson[Any], experiment: Settings, state: str, words: str, share: float | None = None) -> None:
    notice(f"{record.name}-stage", experiment.query(), state, words, share)


def _words(state: jobs.Progress, refines: bool) -> tuple[str, str, float | None]:
    """What the mark says: in one word for a program, in a sentence, and the share that is done."""
    if state.full:
        return "full", "Waiting for room: many are training right now.", None
    if state.ahead:
        return "waiting", f"Waiting: {state.ahead} before this one.", None
    if not state.share:
        return ("refining", "Refining.", None) if refines else ("preparing", "Preparing the network.", None)
    return (
        ("refining", "Refining", min(state.share, 1.0)) if refines else ("training", "Training", min(state.share, 1.0))
    )


def _stop(record: Lesson[Any], experiment: Settings) -> None:
    jobs.drop(_client_id())
    st.session_state[f"{record.name}-stopped"] = experiment


def _go_on(record: Lesson[Any]) -> None:
    for what in ("stopped", "failed"):
        st.session_state.pop(f"{record.name}-{what}", None)


def _stopped(record: Lesson[Any], experiment: Settings) -> bool:
    return st.session_state.get(f"{record.name}-stopped") == experiment


def _client_id() -> str:
    """This tab, as the queue knows it."""
    return str(st.session_state.setdefault("client", secrets.token_hex(8)))
