"""A terrain that is undefined in places and cut at a ceiling, from above and in three dimensions, with a swarm."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from app import figures
from app.stage import ContourPanel, EncodedScene, Points, Recording, ReliefPanel, Run, Scene, encode_scene
from app.stage.theme import run_style

STEPS = 40


class Setting(NamedTuple):
    """Where the terrain is cut, and whether its heights are logarithmic."""

    ceiling: float = 3.0
    log: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Setting":
        return cls(float(query.get("ceiling", 3.0)), "log" in query)

    def query(self) -> dict[str, str]:
        return {"ceiling": str(self.ceiling)} | ({"log": "1"} if self.log else {})


@cache
def scene(setting: Setting) -> EncodedScene:
    axis = np.linspace(-3, 3, 101)
    x, y = np.meshgrid(axis, axis)
    with np.errstate(invalid="ignore"):
        z = x**2 + y**2 + np.where(x + y > -3, np.sqrt(x + y + 3), np.nan)
    map_ = figures.contour(axis, axis, z, ceiling=setting.ceiling, log=setting.log, equal=True)
    relief = figures.relief(axis, axis, z, ceiling=setting.ceiling, equal=True)
    panels = (
        ContourPanel(
            id="map",
            title="Cut at a ceiling",
            figure=map_,
            paths="paths",
            markers=(Points(array="swarm", label="Swarm", size=3.0),),
        ),
        ReliefPanel(id="relief", title="In relief", figure=relief, paths="paths", heights="heights"),
    )
    runs = (Run(name="a", label="Descent", color=run_style(4)[0]),)
    return encode_scene(Scene(lesson="cuts", steps=STEPS, runs=runs, panels=panels))


def record(setting: Setting) -> Recording:
    part = 0.93 ** np.arange(STEPS + 1)
    path = np.stack([2.4 * part, 1.2 * part], -1)
    swarm = path[:, None] * np.random.default_rng(4).normal(1, 0.2, (1, 500, 2))
    heights = np.minimum((path**2).sum(-1) + np.sqrt(path.sum(-1) + 3), setting.ceiling)
    arrays = {"paths": path[None], "heights": heights[None], "swarm": swarm}
    packed = {name: array.astype(np.float32) for name, array in arrays.items()}
    return Recording(arrays=packed | {"length": np.array([STEPS + 1], np.int32)}, query=setting.query())
