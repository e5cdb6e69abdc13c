"""Colours and line styles: one run has one colour and one dash on every page, legible in light and dark.

The palette is Okabe and Ito's, distinguishable with any common colour vision (https://jfly.uni-koeln.de/color/).
Hue alone never carries meaning: every run has a dash too, every state a word. Terrain is muted: the runs stand out.
"""

from dataclasses import asdict, dataclass
from typing import Any

PALETTE = (
    "#0072B2",  # blue
    "#E69F00",  # orange
    "#009E73",  # bluish green
    "#CC79A7",  # reddish purple
    "#D55E00",  # vermillion
    "#56B4E9",  # sky blue
    "#000000",  # black, drawn white on a dark page
    "#F0E442",  # yellow
)

# Strokes and gaps in px. Seven dashes and eight colours have no common divisor, so fifty-six runs differ, and two
# colours that look alike (blue and sky blue) never share a dash among the first seven.
DASHES: tuple[tuple[int, ...], ...] = (
    (),
    (9, 4),
    (3, 3),
    (12, 3, 3, 3),
    (18, 5),
    (2, 5),
    (12, 3, 3, 3, 3, 3),
)


def run_style(index: int) -> tuple[str, tuple[int, ...]]:
    """Colour and dash of the run at a place in the order of all runs; unique for the first fifty-six."""
    return PALETTE[index % len(PALETTE)], DASHES[index % len(DASHES)]


# Areas need no dash: the palette without black, in an order whose neighbours differ in lightness too.
CATEGORIES = ("#0072B2", "#E69F00", "#56B4E9", "#D55E00", "#009E73", "#CC79A7", "#F0E442")


@dataclass(frozen=True, kw_only=True)
class Theme:
    """What the browser needs to colour a figure. Page colours and fonts come from Streamlit's own variables."""

    ink: str  # text, axis lines and outlines on the terrain
    casing: str  # outline of trails and heads, so that any colour reads on any terrain
    halo: str  # behind text that stands on the terrain
    grid: str
    cage: str  # grid of the 3-D view, which draws no transparent lines
    isoline: str
    edge: str  # a stronger isoline: the rim of a cut, lines over an image
    terrain: tuple[tuple[float, str], ...]  # from the lowest value to the highest
    relief: tuple[tuple[float, str], ...]
    sequential: tuple[str, ...]  # evenly spaced, from the least to the most; lightness runs one way
    diverging: tuple[str, ...]  # evenly spaced about the middle one
    gray: tuple[str, ...]
    categories: tuple[str, ...]  # of areas
    hatch: str  # stripes over what is undefined
    swap: dict[str, str]  # palette colours that this background would swallow, and what stands in


THEMES: dict[str, Theme] = {
    "light": Theme(
        ink="#1b2733",
        casing="rgba(24, 34, 44, 0.88)",
        halo="rgba(255, 255, 255, 0.86)",
        grid="rgba(27, 39, 51, 0.11)",
        cage="#d9dee2",
        isoline="rgba(58, 78, 96, 0.30)",
        edge="rgba(27, 39, 51, 0.55)",
        terrain=((0.0, "#a9bfce"), (0.35, "#c5d2da"), (0.7, "#dfe5e5"), (1.0, "#f3f0e8")),
        relief=((0.0, "#9fb4c4"), (0.3, "#b9c8d2"), (0.65, "#d8dedd"), (1.0, "#efe9dc")),
        sequential=("#f4f1e8", "#d3dfe0", "#a3c3d1", "#6a9fc0", "#3b77a8", "#1d4f84", "#0c2b57"),
        diverging=("#053f7d", "#2f7cb8", "#8fbbd9", "#f3f1ec", "#f1b877", "#cc7318", "#7d3a00"),
        gray=("#ffffff", "#1b2733"),
        categories=CATEGORIES,
        hatch="rgba(27, 39, 51, 0.30)",
        swap={"#F0E442": "#DCC400"},
    ),
    "dark": Theme(
        ink="#e8edf2",
        casing="rgba(6, 10, 14, 0.92)",
        halo="rgba(14, 20, 27, 0.82)",
        grid="rgba(232, 237, 242, 0.13)",
        cage="#39424a",
        isoline="rgba(178, 200, 218, 0.24)",
        edge="rgba(226, 236, 244, 0.50)",
        terrain=((0.0, "#16222d"), (0.3, "#1f2f3b"), (0.65, "#2f404b"), (1.0, "#46535b")),
        relief=((0.0, "#2b4354"), (0.3, "#39525f"), (0.65, "#54656c"), (1.0, "#7b8282")),
        sequential=("#17222c", "#1d3c55", "#27597f", "#3f7ea8", "#6fa6c0", "#adcbd0", "#f1ecdc"),
        diverging=("#a9d6f8", "#4f9fd6", "#23557c", "#1a232b", "#7a4712", "#d98b34", "#ffd9a3"),
        gray=("#10171e", "#f2f5f7"),
        categories=CATEGORIES,
        hatch="rgba(232, 237, 242, 0.28)",
        swap={"#000000": "#FFFFFF", "#0072B2": "#2F9BE0"},
    ),
}


def as_json() -> dict[str, Any]:
    """Both themes as plain data, for the browser."""
    return {name: asdict(theme) for name, theme in THEMES.items()}
