"""A family tree as SVG, for a wide page and for a phone: boxes and lines in the page's text colour, links to follow.

Both pictures show the same; ``CSS`` hides the one that does not fit.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

COLUMN, ROW, WIDTH, HEIGHT = 232, 36, 200, 27  # of the wide picture in px: distances, and the size of a box
LINE, INDENT, PHONE = 36, 18, 350  # of the narrow one: height of a line, depth of a generation, width of the page
INK = "#000000"  # drawn in the page's text colour, which a dark page turns white

CSS = """
svg { width: 100%; height: auto; display: block; }
.tree-narrow { display: none; }
a { color: inherit; }
.box { fill: var(--st-secondary-background-color, transparent); stroke: currentColor; stroke-opacity: 0.35; }
.row { fill: currentColor; fill-opacity: 0; }
a:is(:hover, :focus-visible) .box { stroke-opacity: 1; }
a:is(:hover, :focus-visible) .row { fill-opacity: 0.12; }
@media (max-width: 640px) {
  .tree-wide { display: none; }
  .tree-narrow { display: block; }
}
"""


class Member(NamedTuple):
    """One of the family; parents by name."""

    name: str
    title: str
    year: int
    color: str
    href: str
    says: str  # shown when pointed at
    parent: str | None = None
    second_parent: str | None = None


class Place(NamedTuple):
    generation: int
    row: float  # place among the leaves, the middle of its children for one that has any
    line: int  # place in an indented list


def tree(members: Sequence[Member], title: str) -> str:
    """Both pictures, as HTML. Parents come before their children."""
    places = layout(members)
    return _wide(members, places, title) + _narrow(members, places, title)


def layout(members: Sequence[Member]) -> dict[str, Place]:
    """Where everyone stands; a child after its parent, and children in the order given."""
    children: dict[str | None, list[str]] = {}
    for member in members:
        children.setdefault(member.parent, []).append(member.name)
    places: dict[str, Place] = {}
    leaves = 0

    def settle(name: str, generation: int) -> float:
        nonlocal leaves
        line = len(places)
        places[name] = Place(generation, 0.0, line)
        rows = [settle(child, generation + 1) for child in children.get(name, [])]
        row = (rows[0] + rows[-1]) / 2 if rows else float(leaves)
        leaves += not rows
        places[name] = Place(generation, row, line)
        return row

    for root in children[None]:
        settle(root, 0)
    return places


def _wide(members: Sequence[Member], places: Mapping[str, Place], title: str) -> str:
    def left(name: str) -> float:
        return 2 + places[name].generation * COLUMN

    def middle(name: str) -> float:
        return 2 + HEIGHT / 2 + places[name].row * ROW

    def curve(parent: str, child: str) -> str:
        x0, y0, x1, y1 = left(parent) + WIDTH, middle(parent), left(child), middle(child)
        bend = (x0 + x1) / 2
        return f"M{x0:g} {y0:g}C{bend:g} {y0:g} {bend:g} {y1:g} {x1:g} {y1:g}"

    descent = [curve(member.parent, member.name) for member in members if member.parent]
    borrowed = [curve(member.second_parent, member.name) for member in members if member.second_parent]
    boxes = [_box(member, left(member.name), middle(member.name)) for member in members]
    width = 4 + WIDTH + COLUMN * max(place.generation for place in places.values())
    height = 4 + HEIGHT + ROW * max(place.row for place in places.values())
    return _svg("tree-wide", title, width, height, _lines(descent) + _lines(borrowed, "2 5"), boxes)


def _box(member: Member, x: float, middle: float) -> str:
    y = middle - HEIGHT / 2
    return _link(
        member,
        f'<rect class="box" x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="4"/>'
        f'<rect x="{x:g}" y="{y:g}" width="6" height="{HEIGHT}" rx="3" fill="{_paint(member.color)}"/>'
        f'<text x="{x + 13:g}" y="{middle + 4.5:g}" font-size="13.5" fill="currentColor">{escape(member.title)}</text>'
        f'<text x="{x + WIDTH - 7:g}" y="{middle + 4:g}" font-size="11" text-anchor="end" fill="currentColor" '
        f'fill-opacity="0.75">{member.year}</text>',
    )


def _narrow(members: Sequence[Member], places: Mapping[str, Place], title: str) -> str:
    def dot(name: str) -> tuple[float, float]:
        return 8 + places[name].generation * INDENT, LINE / 2 + places[name].line * LINE

    def elbow(parent: str, child: str) -> str:
        (x0, y0), (x1, y1) = dot(parent), dot(child)
        return f"M{x0:g} {y0:g}V{y1:g}H{x1:g}"

    lines = _lines([elbow(member.parent, member.name) for member in members if member.parent])
    rows = [_row(member, *dot(member.name)) for member in members]
    return _svg("tree-narrow", title, PHONE, LINE * len(members), lines, rows)


def _row(member: Member, x: float, y: float) -> str:
    return _link(
        member,
        f'<rect class="row" y="{y - LINE / 2:g}" width="{PHONE}" height="{LINE}"/>'
        f'<circle cx="{x:g}" cy="{y:g}" r="6" fill="{_paint(member.color)}" stroke="currentColor" stroke-width="0.75"/>'
        f'<text x="{x + 13:g}" y="{y + 5:g}" font-size="15" fill="currentColor">{escape(member.title)}</text>'
        f'<text x="{PHONE}" y="{y + 5:g}" font-size="13" text-anchor="end" fill="currentColor" fill-opacity="0.75">'
        f"{member.year}</text>",
    )


def _link(member: Member, content: str) -> str:
    label = f"{member.title}, {member.year}. {member.says}"
    return f'<a href="{escape(member.href)}"><title>{escape(label)}</title>{content}</a>'


def _lines(paths: Sequence[str], dashes: str = "none") -> str:
    """Lines as one group, so that where some run together they are no darker."""
    drawn = "".join(f'<path d="{path}"/>' for path in paths)
    style = f'fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="{dashes}" stroke-linecap="round"'
    return f'<g opacity="0.45" {style}>{drawn}</g>'


def _svg(name: str, title: str, width: float, height: float, lines: str, shapes: Sequence[str]) -> str:
    size = f'viewBox="0 0 {width:g} {height:g}"'
    return f'<svg class="{name}" role="group" aria-label="{escape(title)}" {size}>{lines}{"".join(shapes)}</svg>'


def _paint(color: str) -> str:
    return "currentColor" if color == INK else color
