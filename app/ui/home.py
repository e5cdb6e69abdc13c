"""The front page: the lessons in the lecture's order, with a picture each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.contract.lesson import Lesson
from app.lessons import payloads, registry
from app.operations import error_boundary

COLUMNS = 3


def page(pages: Mapping[str, Any]) -> Callable[[], None]:
    """A function for ``st.Page``; ``pages`` are those of the lessons, by name."""

    def show() -> None:
        with error_boundary.page(error_boundary.FRONT):
            st.markdown("# Beyond Backpropagation")
            st.markdown("Tips and tricks for training deep neural networks, to be watched, dragged and measured.")
            for part, records in registry.by_part().items():
                st.markdown(f"### {part}")
                _cards(records, pages)

    return show


def _cards(records: Sequence[Lesson[Any]], pages: Mapping[str, Any]) -> None:
    """Cards in rows; one that fails leaves the others alone."""
    for first in range(0, len(records), COLUMNS):
        for column, record in zip(st.columns(COLUMNS), records[first : first + COLUMNS], strict=False):
            with column, st.container(border=True), error_boundary.part("This lesson could not be announced"):
                _card(record, pages[record.name])


def _card(record: Lesson[Any], target: Any) -> None:
    st.markdown(f"![A picture of the lesson “{record.title}”](poster/{record.name}.webp)")
    st.page_link(target, label=f"**{record.title}**")
    st.markdown(record.question)


def _poster(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in registry.lessons():
        return PlainTextResponse("Not found", status_code=404)
    try:
        picture = payloads.poster(registry.get(name))
    except Exception as error:
        return PlainTextResponse(_noted(name, error), status_code=500)
    return Response(picture, media_type="image/webp", headers={"Cache-Control": "public, max-age=3600"})


def _noted(name: str, error: Exception) -> str:
    return error_boundary.sentence(
        "The picture could not be drawn", error_boundary.note(name, f"/poster/{name}.webp", error)
    )


routes = [Route("/poster/{name}.webp", _poster, methods=["GET"])]
