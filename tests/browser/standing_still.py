"""The site, and one setting of the race whose picture never comes: for tests of what watches a site."""

from threading import Event
from typing import Any

import streamlit as st

from app import server
from app.lessons import payloads

NEVER = 1.2345  # the start's x
_payload = payloads.payload


def payload(record: Any, experiment: Any, have: str | None = None) -> bytes:
    if getattr(experiment, "x", None) == NEVER:
        Event().wait()
    return _payload(record, experiment, have)


payloads.payload = payload
app = st.App("main.py")  # by which ``streamlit run`` knows an application
app = server.app
