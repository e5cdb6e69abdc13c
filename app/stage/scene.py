"""What a stage shows: runs and panels on one timeline, knobs that can be dragged, and the recording they replay.

A ``Scene`` is what stays while a handle or a knob is dragged (axes, terrain, colours, ranges); a ``Recording`` is what
moves (paths, curves, standings). The browser keeps the one and asks the live route for the other, so a drag costs a
few kilobytes. Panels name the arrays of the recording that they draw; every array leads with the axis of the runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import plotly.graph_objects as go


@dataclass(frozen=True, kw_only=True)
class Run:
    """One line of the picture, the same colour and dash in every panel and on every page."""

    name: str
    label: str
    color: str  # "#rrggbb"
    dash: tuple[int, ...] = ()  # lengths of strokes and gaps in px, empty for a solid line


@dataclass(frozen=True, kw_only=True)
class Handle:
    """A point of a contour that can be dragged; ``x`` and ``y`` name the settings it changes."""

    x: str
    y: str
    label: str = "Start"


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A fixed point on the terrain: a minimum, a saddle."""

    x: float
    y: float
    kind: Literal["minimum", "maximum", "saddle", "degenerate"]
    label: str


@dataclass(frozen=True, kw_only=True)
class ContourPanel:
    """Isolines seen from above with the paths on them. ``paths`` names an array ``[runs, steps + 1, 2]``."""

    id: str
    title: str
    figure: go.Figure
    paths: str
    handle: Handle | None = None
    marks: tuple[Mark, ...] = ()
    kind: Literal["contour"] = "contour"


@dataclass(frozen=True, kw_only=True)
class ReliefPanel:
    """The terrain in three dimensions. ``heights`` names an array ``[runs, steps + 1]`` on the figure's own z axis."""

    id: str
    title: str
    figure: go.Figure
    paths: str
    heights: str
    kind: Literal["relief"] = "relief"


@dataclass(frozen=True, kw_only=True)
class CurvesPanel:
    """A quantity over the steps with a playhead.

    ``curves`` names an array ``[runs, n]`` or, with ``components``, ``[runs, n, components]``; n is steps or steps + 1.
    The components of one run share its colour and differ in width and opacity. ``overlay`` names a second array
    ``[runs, n]``, drawn as a thin dotted line: the closed form over the live run. NaN is a gap.
    """

    id: str
    title: str
    figure: go.Figure
    curves: str
    components: tuple[str, ...] = ()
    overlay: str | None = None
    log: bool = False
    floor: float = 1e-30  # values below are drawn on the lower edge of a log axis
    kind: Literal["curves"] = "curves"


Panel = ContourPanel | ReliefPanel | CurvesPanel


@dataclass(frozen=True, kw_only=True)
class Knob:
    """A slider on the stage that the picture follows while it moves. ``name`` is the setting's name in the URL.

    Its current value belongs to the recording: a scene must not change with every value that a drag passes.
    """

    name: str
    label: str
    symbol: str
    default: float
    low: float
    high: float
    log: bool = False
    integer: bool = False
    group: str = ""  # knobs of one group stand together under this heading
    color: str | None = None  # of the run that the knob belongs to


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything of a picture that a drag does not change.

    ``lesson`` is the name in ``/live/<lesson>``; ``steps`` is the length of the timeline, counted in ``unit``.
    """

    lesson: str
    steps: int
    runs: tuple[Run, ...]
    panels: tuple[Panel, ...]
    knobs: tuple[Knob, ...] = ()
    focus: str | None = None  # name of the run whose row is selected in the standings
    selectable: str | None = None  # name of the setting that a click on a row of the standings changes
    unit: str = "step"


Tone = Literal["good", "busy", "bad"]


@dataclass(frozen=True, kw_only=True)
class Standings:
    """A table beside the stage, one row per run, in the order of the runs. The first column is the run itself."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    tones: tuple[Tone, ...]
    details: tuple[str, ...] = ()  # one sentence per row: why a run counts as diverged, where it went


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What was computed for one setting.

    ``arrays`` holds at least ``length`` [runs] int32: how many points of each run are drawn, so that a path that
    diverged ends at its last finite point. ``query`` is the setting as URL parameters, defaults left out; ``values``
    are the numbers that the knobs and the handle stand at.
    """

    arrays: Mapping[str, np.ndarray]
    query: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    standings: Standings | None = None
