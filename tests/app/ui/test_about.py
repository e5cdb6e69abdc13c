"""The pages beside the lessons: the proof and the family tree."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest

import optimizers
from app import figures
from app.figures.tree import Member, layout
from app.trajectories import TrajectorySettings
from app.ui import family, proof
from optimizers import clipping


def _proof() -> None:
    from app.ui import proof

    proof.page()


def _family() -> None:
    from app.ui import family

    family.page()


def words(page: Callable[[], None]) -> str:
    opened = AppTest.from_function(page, default_timeout=60).run()
    assert not opened.exception
    return "\n".join(block.value for block in opened.markdown)


def test_proof_shows_every_row_of_the_report() -> None:
    text = words(_proof)
    assert proof.TITLE in text
    for row in proof.report()["optimizers"]:
        title = optimizers.get(row["name"]).title
        assert f"| {title} | {row['library']} | {row['settings']} | {row['points']} of " in text
    for row in proof.report()["schedules"]:
        assert f"| {row['title']} | {row['library']} |" in text
    for row in proof.report()["clipping"]:
        assert f"| {clipping.get(row['name']).title} | {row['library']} |" in text
    for row in proof.report()["closed_forms"]:
        assert f"| `{row['name']}` |" in text
    for row in proof.report()["facts"]:
        assert all(fact in text for fact in row["facts"])


@pytest.mark.parametrize(("number", "shown"), [(5.8e-15, "6×10⁻¹⁵"), (1e-9, "10⁻⁹"), (0.0, "0"), (1e15, "10¹⁵")])
def test_sizes_are_powers_of_ten(number: float, shown: str) -> None:
    assert proof._size(number) == shown


def test_family_says_what_everyone_changed() -> None:
    text = words(_family)
    for name in optimizers.names():
        record = optimizers.get(name)
        assert f"**{record.title}** ({record.year}" in text
        assert record.summary in text
    assert "**NAdam** (2016, from Adam and Nesterov)" in text


def test_everyone_can_be_raced_against_the_parent() -> None:
    for name in optimizers.names():
        chosen = TrajectorySettings.parse(dict([family.race(name).removeprefix("race?").split("=")])).optimizers
        parent = optimizers.get(name).parent
        assert chosen == ((parent, name) if parent else (name,))


def member(name: str, parent: str | None = None) -> Member:
    return Member(name, name, 2000, "#000000", f"race?optimizers={name}", "Says <this> & that.", parent)


FAMILY = [member("a"), member("b", "a"), member("c", "a"), member("d", "b"), member("e", "b")]


def test_parents_stand_in_the_middle_of_their_children() -> None:
    places = layout(FAMILY)
    assert [places[name].row for name in "decba"] == [0.0, 1.0, 2.0, 0.5, 1.25]
    assert [places[name].generation for name in "abcde"] == [0, 1, 1, 2, 2]
    assert sorted(places, key=lambda name: places[name].line) == list("abdec")


def test_nobody_stands_on_anybody() -> None:
    places = layout(family.members())
    columns: dict[int, list[float]] = {}
    for place in places.values():
        columns.setdefault(place.generation, []).append(place.row)
    for rows in columns.values():
        assert all(after - before >= 1 for before, after in zip(sorted(rows), sorted(rows)[1:], strict=False))


def test_tree_is_well_formed_and_holds_everyone_twice() -> None:
    pictures = ElementTree.fromstring(f"<div>{figures.tree(family.members(), 'A & B')}</div>")
    links = [link.get("href") for link in pictures.iter("a")]
    assert sorted(links) == sorted(2 * [family.race(name) for name in optimizers.names()])
    assert all(link.findtext("title") for link in pictures.iter("a"))
