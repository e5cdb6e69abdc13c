"""The site with a race that fails at some settings, for the tests of what a visitor sees then.

``theory`` fails at x = 1.25, the navigation at y = 9, ``record`` wherever y < 0.6, and the callback that writes the
address at step 3.
"""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app import server  # noqa: E402
from app.lessons import registry  # noqa: E402
from app.state import url_state  # noqa: E402

whole = registry.get("race")
written = url_state.save


def record(e: Any) -> Any:
    if e.y is not None and e.y < 0.6:
        raise RuntimeError("<broken record>")
    return whole.record(e)


def theory(e: Any, arrays: Any) -> Any:
    if e.x == 1.25:
        raise RuntimeError("<broken theory>")
    return whole.theory(e, arrays)


def write(parameters: Mapping[str, str]) -> None:
    if parameters.get("playhead") == "3":
        raise RuntimeError("<broken callback>")
    written(parameters)


def by_part() -> Any:
    if st.query_params.get("y") == "9":
        raise RuntimeError("<broken navigation>")
    return parts


parts = registry.by_part()
registry.by_part = by_part
registry.lessons()["race"] = replace(whole, record=record, theory=theory)  # type: ignore[index]  # a dict in truth
url_state.save = write
app = st.App(str(ROOT / "app" / "main.py"))  # by which ``streamlit run`` knows an application
app = server.app
