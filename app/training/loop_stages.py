"""The stages of the loop on the timeline: at full speed they pass in turn, else each has a place of its own."""

import numpy as np

from app import figures
from app.stage import Raster, RasterPanel, Scale
from app.training.loop_settings import WALKED, LoopSettings

STAGES = ("choose", "initialise", "forward", "differentiate", "update", "stop")
SHORT = ("choose", "init", "forward", "backward", "update", "stop")  # as the narrow panel has room for


def ticks(e: LoopSettings) -> tuple[str, ...]:
    """Names of the places of a run that is looked at stage by stage."""
    if not e.staged:
        return ()
    walked = [f"step {step + 1}: {stage}" for step in range(WALKED) for stage in STAGES[2:5]]
    return (*STAGES[:2], *walked, STAGES[5])


def places(e: LoopSettings, frames: int) -> tuple[np.ndarray, np.ndarray]:
    """For each frame of the picture: which frame of telemetry it shows, and which stage it is in."""
    if not e.staged:
        which = np.arange(frames)
        stage = 2 + which % 3
        stage[0], stage[-1] = 1, 5
        return which, stage
    step = np.repeat(np.arange(WALKED), 3)
    stage = np.tile([2, 3, 4], WALKED)
    which = np.concatenate([[0, 0], step + (stage == 4), [WALKED]])
    return np.minimum(which, frames - 1), np.concatenate([[0, 1], stage, [5]])


def steps(e: LoopSettings, at: np.ndarray) -> np.ndarray:
    """Where on the timeline a step ends."""
    return np.asarray(1 + 3 * at if e.staged else at)


def lights(stage: np.ndarray) -> np.ndarray:
    """[frames, stages, 1] in bytes: 254 where the run is."""
    lit: np.ndarray = (254 * np.eye(len(STAGES), dtype=np.uint8))[stage]
    return lit[..., None]


def panel() -> RasterPanel:
    last = len(STAGES) - 1
    return RasterPanel(
        id="stages",
        title="The loop",
        figure=figures.matrix(SHORT, ("",), labels=("", ""), equal=False),
        raster=Raster(cells="stage", x=(0, 0), y=(0, last), scale=Scale(low=0, high=1)),
        place="strip",
        weight=0.6,
    )
