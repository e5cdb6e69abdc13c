"""Maps: an image under isolines with every marker on it, and a map of two numbers whose cells replay their run."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from app import figures
from app.stage import (
    Arrows,
    Axes,
    ContourPanel,
    CurvesPanel,
    Ellipses,
    EncodedScene,
    Handle,
    Lines,
    Mark,
    Pick,
    Points,
    Raster,
    RasterPanel,
    Recording,
    Run,
    Scale,
    Scene,
    Slider,
    Spots,
    encode_scene,
    quantize,
)
from app.stage.theme import CATEGORIES, PALETTE, run_style

STEPS = 60
SWARM = 2_000
LOW, HIGH = -2.0, 2.0
RATES = (0.01, 4.0)
CURVATURE = np.array([0.4, 2.0])
DEFAULTS = {"x": -1.5, "y": 1.2, "px": 0.5, "py": 0.4, "rate": 0.4, "momentum": 0.5, "cells": 64.0}
RANGES = {"x": (LOW, HIGH), "y": (LOW, HIGH), "px": (LOW, HIGH), "py": (LOW, HIGH), "rate": RATES, "momentum": (0, 1)}


class Setting(NamedTuple):
    """Start, probe, and the two numbers of the method."""

    x: float
    y: float
    px: float
    py: float
    rate: float
    momentum: float
    cells: float

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Setting":
        values = {name: float(query.get(name, default)) for name, default in DEFAULTS.items()}
        for name, (low, high) in RANGES.items():
            if not low <= values[name] <= high:
                raise ValueError(name, f"{name} must lie between {low} and {high}")
        return cls(**values)

    def query(self) -> dict[str, str]:
        return {name: str(value) for name, value in self._asdict().items() if value != DEFAULTS[name]}


def height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 0.5 * (CURVATURE[0] * x**2 + CURVATURE[1] * y**2) + 0.3 * np.sin(3 * x)


def slope(at: np.ndarray) -> np.ndarray:
    return CURVATURE * at + np.stack([0.9 * np.cos(3 * at[..., 0]), 0 * at[..., 0]], -1)


def descend(start: np.ndarray, rate: np.ndarray, momentum: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions [steps + 1, ..., 2] and velocities of heavy balls, all at once."""
    at, velocity = np.broadcast_to(start, (*np.shape(rate), 2)).astype(float), np.zeros((*np.shape(rate), 2))
    path, speed = [at], [velocity]
    for _ in range(STEPS):
        velocity = np.clip(momentum[..., None] * velocity - rate[..., None] * slope(at), -1e6, 1e6)
        at = np.clip(at + velocity, -1e6, 1e6)
        path.append(at)
        speed.append(velocity)
    return np.stack(path), np.stack(speed)


@cache
def scene() -> EncodedScene:
    axis = np.linspace(LOW, HIGH, 81)
    color, dash = run_style(4)
    start, probe = Handle(x="x", y="y"), Handle(x="px", y="py", label="Probe", look="cross")
    panels = (
        ContourPanel(
            id="basins",
            title="Basins and markers",
            figure=figures.contour(axis, axis, height(*np.meshgrid(axis, axis))),
            paths="paths",
            handle=start,
            handles=(probe,),
            marks=(Mark(x=-0.48, y=0.0, kind="minimum", label="Minimum on the left"),),
            raster=Raster(
                cells="basin",
                x=(LOW, HIGH),
                y=(LOW, HIGH),
                scale=Scale(kind="categorical", labels=("left", "right")),
                fade="hops",
                fade_label="steps",
                strength=0.55,
            ),
            markers=(
                Points(array="swarm", label="Swarm", groups="sides", colors=(PALETTE[0], PALETTE[1]), size=2.0),
                Ellipses(array="ball", label="One sigma", filled=True, dash=(4, 3)),
                Lines(array="ring", label="Constraint", names=("|w| = 1",)),
                Axes(array="eigen", values="curvature", label="Eigenvectors"),
                Arrows(array="gradient", label="Gradient", color=PALETTE[4], scale=-0.3),
                Arrows(array="velocity", label="Velocity", dash=(5, 3), scale=3.0, longest=60.0),
                Spots(array="critical"),
            ),
        ),
        RasterPanel(
            id="rates",
            title="Loss at the end",
            figure=figures.axes(x=RATES, y=(0, 1), labels=("learning rate", "momentum"), log=(True, False)),
            raster=Raster(
                cells="rates", x=RATES, y=(0.0, 1.0), scale=Scale(low=-4, high=2, legend=True), label="log loss"
            ),
            markers=(Lines(array="limit", label="Stability limit", color=CATEGORIES[3]),),
            pick=Pick(x="rate", y="momentum"),
            place="side",
        ),
        CurvesPanel(id="loss", title="Loss", figure=figures.curves(), curves="loss"),
    )
    slider = Slider(name="cells", label="Cells a side", symbol="", default=64, low=8, high=256, integer=True)
    runs = (Run(name="ball", label="Heavy ball", color=color, dash=dash),)
    return encode_scene(Scene(lesson="maps", steps=STEPS, runs=runs, panels=panels, sliders=(slider,), arrays=_fixed()))


