"""A network in training: its boundary frame by frame, units dropped, hidden units and digits as tiles, a confusion."""

from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from app import figures
from app.stage import (
    EncodedScene,
    NetworkPanel,
    Points,
    Raster,
    RasterPanel,
    Recording,
    Scale,
    Scene,
    TilesPanel,
    encode_scene,
    quantize,
)
from app.stage.theme import CATEGORIES

STEPS = 59
CELLS = 80
LAYERS = (2, 8, 40, 1)
NODES = sum(LAYERS)
EDGES = sum(a * b for a, b in pairwise(LAYERS))
DIGITS = 12
LABELS = ("cat", "dog", "owl", "fox", "hen")


class Setting(NamedTuple):
    """Which of the digits is looked at."""

    digit: int = 0

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Setting":
        digit = int(float(query.get("digit", 0)))
        if not 0 <= digit < DIGITS:
            raise ValueError("digit", f"digit must lie between 0 and {DIGITS - 1}")
        return cls(digit)

    def query(self) -> dict[str, str]:
        return {"digit": str(self.digit)} if self.digit else {}


@cache
def scene() -> EncodedScene:
    data = np.random.default_rng(2)
    sides = np.repeat([0, 1], 60)
    angle = np.pi * data.random(120)
    moons = np.stack([np.cos(angle) + sides, np.where(sides, 0.5 - np.sin(angle), np.sin(angle))], -1)
    panels = (
        RasterPanel(
            id="boundary",
            title="Decision boundary",
            figure=figures.axes(x=(-1.5, 2.5), y=(-1.2, 1.7), labels=("x₁", "x₂")),
            raster=Raster(
                cells="boundary",
                x=(-1.5, 2.5),
                y=(-1.2, 1.7),
                scale=Scale(kind="diverging", low=0, high=1, centre=0.5, legend=True),
                label="p(class 1) =",
                strength=0.6,
                smooth=True,
            ),
            markers=(
                Points(
                    array="moons",
                    label="Training data",
                    groups="classes",
                    names=("class 0", "class 1"),
                    colors=CATEGORIES[:2],
                ),
            ),
        ),
        NetworkPanel(
            id="network",
            title="The thinned network",
            layers=LAYERS,
            weights="weights",
            values="values",
            nodes_on="nodes",
            names=("input", "hidden 1", "hidden 2", "output"),
            units=(("x₁", "x₂"), (), (), ("p",)),
            most=10,
            place="side",
            weight=1.3,
        ),
        TilesPanel(
            id="hidden",
            title="Hidden units",
            tiles="hidden",
            scale=Scale(kind="diverging"),
            each=True,
            captions=tuple(f"unit {i + 1}" for i in range(8)),
            columns=4,
            place="side",
        ),
        TilesPanel(
            id="digits",
            title="Digits and what the network says",
            tiles="digits",
            words="said",
            vocabulary=("zero", "one", "two"),
            verdicts="verdicts",
            pick="digit",
            place="strip",
        ),
        RasterPanel(
            id="confusion",
            title="Confusion",
            figure=figures.matrix(LABELS, LABELS, equal=False),
            raster=Raster(cells="confusion", x=(0, 4), y=(0, 4), texts=True, label="count"),
            place="strip",
        ),
        NetworkPanel(
            id="twins",
            title="Zero initialisation",
            layers=(2, 4, 2),
            weights="alike",
            groups="same",
            edges_on="kept",
            place="strip",
        ),
    )
    ready = {"moons": moons.astype(np.float32), "classes": sides.astype(np.uint8)}
    return encode_scene(Scene(lesson="networks", steps=STEPS, runs=(), panels=panels, unit="epoch", arrays=ready))


@cache
def boundary() -> np.ndarray:
    part = np.linspace(0, 1, STEPS + 1)[:, None, None]
    x, y = np.meshgrid(np.linspace(-1.5, 2.5, CELLS), np.linspace(-1.2, 1.7, CELLS))
    curve = y - 0.25 - part * 0.6 * np.sin(2.4 * (x - 0.4) + 1.6)
    return quantize(1 / (1 + np.exp(np.clip((1 + 6 * part) * curve, -30, 30))), 0, 1)


@cache
def _arrays() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    part = np.linspace(0, 1, STEPS + 1)
    x, y = np.meshgrid(np.linspace(-1.5, 2.5, CELLS), np.linspace(-1.2, 1.7, CELLS))
    weights = rng.normal(size=EDGES) * (0.2 + part[:, None])
    values = np.tanh(rng.normal(size=NODES) * (0.3 + part[:, None]))
    nodes = rng.random((STEPS + 1, NODES)) > 0.5
    nodes[:, [0, 1, -1]] = True
    slopes = rng.normal(size=(8, 3))
    hidden = np.tanh(slopes[:, :1, None] * x + slopes[:, 1:2, None] * y + slopes[:, 2:, None])[:, ::4, ::4]
    rows, columns = np.mgrid[:8, :8] - 3.5
    radius = [np.hypot(rows, columns * (1.6 if k == 1 else 1)) - k - 1.2 for k in np.arange(DIGITS) % 3]
    said = (np.arange(DIGITS) + (np.arange(DIGITS) == 4)) % 3
    digits = np.exp(-np.square(radius))
    digits[7, :3, :3] = np.nan
    alike = np.tile([0.5, 0.5, 0.5, 0.5, -0.3, -0.3, -0.3, -0.3], 2) * part[:, None]
    packed = {
        "weights": weights,
        "values": values,
        "hidden": (hidden[None] * part[:, None, None, None]),
        "digits": digits,
        "alike": alike,
    }
    return {name: array.astype(np.float32) for name, array in packed.items()} | {
        "boundary": boundary(),
        "nodes": nodes,
        "said": said.astype(np.int32),
        "verdicts": np.where(said == np.arange(DIGITS) % 3, 1, 2).astype(np.uint8),
        "confusion": (10 * np.eye(5) + rng.integers(0, 4, (5, 5))).astype(np.int32),
        "same": np.array([1, 2, 0, 0, 0, 0, 3, 3], np.uint8),
        "kept": np.arange(16) % 5 != 0,
    }


def record(setting: Setting) -> Recording:
    return Recording(arrays=_arrays(), query=setting.query(), values=setting._asdict())
