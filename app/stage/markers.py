"""What may stand on a map besides the paths: marks and handles, and markers that read an array of the recording.

Markers are in data coordinates. Where an array has an axis of frames the marker follows the playhead, between two
frames it moves evenly. A ``color`` of None is the colour of ink; of arrows and ellipses it is that of the runs, if the
array's first axis is as long as there are runs. "runs" gives each entry that of the run in its place. NaN hides a
marker. The labels stand beside the panel's title; an empty one does not.
"""

from dataclasses import dataclass
from typing import Literal

from app.stage.arrays import ArrayName

Kind = Literal["minimum", "maximum", "saddle", "degenerate"]
KINDS: tuple[Kind, ...] = ("minimum", "maximum", "saddle", "degenerate")  # a kind's place is its code in an array


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A fixed point on the terrain: a minimum, a saddle."""

    x: float
    y: float
    kind: Kind
    label: str


@dataclass(frozen=True, kw_only=True)
class Handle:
    """A point of a map that can be dragged or moved with the arrow keys; ``x`` and ``y`` name the settings it changes.

    A ring stands where something starts, a cross where something is looked at.
    """

    x: str
    y: str
    label: str = "Start"
    look: Literal["ring", "cross"] = "ring"


@dataclass(frozen=True, kw_only=True)
class Pick:
    """The cell of a raster under the pointer sets two settings, ``x`` and ``y``, to the cell's centre.

    With ``on="hover"`` a mouse that points at a cell shows its recording at once and leaving brings the old one back;
    a click keeps it. With ``on="click"`` only clicks and drags do. Arrow keys move the cell by one.
    """

    x: str
    y: str
    on: Literal["hover", "click"] = "hover"


@dataclass(frozen=True, kw_only=True)
class Arrows:
    """Arrows ``[k, 4]`` or ``[k, frames, 4]``: x, y, dx, dy in data units, drawn ``scale`` times as long.

    An arrow that would be longer than ``longest`` px is drawn that long, with a second head as a sign.
    """

    array: ArrayName
    label: str
    color: str | None = None
    width: float = 2.5
    dash: tuple[int, ...] = ()
    scale: float = 1.0
    longest: float = 140.0
    kind: Literal["arrows"] = "arrows"


@dataclass(frozen=True, kw_only=True)
class Ellipses:
    """Ellipses ``[k, 5 or 6]`` or ``[k, frames, 5 or 6]``, drawn ``scale`` times as large.

    Five numbers are the centre and a symmetric matrix (c11, c12, c22), whose ellipse is z' C^-1 z = 1: of a covariance
    the one-sigma ellipse. Six are the centre and the two half axes (ux, uy), (vx, vy).
    """

    array: ArrayName
    label: str
    color: str | None = None
    width: float = 2.0
    dash: tuple[int, ...] = ()
    scale: float = 1.0
    filled: bool = False
    kind: Literal["ellipses"] = "ellipses"


@dataclass(frozen=True, kw_only=True)
class Axes:
    """Two crossed segments ``[k, 6]`` or ``[k, frames, 6]``: the centre and the half axes, a Hessian's eigenvectors.

    ``values`` names the numbers at their ends, ``[k, 2]`` or ``[k, frames, 2]``; the axis of a negative one is dashed.
    """

    array: ArrayName
    label: str
    values: ArrayName | None = None
    symbol: str = "λ"
    color: str | None = None
    width: float = 2.5
    scale: float = 1.0
    kind: Literal["axes"] = "axes"


@dataclass(frozen=True, kw_only=True)
class Points:
    """Points ``[n, 2]`` or ``[frames, n, 2]``: training data, single-sample gradients, a swarm of thousands.

    ``groups`` names ``[n]`` integers, places in ``colors`` (without them, in the colours of the runs). Points of
    diameter 5 px or more have a shape for each group too; smaller ones are squares and cost next to nothing.
    """

    array: ArrayName
    label: str
    groups: ArrayName | None = None
    names: tuple[str, ...] = ()  # of the groups
    colors: tuple[str, ...] = ()
    size: float = 7.0
    kind: Literal["points"] = "points"


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Polylines ``[k, m, 2]`` or ``[k, frames, m, 2]``: a closed-form boundary, a constraint ball. NaN is a gap.

    ``names`` stand beside the last point of each line that is inside the map.
    """

    array: ArrayName
    label: str
    names: tuple[str, ...] = ()
    color: str | None = None
    width: float = 2.0
    dash: tuple[int, ...] = (2, 4)
    kind: Literal["lines"] = "lines"


@dataclass(frozen=True, kw_only=True)
class Spots:
    """Marks that move with the parameters, ``[k, 3 or 4]``: x, y, the kind's place in ``KINDS``, perhaps a value."""

    array: ArrayName
    label: str = "f"  # of the value
    kind: Literal["spots"] = "spots"


Marker = Arrows | Ellipses | Axes | Points | Lines | Spots
