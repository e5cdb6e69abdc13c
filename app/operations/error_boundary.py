"""The error boundary: a fault in a part of a page becomes a sentence with a reference number, and the rest stays.

A page has these parts, and each fails alone: the row of presets, the picture, the controls, the formulas with the
theory, and the code. The picture is one part with all that its payload carries (work, record, scene, standings,
caption, values), because a stage with the numbers of another setting beside it would be wrong. The others are texts and
widgets that a student can use without the rest. What is outside all parts fails as the page, under the navigation.

Each fault is logged as one line with its number, the address that reproduces it and the traceback, and is counted.
Streamlit's control flow (``st.rerun``, ``st.stop``) derives from BaseException and passes.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from random import SystemRandom
from traceback import walk_tb
from typing import Any
from urllib.parse import quote, urlencode

import streamlit as st

from app.environment import DEPLOYMENT
from app.operations import metrics

FRONT = "home"  # the name of the page whose path is the site's own
_PAGE = "page"  # in a session's state: the name of the page that is open
_KNOWN = "faults"  # the numbers of this session's faults, so that a timer does not report one again and again
_UNSAID = "faults-unsaid"  # sentences about callbacks, which run where nothing can be drawn
_MOST_KNOWN = 32
_random = SystemRandom()
log = logging.getLogger("app.operations.error_boundary")


@contextmanager
def page(name: str) -> Iterator[None]:
    """The whole of a page, from its beginning; ``name`` is its path and its label in the metrics."""
    st.session_state[_PAGE] = name
    with part("The page could not be shown"):
        yield


def outside(error: Exception) -> bool:
    """For ``st.App``: the sentence in place of Streamlit's red box about what fails outside of all pages."""
    _say(_noted("The page could not be shown", error))
    return True


@contextmanager
def part(failure: str, place: AbstractContextManager[Any] | None = None) -> Iterator[None]:
    """A part of a page. An exception in it becomes a sentence that begins with ``failure``.

    It is drawn where the part stopped, or in ``place``.
    """
    try:
        yield
    except Exception as error:
        with place or nullcontext():
            _say(_noted(failure, error))


def heard(callback: Callable[..., None]) -> Callable[..., None]:
    """A callback of a widget; what is said about an exception in it appears with ``say_unsaid``."""

    @wraps(callback)
    def guarded(*args: Any, **kwargs: Any) -> None:
        try:
            callback(*args, **kwargs)
        except Exception as error:
            say_later("Your last change could not be made", error)

    return guarded


def say_later(failure: str, error: Exception) -> None:
    """Note a fault now; its sentence stands on the page that is drawn next."""
    st.session_state.setdefault(_UNSAID, []).append(_noted(failure, error))


def say_unsaid() -> None:
    """The sentences that wait, each once."""
    for words in dict.fromkeys(st.session_state.pop(_UNSAID, ())):
        _say(words)


def note(name: str, address: str, error: Exception) -> str:
    """Log and count a fault of a page or of a route.

    Args:
        name: the page's or lesson's name, its label in the metrics.
        address: path and query; cut to the length of an address that is read.

    Returns:
        the reference number.
    """
    digits = f"{_random.randrange(10**8):08d}"
    number = f"{digits[:4]}-{digits[4:]}"
    metrics.PAGE_ERRORS.labels(name).inc()
    facts = {"reference": number, "address": address[: DEPLOYMENT.query_chars]}
    log.error("a page failed", exc_info=error, extra={"facts": facts})
    return number


def sentence(failure: str, number: str) -> str:
    """What a visitor reads; ``failure`` says what could not be done."""
    return f"{failure}. The site made an error and recorded it under the reference number {number}."


def _noted(failure: str, error: Exception) -> str:
    """The sentence about a fault in this session; the same fault at the same address keeps its number."""
    query = urlencode(st.query_params.to_dict())
    known: dict[tuple[Any, ...], str] = st.session_state.setdefault(_KNOWN, {})
    fault = (_path(), query, repr(error), _place(error))
    if fault not in known:
        while len(known) >= _MOST_KNOWN:
            del known[next(iter(known))]
        known[fault] = note(_path() or FRONT, f"/{_path()}?{query}".rstrip("?"), error)
    return sentence(failure, known[fault])


def _place(error: Exception) -> tuple[str, int] | None:
    """File and line where an exception was raised."""
    frames = list(walk_tb(error.__traceback__))
    return (frames[-1][0].f_code.co_filename, frames[-1][1]) if frames else None


def _say(words: str) -> None:
    """The sentence and the ways back, as links that load the page anew: a session may be what is broken."""
    links = {"Home page": "./"} | ({"This page with its default setting": quote(_path())} if _path() else {})
    ways = " · ".join(f'<a href="{href}" target="_self">{label}</a>' for label, href in links.items())
    with st.container():
        st.warning(words, icon=":material/error:")
        st.markdown(ways, unsafe_allow_html=True)


def _path() -> str:
    """The path of the page that is open, relative to the site."""
    name = str(st.session_state.get(_PAGE, FRONT))
    return "" if name == FRONT else name
