"""Keeps Streamlit's widgets in step with the URL, and ignores values that a stale page reports.

A browser sends what all its widgets show with whatever it reports. Until it has drawn a run, that is what the run
before showed: of a widget that was given another value it reports the old one, and of a widget that is gone the last
one, and both pass for somebody's choice. On a slow phone, or with a timer under way, that undid what was just chosen.
So a widget that is given another value is another widget, and only those of the last run are heard.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import streamlit as st

from app.operations import error_boundary

_VIEWS = "views"
KEYS = 4  # of a widget, in turn; Streamlit keeps something of every key for as long as a session lasts
_OWN = object()  # stands for the value of a widget that nobody else sets


class _View(NamedTuple):
    key: str
    value: Any  # what it shows


@dataclass
class _Views:
    """What a session has on its page."""

    heard: dict[str, _View] = field(default_factory=dict)  # in the last run that came to its end
    drawn: dict[str, _View] = field(default_factory=dict)  # in this run, so far
    turns: Counter[str] = field(default_factory=Counter)  # widgets so far, by name


@contextmanager
def run() -> Iterator[None]:
    """All that a page draws anew together. If it is broken off, those of the last one go on being heard."""
    views = _views()
    views.drawn = {}
    yield
    views.heard = views.drawn


def view(name: str, chosen: Callable[[Any], None], value: Any = _OWN) -> dict[str, Any]:
    """Key and callback of a widget; ``chosen`` is called with what somebody chooses.

    Args:
        value: what it shows from now on; without one, what it showed before.
    """
    views = _views()
    shown = views.heard.get(name)
    if shown is None or value not in (_OWN, shown.value):
        shown = _View(f"{name}-{views.turns[name] % KEYS}", value)
        views.turns[name] += 1
    key = shown.key
    views.drawn[name] = shown
    if value is not _OWN:
        st.session_state[key] = value

    def changed() -> None:
        if name in views.heard and views.heard[name].key == key:
            views.heard[name] = _View(key, st.session_state[key])
            chosen(st.session_state[key])

    return {"key": key, "on_change": error_boundary.heard(changed)}


def _views() -> _Views:
    views: _Views = st.session_state.setdefault(_VIEWS, _Views())
    return views
