"""What a stage shows: runs and panels on one timeline, sliders, and the recording they replay.

A ``Scene`` is what stays while a handle or a slider is dragged (axes, terrain, colours, ranges); a ``Recording`` is
what moves (paths, curves, standings). The browser keeps the one and asks the live route for the other, so a drag costs
a few kilobytes.

Which panel for what (``app.stage.panels``; the figure in brackets makes its axes):

- ``ContourPanel`` (``figures.contour``): a function of two numbers with paths of runs on it.
- ``ReliefPanel`` (``figures.relief``): the same in three dimensions.
- ``RasterPanel`` (``figures.axes``, ``figures.matrix``): an image over two axes: a map of rates or outcomes to point at
  (``pick``), a decision boundary, masks over steps, a confusion matrix. The same image lies under isolines as
  ``ContourPanel(raster=...)``.
- ``CurvesPanel`` (``figures.curves``): a quantity over the steps of the timeline.
- ``ProfilePanel`` (``figures.axes``): a quantity against anything else (depth, lag, cost), perhaps one line a frame.
- ``TilesPanel``: a grid of small images. ``NetworkPanel``: units and weights of a small network, dropped ones hollow.
- ``BarsPanel`` (``figures.bars``): categories or histograms over the steps, one chart or a row of small ones.

On a map stand markers (``app.stage.markers``): ``Arrows``, ``Ellipses``, ``Axes``, ``Points``, ``Lines``, ``Spots``.

Panels and markers name arrays. A name is looked up in the recording and then in ``Scene.arrays``, where what no drag
changes belongs (training data, edges of a graph). Shapes are given as ``[runs, steps + 1, 2]``. An axis of *frames*
follows the playhead: ``steps + 1`` frames are one for each step, fewer are spread evenly over the timeline, and an
array without that axis never changes. NaN is a gap, an undefined cell, a hidden marker; float32, int32, uint8, uint16
and bool are understood.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from app.stage.panels import Panel, Run


@dataclass(frozen=True, kw_only=True)
class Slider:
    """A slider of the stage that the picture follows while it moves. ``name`` is the setting's name in the URL.

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
    group: str = ""  # sliders of one group stand together under this heading
    color: str | None = None  # of the run that the slider belongs to


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything of a picture that a drag does not change.

    ``lesson`` is the name in ``/live/<lesson>``; ``steps`` is the length of the timeline, counted in ``unit``.
    ``ticks`` gives each of its ``steps + 1`` places a name ("forward", "layer 3"). ``seconds`` is how long it plays at
    1x; None is about 6 s for 300 steps.
    """

    lesson: str
    steps: int
    runs: tuple[Run, ...]
    panels: tuple[Panel, ...]
    sliders: tuple[Slider, ...] = ()
    focus: str | None = None  # name of the run whose row is selected in the standings
    selectable: str | None = None  # name of the setting that a click on a row of the standings changes
    unit: str = "step"
    ticks: tuple[str, ...] = ()
    seconds: float | None = None
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)


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
    are the numbers that the sliders and the handle stand at.
    """

    arrays: Mapping[str, np.ndarray]
    query: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    standings: Standings | None = None
    caption: str = ""  # what the picture shows in words, above the standings
    draft: bool = False  # computed more coarsely than it will be when the hand lets go

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self.arrays.values())
