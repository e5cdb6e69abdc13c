"""The front page: the lessons in the lecture's order, with a picture each."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from app import compute, lesson

COLUMNS = 3


def page(pages: Mapping[str, Any]) -> Callable[[], None]:
    """A function for ``st.Page``; ``pages`` are those of the lessons, by name."""

    def show() -> None:
        st.markdown("# Beyond Backpropagation")
        st.markdown("Tips and tricks for training deep neural networks, to be watched, dragged and measured.")
        for part, records in lesson.by_part().items():
            st.markdown(f"### {part}")
            for first in range(0, len(records), COLUMNS):
                for column, record in zip(st.columns(COLUMNS), records[first : first + COLUMNS], strict=False):
                    with column, st.container(border=True):
                        _card(record, pages[record.name])

    return show


def _card(record: lesson.Lesson, target: Any) -> None:
    st.image(compute.poster(record), width="stretch")
    st.page_link(target, label=f"**{record.title}**")
    st.markdown(record.question)
