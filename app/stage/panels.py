"""The panels of a stage; ``app.stage.scene`` says which to use for what."""

from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

from app.stage.markers import Handle, Mark, Marker, Pick
from app.stage.raster import Raster

Place = Literal["main", "side", "strip"]


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

    paths: str | None = None
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
    paths: str
    heights: str
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
    curves: str
    components: tuple[str, ...] = ()
    overlay: str | None = None
    band: tuple[str, str] | None = None
    at: str | None = None
    log: bool = False
    floor: float = 1e-30  # values below are drawn on the lower edge of a log axis
    kind: Literal["curves"] = "curves"


Panel = ContourPanel | RasterPanel | ReliefPanel | CurvesPanel
