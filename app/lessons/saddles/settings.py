"""Settings of the lesson on saddles: runs past a saddle or into basins, and a point that is looked at."""

from math import inf
from typing import Self

from pydantic import model_validator

from app.lessons.saddles.way_out import way_out
from app.settings.controls import Control
from app.settings.fields import choice, handle, random_seed
from app.trajectories import TrajectorySettings
from app.trajectories.settings import LAST_SEED, MOVED, methods, surface_choice

SHOWN = {"curvature": "the point under the cross", "which": "basins: which minimum", "steps": "basins: how many steps"}


class SaddleSettings(TrajectorySettings):
    """``at_x`` and ``at_y`` are the point that is looked at; the surface bounds them."""

    surface: str = surface_choice("saddle", resets=(*MOVED, "at_x", "at_y"))
    optimizers: tuple[str, ...] = methods(("gradient_descent", "momentum", "adam"))
    show: str = choice("curvature", SHOWN, label="Show", kind="view", share=4)
    at_x: float | None = handle(None, -inf, inf, label="Point looked at, x")
    at_y: float | None = handle(None, -inf, inf, label="Point looked at, y")
    seed: int = random_seed(LAST_SEED, label="Seed of the noise", on=lambda e: e.noise > 0)

    @model_validator(mode="after")
    def _the_point_lies_on_the_map(self) -> Self:
        return self.on_the_map("at_x", "at_y")

    def controls(self) -> tuple[Control, ...]:
        return (*self.widgets("surface", "steps", "optimizers", "show"), self.drawing(), *self.widgets("seed"))

    @property
    def at(self) -> tuple[float, float]:
        """The point looked at: a saddle, if there is one, until somebody looks elsewhere."""
        out = way_out(self)
        x, y = out.saddle.position if out else self.start
        return (x if self.at_x is None else self.at_x, y if self.at_y is None else self.at_y)

    def fallback(self, name: str) -> float:
        point = dict(zip(("at_x", "at_y"), self.at, strict=True))
        return point[name] if name in point else super().fallback(name)
