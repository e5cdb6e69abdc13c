"""The address of the page, which is its whole state.

A browser sends its address with everything that it reports, and hears of a new one a moment after it was written. What
it reports within that moment (a timer, a pause, a first picture) carries the old address, and a page drawn from that
would go back to the setting before and stay there. So a session remembers what was written last. Only a page that runs
from its beginning, because it was opened, reloaded or gone back to, takes the browser's word.
"""

from collections.abc import Mapping

import streamlit as st

_SAVED = "address"


def load() -> None:
    """Take the URL's parameters: a browser opened, reloaded or went back to the page."""
    st.session_state[_SAVED] = st.query_params.to_dict()


def current() -> dict[str, str]:
    """The parameters as they were last saved; the URL of this run is set to them if the browser was late."""
    parameters: dict[str, str] = st.session_state[_SAVED]
    if st.query_params.to_dict() != parameters:
        st.query_params.from_dict(parameters)
    return parameters


def save(parameters: Mapping[str, str]) -> None:
    """Make these the parameters of the page's URL."""
    st.session_state[_SAVED] = dict(parameters)
    st.query_params.from_dict(dict(parameters))
