"""The animated player: linked panels over one timeline, drawn in the browser, described in Python."""

from app.stage.component import StageEvents, Wanted, notice, side_panel, stage
from app.stage.markers import KINDS, Arrows, Axes, Ellipses, Handle, Lines, Mark, Marker, Pick, Points, Spots
from app.stage.panels import (
    BarsPanel,
    ContourPanel,
    CurvesPanel,
    NetworkPanel,
    Panel,
    ProfilePanel,
    RasterPanel,
    ReliefPanel,
    Run,
    TilesPanel,
)
from app.stage.raster import Raster, Scale, quantize
from app.stage.scene import Recording, Scene, Slider, Standings, Tone
from app.stage.wire import EncodedScene, encode, encode_scene

__all__ = [
    "KINDS",
    "Arrows",
    "Axes",
    "BarsPanel",
    "ContourPanel",
    "CurvesPanel",
    "Ellipses",
    "EncodedScene",
    "Handle",
    "Lines",
    "Mark",
    "Marker",
    "NetworkPanel",
    "Panel",
    "Pick",
    "Points",
    "ProfilePanel",
    "Raster",
    "RasterPanel",
    "Recording",
    "ReliefPanel",
    "Run",
    "Scale",
    "Scene",
    "Slider",
    "Spots",
    "StageEvents",
    "Standings",
    "TilesPanel",
    "Tone",
    "Wanted",
    "encode",
    "encode_scene",
    "notice",
    "quantize",
    "side_panel",
    "stage",
]
