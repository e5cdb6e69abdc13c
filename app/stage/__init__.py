"""The animated player: linked panels over one timeline, drawn in the browser, described in Python."""

from app.stage.component import StageEvents, desk, stage
from app.stage.scene import (
    ContourPanel,
    CurvesPanel,
    Handle,
    Knob,
    Mark,
    Panel,
    Recording,
    ReliefPanel,
    Run,
    Scene,
    Standings,
    Tone,
)
from app.stage.wire import Backdrop, backdrop, encode

__all__ = [
    "Backdrop",
    "ContourPanel",
    "CurvesPanel",
    "Handle",
    "Knob",
    "Mark",
    "Panel",
    "Recording",
    "ReliefPanel",
    "Run",
    "Scene",
    "StageEvents",
    "Standings",
    "Tone",
    "backdrop",
    "desk",
    "encode",
    "stage",
]
