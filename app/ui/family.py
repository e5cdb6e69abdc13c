"""The family tree of the optimizers: who changed what in whose rule, and the race of each against its parent."""

import streamlit as st

import optimizers
from app import figures
from app.figures.tree import CSS, Member
from app.operations import error_boundary
from app.trajectories.style import style

TITLE = "Family tree"
INTRODUCTION = (
    "Every optimizer here changes one thing in the rule of another one; some borrow an idea from a third (dotted). "
    "Choose one to race it against its parent. What each changed is said below."
)


def page() -> None:
    """For ``st.Page``."""
    with error_boundary.page("family"):
        st.markdown(f"## {TITLE}\n{INTRODUCTION}")
        _picture(key="family-tree")
        st.markdown("#### What each one changed\n" + "\n".join(_change(name) for name in optimizers.names()))


def members() -> list[Member]:
    """The optimizers of the registry, parents before children."""
    return [_member(name) for name in optimizers.names()]


def race(name: str) -> str:
    """Address of the race of an optimizer against its parent, relative to any page."""
    parent = optimizers.get(name).parent
    return f"race?optimizers={parent},{name}" if parent else f"race?optimizers={name}"


def _member(name: str) -> Member:
    record = optimizers.get(name)
    return Member(
        name=name,
        title=record.title,
        year=record.year,
        color=style(name)[0],
        href=race(name),
        says=record.summary,
        parent=record.parent,
        second_parent=record.second_parent,
    )


def _change(name: str) -> str:
    """One line of the list: enough to be read without the picture."""
    record = optimizers.get(name)
    parents = [optimizers.get(parent).title for parent in (record.parent, record.second_parent) if parent]
    descent = f", from {' and '.join(parents)}" if parents else ""
    return f"- **{record.title}** ({record.year}{descent}). {record.summary} *{record.reference}.*"


# A component, because Streamlit's own HTML element takes SVG out.
_picture = st.components.v2.component(
    "family_tree", html=figures.tree(members(), "Family tree of the optimizers"), css=CSS
)