def _fixed() -> dict[str, np.ndarray]:
    angle = np.linspace(0, 2 * np.pi, 80)
    momentum = np.linspace(0, 1, 60)
    return {
        "ring": np.stack([np.cos(angle), np.sin(angle)], -1)[None].astype(np.float32),
        "limit": np.stack([2 * (1 + momentum) / CURVATURE[1], momentum], -1)[None].astype(np.float32),
    }


@cache
def basins() -> dict[str, np.ndarray]:
    axis = np.linspace(LOW, HIGH, 64)
    starts = np.stack(np.meshgrid(axis, axis), -1)
    path, _ = descend(starts, np.full((64, 64), 0.2), np.full((64, 64), 0.5))
    basin = (path[-1, ..., 0] > 0.6).astype(np.uint8)
    basin[np.hypot(*(starts - [1.5, 1.5]).transpose(2, 0, 1)) < 0.35] = 255
    hops = (np.hypot(*(path - path[-1]).transpose(3, 0, 1, 2)) > 0.05).sum(0)
    return {"basin": basin, "hops": hops.astype(np.float32)}


@cache
def rates(x: float, y: float, cells: int) -> np.ndarray:
    grid = np.meshgrid(np.geomspace(*RATES, cells), np.linspace(0, 1, cells))
    path, _ = descend(np.array([x, y]), *grid)
    loss = np.log10(np.maximum(height(*path[-1].transpose(2, 0, 1)) + 0.31, 1e-4))
    return quantize(np.where(loss > 2, np.nan, loss), -4, 2)


def record(setting: Setting) -> Recording:
    start = np.array([setting.x, setting.y])
    path, velocity = descend(start, np.array(setting.rate), np.array(setting.momentum))
    rng = np.random.default_rng(0)
    cloud = start + 0.15 * rng.normal(size=(SWARM, 2))
    swarm, _ = descend(cloud, np.full(SWARM, setting.rate), np.full(SWARM, setting.momentum))
    probe = np.array([setting.px, setting.py])
    curved = np.array([CURVATURE[0] - 2.7 * np.sin(3 * probe[0]), CURVATURE[1]])
    half = 0.5 / np.sqrt(np.abs(curved))
    spread = [np.cov(cloud.T) for cloud in swarm]
    ball = [[*cloud.mean(0), c[0, 0], c[0, 1], c[1, 1]] for cloud, c in zip(swarm, spread, strict=True)]
    arrays = {
        "paths": path[None],
        "loss": height(*path.T)[None],
        "swarm": swarm,
        "gradient": np.concatenate([path, slope(path)], -1)[None],
        "velocity": np.concatenate([path, velocity], -1)[None],
        "ball": np.array(ball)[None],
        "eigen": np.array([[*probe, half[0], 0, 0, half[1]]]),
        "curvature": curved[None],
        "critical": np.array([[1.1, 0.0, 2, height(np.array(1.1), np.array(0.0))]]),
    }
    packed = {name: array.astype(np.float32) for name, array in arrays.items()}
    return Recording(
        arrays=packed
        | basins()
        | {
            "length": np.array([STEPS + 1], np.int32),
            "rates": rates(setting.x, setting.y, int(setting.cells)),
            "sides": (cloud[:, 1] > setting.y).astype(np.uint8),
        },
        query=setting.query(),
        values=setting._asdict(),
    )
