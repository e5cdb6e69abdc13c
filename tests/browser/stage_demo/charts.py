"""Charts: profiles with bands and a cursor, curves of many seeds, bars and a row of histograms that move."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from app import figures
from app.stage import BarsPanel, CurvesPanel, EncodedScene, ProfilePanel, Recording, Run, Scene, encode_scene
from app.stage.theme import run_style

STEPS = 120
EVERY = 10
FRAMES = STEPS // EVERY + 1
BINS = 30
LAYERS = ("layer 1", "layer 2", "layer 3", "layer 4")
DEPTH = 12
SEEDS = 15
INITIALISERS = ("Xavier", "He", "torch's default")
FACTORS = np.array([0.5, 1.0, 1 / 6])
RUNS = ("Adam", "RMSprop")


class Setting(NamedTuple):
    """The size of a penalty."""

    penalty: float = 0.1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Setting":
        penalty = float(query.get("penalty", 0.1))
        if not 1e-3 <= penalty <= 10:
            raise ValueError("penalty", "penalty must lie between 0.001 and 10")
        return cls(penalty)

    def query(self) -> dict[str, str]:
        return {} if self.penalty == 0.1 else {"penalty": str(self.penalty)}


def lines(names: tuple[str, ...], first: int) -> tuple[Run, ...]:
    return tuple(
        Run(name=f"line{i}", label=name, color=run_style(first + i)[0], dash=run_style(first + i)[1])
        for i, name in enumerate(names)
    )


@cache
def scene() -> EncodedScene:
    panels = (
        ProfilePanel(
            id="depth",
            title="Variance against depth",
            figure=figures.axes(labels=("layer", "variance"), log=(False, True)),
            x="depth",
            lines="variance",
            overlay="predicted_variance",
            band=("variance_low", "variance_high"),
            series=lines(INITIALISERS, 0),
            dots=True,
            place="main",
        ),
        ProfilePanel(
            id="path",
            title="Solution path",
            figure=figures.axes(labels=("penalty λ", "weight"), log=(True, False)),
            x="penalties",
            lines="weights",
            series=lines(("w₁", "w₂", "w₃"), 0),
            cursor="penalty",
            place="side",
        ),
        BarsPanel(
            id="layers",
            title="Activations, layer by layer",
            figure=figures.bars(facets=LAYERS),
            bars="activations",
            edges="edges",
            overlay="normal",
            facets=LAYERS,
            weight=2,
        ),
        BarsPanel(
            id="rates",
            title="Effective learning rate",
            figure=figures.bars(categories=("x", "y"), log=True),
            bars="rates",
            categories=("x", "y"),
        ),
        CurvesPanel(
            id="seeds",
            title="Loss, 15 seeds",
            figure=figures.curves(log=True),
            curves="median",
            band=("low", "high"),
            at="at",
            log=True,
        ),
        ProfilePanel(
            id="cost",
            title="Loss against cost",
            figure=figures.axes(labels=("gradient evaluations", "loss"), log=(False, True)),
            x="cost",
            lines="loss",
            follow=True,
        ),
    )
    return encode_scene(Scene(lesson="charts", steps=STEPS, runs=lines(RUNS, 4), panels=panels))


def record(setting: Setting) -> Recording:
    rng = np.random.default_rng(1)
    depth = np.arange(DEPTH + 1)
    predicted = FACTORS[:, None] ** depth
    spread = 1 + 0.08 * depth
    penalties = np.geomspace(1e-3, 10, 60)
    ends = np.array([2.0, -1.0, 0.4])[:, None]
    weights = np.sign(ends) * np.maximum(np.abs(ends) - penalties, 0)
    edges = np.linspace(-3, 3, BINS + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    widths = 1 - np.linspace(0, 0.75, len(LAYERS))[:, None] * np.linspace(1, 0.2, FRAMES)
    normal = np.exp(-((middles / widths[..., None]) ** 2) / 2) / widths[..., None]
    at = np.arange(0, STEPS + 1, EVERY)
    seeds = np.exp(-at / np.array([30, 50])[:, None])[:, None] * np.exp(0.4 * rng.normal(size=(2, SEEDS, len(at))))
    steps = np.arange(STEPS + 1)
    arrays = {
        "depth": depth,
        "variance": predicted * np.exp(0.1 * rng.normal(size=predicted.shape)),
        "predicted_variance": predicted,
        "variance_low": predicted / spread,
        "variance_high": predicted * spread,
        "penalties": penalties,
        "weights": weights,
        "edges": edges,
        "normal": normal,
        "activations": normal * (1 + 0.1 * rng.normal(size=normal.shape)).clip(0.5),
        "rates": np.exp(-steps[None, :, None] / np.array([40, 60])[:, None, None] * np.array([1, 0.3])),
        "median": np.median(seeds, 1),
        "low": np.quantile(seeds, 0.25, axis=1),
        "high": np.quantile(seeds, 0.75, axis=1),
        "at": at,
        "cost": np.stack([steps, 2 * steps]),
        "loss": np.exp(-steps / np.array([30, 60])[:, None]),
    }
    packed = {name: array.astype(np.float32) for name, array in arrays.items()}
    length = np.full(len(RUNS), STEPS + 1, np.int32)
    return Recording(arrays=packed | {"length": length}, query=setting.query(), values=setting._asdict())
