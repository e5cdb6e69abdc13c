"""Walks past a saddle or into basins: their settings, what is computed of them, and the point that is looked at."""

from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import model_validator

from app.contract.lesson import Arrays, Formula
from app.lessons.saddles import basins, escape, local_curvature
from app.settings.validators import COMMAS
from app.trajectories import scene, theory
from app.trajectories.record import record as walk
from app.trajectories.settings import SOME, SURFACE, TrajectorySettings
from app.trajectories.standings import verdicts


class SaddleSettings(TrajectorySettings):
    """A walk, and a point that is looked at."""

    surface: Annotated[str, SURFACE] = "saddle"
    optimizers: Annotated[tuple[str, ...], COMMAS, SOME] = ("gradient_descent", "momentum", "adam")
    show: Literal["curvature", "which", "steps"] = "curvature"
    at_x: float | None = None
    at_y: float | None = None

    @model_validator(mode="after")
    def _the_point_lies_on_the_map(self) -> Self:
        return self.on_the_map("at_x", "at_y")

    @property
    def at(self) -> tuple[float, float]:
        """The point looked at: a saddle, if there is one, until somebody looks elsewhere."""
        out = escape.way(self)
        x, y = out.saddle.position if out else self.start
        return (x if self.at_x is None else self.at_x, y if self.at_y is None else self.at_y)


def record(e: Any) -> dict[str, np.ndarray]:
    """The walks, how each ended, its distance from the saddle; and the point with its curvature, or the basins."""
    arrays = walk(e)
    arrays |= verdicts(e, arrays) | escape.arrays(e, arrays["position"])
    return arrays | (local_curvature.arrays(e, e.at) if e.show == "curvature" else basins.arrays(e, draft=e.draft))


def values(e: Any) -> dict[str, float]:
    """Where every knob, the start and the cross stand."""
    return scene.values(e) | dict(zip(("at_x", "at_y"), e.at, strict=True))


def formula(e: Any) -> tuple[Formula, ...]:
    return (local_curvature.formula(e, e.at), theory.ground(e))


def caption(e: Any, arrays: Arrays) -> str:
    return local_curvature.words(e, e.at) if e.show == "curvature" else basins.words(e, arrays)
