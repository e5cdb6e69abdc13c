"""The panels of a stage; ``app.stage.scene`` says which to use for what."""

from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

from app.stage.arrays import ArrayName
from app.stage.markers import Handle, Mark, Marker, Pick
from app.stage.raster import Raster, Scale

Place = Literal["main", "side", "strip"]

GRAY, DIVERGING = Scale(kind="gray"), Scale(kind="diverging")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One line of the picture, the same colour and dash in every panel and on every page."""

    name: str
    label: str
    color: str  # "#rrggbb"
    dash: tuple[int, ...] = ()  # lengths of strokes and gaps in px, empty for a solid line


@dataclass(frozen=True, kw_only=True)
class _Panel:
    """What all panels have.

    ``place``: main panels stand large on the left, side panels beside them, strips in a row below. ``weight`` is a
    panel's share among those of its place.
    """

    id: str
    title: str
    place: Place = "strip"
    weight: float = 1.0

    @property
    def settings(self) -> frozenset[str]:
        """Names of the settings that the panel lets the browser change."""
        return frozenset()


@dataclass(frozen=True, kw_only=True)
class _Map(_Panel):
    """A panel with two axes of data and things on them. A click where nothing is picked moves ``handle``."""

    figure: go.Figure
    handle: Handle | None = None
    handles: tuple[Handle, ...] = ()  # more points to drag
    marks: tuple[Mark, ...] = ()
    markers: tuple[Marker, ...] = ()
    pick: Pick | None = None
    place: Place = "main"

    @property
    def settings(self) -> frozenset[str]:
        points = (self.handle, *self.handles, self.pick)
        return frozenset(name for point in points if point for name in (point.x, point.y))


@dataclass(frozen=True, kw_only=True)
class ContourPanel(_Map):
    """Isolines seen from above with the paths on them. ``paths`` names an array ``[runs, steps + 1, 2]``.

    With a ``raster`` under them the isolines are drawn without their fill. An undefined region is hatched.
    """

    paths: ArrayName | None = None
    raster: Raster | None = None
    kind: Literal["contour"] = "contour"


@dataclass(frozen=True, kw_only=True)
class RasterPanel(_Map):
    """An image over two axes of its own (``figures.axes``, ``figures.matrix``)."""

    raster: Raster
    kind: Literal["raster"] = "raster"


@dataclass(frozen=True, kw_only=True)
class ReliefPanel(_Panel):
    """The terrain in three dimensions. ``heights`` names an array ``[runs, steps + 1]`` on the figure's own z axis."""

    figure: go.Figure
    paths: ArrayName
    heights: ArrayName
    place: Place = "side"
    kind: Literal["relief"] = "relief"


@dataclass(frozen=True, kw_only=True)
class CurvesPanel(_Panel):
    """A quantity over the steps with a playhead.

    ``curves`` names an array ``[runs, n]`` or, with ``components``, ``[runs, n, components]``; n is steps or steps + 1,
    or any number with ``at``, which names the steps ``[n]`` of the values. The components of one run share its colour
    and differ in width and opacity. ``overlay`` names a second array ``[runs, n]``, drawn as a thin dotted line: the
    closed form over the live run. ``band`` names two, the lower and the upper edge of a shaded band. NaN is a gap.
    """

    figure: go.Figure
    curves: ArrayName
    components: tuple[str, ...] = ()
    overlay: ArrayName | None = None
    band: tuple[ArrayName, ArrayName] | None = None
    at: ArrayName | None = None
    log: bool = False
    floor: float = 1e-30  # values below are drawn on the lower edge of a log axis
    kind: Literal["curves"] = "curves"


@dataclass(frozen=True, kw_only=True)
class ProfilePanel(_Panel):
    """One quantity against another: depth, lag, gradient evaluations, the size of a penalty.

    ``lines`` names ``[lines, n]`` or ``[lines, frames, n]``, whose y follows the playhead; ``x`` names ``[n]`` or
    ``[lines, n]``. Without ``series`` the lines are those of the runs. ``overlay`` and ``band`` (lower and upper edge)
    are as in ``CurvesPanel``. With ``follow`` the n points are the frames of the timeline, and a line is faint ahead of
    the playhead. ``cursor`` names a setting whose value stands as a vertical line that can be dragged. Axes and their
    scales are the figure's (``figures.axes``).
    """

    figure: go.Figure
    x: ArrayName
    lines: ArrayName
    overlay: ArrayName | None = None
    band: tuple[ArrayName, ArrayName] | None = None
    series: tuple[Run, ...] = ()
    follow: bool = False
    dots: bool = False  # a disc at each point, for lines of few
    cursor: str | None = None
    floor: float = 1e-30
    kind: Literal["profile"] = "profile"

    @property
    def settings(self) -> frozenset[str]:
        return frozenset({self.cursor} if self.cursor else ())


