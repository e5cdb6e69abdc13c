"""Any mix of places: the letters of ``mix`` are main, side and strip panels; and a timeline with names and a pace."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from app import figures
from app.stage import CurvesPanel, EncodedScene, Raster, RasterPanel, Recording, Run, Scene, TilesPanel, encode_scene
from app.stage.theme import run_style

TICKS = ("forward", "loss", "backward", "update")


class Setting(NamedTuple):
    """Letters m, s and t."""

    mix: str = "mst"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Setting":
        return cls(query.get("mix", "mst"))

    def query(self) -> dict[str, str]:
        return {"mix": self.mix}


@cache
def scene(setting: Setting) -> EncodedScene:
    runs = (Run(name="a", label="A", color=run_style(0)[0]),)
    panels = tuple(_panel(letter, f"{letter}{place}") for place, letter in enumerate(setting.mix))
    return encode_scene(
        Scene(lesson="mixes", steps=3, runs=runs, panels=panels, unit="stage", ticks=TICKS, seconds=2.0)
    )


def _panel(letter: str, name: str) -> RasterPanel | TilesPanel | CurvesPanel:
    if letter == "m":
        raster = Raster(cells="cells", x=(0, 1), y=(0, 1), at="at")
        return RasterPanel(id=name, title=name, figure=figures.axes(x=(0, 1), y=(0, 1)), raster=raster)
    if letter == "s":
        return TilesPanel(id=name, title=name, tiles="tiles")
    return CurvesPanel(id=name, title=name, figure=figures.curves(), curves="curve")


def record(setting: Setting) -> Recording:
    cells = np.stack([np.eye(8), 1 - np.eye(8)]).astype(np.float32)
    arrays = {"cells": cells, "at": np.array([0, 2], np.int32), "tiles": cells, "curve": np.arange(4.0)[None] ** 2}
    packed = {name: array if name == "at" else array.astype(np.float32) for name, array in arrays.items()}
    return Recording(arrays=packed | {"length": np.array([4], np.int32)}, query=setting.query())