@dataclass(frozen=True, kw_only=True)
class BarsPanel(_Panel):
    """Bars of categories, or a histogram if ``edges`` names its ``[bins + 1]`` (``[facets, bins + 1]``) edges.

    ``bars`` names ``[bins]``, ``[groups, bins]`` or ``[groups, frames, bins]``; with ``facets`` (the titles of small
    charts in a row) ``[facets, bins]``, ``[facets, frames, bins]`` or ``[facets, groups, frames, bins]``. Groups are
    the runs, or ``series``: side by side for categories, over one another for a histogram. ``overlay`` names what is
    predicted, in the same shapes, drawn dotted. The figure is ``figures.bars`` with the same categories and facets.
    """

    figure: go.Figure
    bars: ArrayName
    categories: tuple[str, ...] = ()
    edges: ArrayName | None = None
    facets: tuple[str, ...] = ()
    overlay: ArrayName | None = None
    series: tuple[Run, ...] = ()
    at: ArrayName | None = None  # the steps [frames] of the frames
    floor: float = 1e-30
    kind: Literal["bars"] = "bars"


@dataclass(frozen=True, kw_only=True)
class TilesPanel(_Panel):
    """A grid of small images: digits, filters, feature maps, what each hidden unit says, masks over steps.

    ``tiles`` names ``[tiles, h, w]`` or ``[frames, tiles, h, w]``, numbers as in ``Raster``, the first row on top. With
    ``each`` every tile has its own range. Under them stand ``captions``, or ``words`` names integers ``[tiles]`` or
    ``[frames, tiles]``, places in ``vocabulary``. ``verdicts`` names integers of the same shapes: 1 marks a tile as
    right, 2 as wrong, in colour and with a sign. A click on a tile sets ``pick``, the name of a setting, to its place.
    """

    tiles: ArrayName
    scale: Scale = GRAY
    each: bool = False
    captions: tuple[str, ...] = ()
    words: ArrayName | None = None
    vocabulary: tuple[str, ...] = ()
    verdicts: ArrayName | None = None
    columns: int | None = None  # as many as make the tiles largest
    smooth: bool = False
    pick: str | None = None
    at: ArrayName | None = None  # the steps [frames] of the frames
    place: Place = "side"
    kind: Literal["tiles"] = "tiles"

    @property
    def settings(self) -> frozenset[str]:
        return frozenset({self.pick} if self.pick else ())


@dataclass(frozen=True, kw_only=True)
class NetworkPanel(_Panel):
    """A layered network with units in columns.

    ``weights`` names ``[edges]`` or ``[frames, edges]``: the kernels ``(in, out)`` of the layers, flattened and joined.
    Width is the size of a weight; positive ones are orange and solid, negative ones blue and dashed. All that is said
    of units names ``[nodes]`` or ``[frames, nodes]``, layer by layer: ``values`` fill them by ``scale``; ``groups``,
    integers, colour them instead, units that are alike alike; ``nodes_on`` is 0 for a unit that is dropped, as
    ``edges_on`` (like ``weights``) is for a connection: what is off is hollow, crossed and faint, so that the thinned
    network stands out. Of a layer of more than ``most`` units the first are drawn and the rest counted.
    """

    layers: tuple[int, ...]
    weights: ArrayName
    values: ArrayName | None = None
    scale: Scale = DIVERGING
    groups: ArrayName | None = None
    nodes_on: ArrayName | None = None
    edges_on: ArrayName | None = None
    names: tuple[str, ...] = ()  # of the layers
    units: tuple[tuple[str, ...], ...] = ()  # of the units of each layer; drawn beside the first and the last one
    most: int = 16
    at: ArrayName | None = None  # the steps [frames] of the frames
    place: Place = "main"
    kind: Literal["network"] = "network"


Panel = ContourPanel | RasterPanel | ReliefPanel | CurvesPanel | ProfilePanel | BarsPanel | TilesPanel | NetworkPanel
