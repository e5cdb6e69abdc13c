"""What the demo shows: seven methods of one family on Himmelblau's function, in NumPy, with sliders and a start."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from app import figures
from app.stage import (
    ContourPanel,
    CurvesPanel,
    EncodedScene,
    Handle,
    Mark,
    Recording,
    ReliefPanel,
    Run,
    Scene,
    Slider,
    Standings,
    encode_scene,
)
from app.stage.theme import run_style

STEPS = 300
NAMES = ("Gradient descent", "Momentum", "Heavy momentum", "RMSProp", "Adam", "Slow Adam", "Bold descent")
BETA1 = np.array([0, 0.9, 0.97, 0, 0.9, 0.9, 0], dtype=np.float64)
RATE = np.array([1, 0.35, 0.2, 12, 25, 6, 3.2])
ADAPTIVE = np.array([0, 0, 0, 1, 1, 1, 0])
DEFAULTS = {"x": -3.6, "y": -0.4, "rate": 0.004, "momentum": 0.9, "decay": 0.99, "focus": "run1"}
RANGES = {"x": (-6, 6), "y": (-6, 6), "rate": (1e-4, 0.1), "momentum": (0, 0.999), "decay": (0.5, 0.9999)}


class Setting(NamedTuple):
    """One setting of the demo."""

    x: float
    y: float
    rate: float
    momentum: float
    decay: float
    focus: str

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Setting":
        values = {name: query.get(name, default) for name, default in DEFAULTS.items()}
        for name, (low, high) in RANGES.items():
            values[name] = float(values[name])
            if not low <= values[name] <= high:
                raise ValueError(name, f"{name} must lie between {low} and {high}")
        return cls(**values)

    def query(self) -> dict[str, str]:
        return {name: str(value) for name, value in self._asdict().items() if value != DEFAULTS[name]}


def height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def gradient(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    a, b = x * x + y - 11, x + y * y - 7
    return np.array([4 * x * a + 2 * b, 2 * a + 4 * y * b])


@cache
def terrain() -> EncodedScene:
    axis = np.linspace(-6, 6, 121)
    z = height(*np.meshgrid(axis, axis))
    runs = tuple(
        Run(name=f"run{i}", label=name, color=run_style(i)[0], dash=run_style(i)[1]) for i, name in enumerate(NAMES)
    )
    marks = [(3, 2), (-2.805, 3.131), (-3.779, -3.283), (3.584, -1.848)]
    saddles = [(-3.073, -0.081), (0.087, 2.884), (3.385, 0.074), (-0.128, -1.954)]
    panels = (
        ContourPanel(
            id="map",
            title="Himmelblau's function from above",
            figure=figures.contour(axis, axis, z, log=True),
            paths="paths",
            handle=Handle(x="x", y="y"),
            marks=(
                *(Mark(x=x, y=y, kind="minimum", label="Minimum, f = 0") for x, y in marks),
                *(Mark(x=x, y=y, kind="saddle", label="Saddle") for x, y in saddles),
                Mark(x=-0.271, y=-0.923, kind="maximum", label="Maximum"),
            ),
        ),
        ReliefPanel(
            id="relief",
            title="In three dimensions",
            figure=figures.relief(axis, axis, np.log10(z + 1), labels=("x", "y", "log f")),
            paths="paths",
            heights="heights",
        ),
        CurvesPanel(
            id="value", title="Value f", figure=figures.curves(log=True), curves="value", log=True, floor=1e-12
        ),
        CurvesPanel(
            id="norm", title="Gradient norm", figure=figures.curves(log=True), curves="norm", overlay="guess", log=True
        ),
        CurvesPanel(
            id="velocity", title="First moment", figure=figures.curves(), curves="moment", components=("x", "y")
        ),
    )
    sliders = (
        Slider(name="rate", label="Learning rate", symbol="η", default=0.004, low=1e-4, high=0.1, log=True),
        Slider(
            name="momentum",
            label="Momentum",
            symbol="γ",
            default=0.9,
            low=0,
            high=0.999,
            group="Momentum",
            color=run_style(1)[0],
        ),
        Slider(
            name="decay",
            label="Second moment",
            symbol="β₂",
            default=0.99,
            low=0.5,
            high=0.9999,
            group="Adam",
            color=run_style(4)[0],
        ),
    )
    return encode_scene(
        Scene(lesson="demo", steps=STEPS, runs=runs, panels=panels, sliders=sliders, selectable="focus", focus="run1")
    )


def walk(setting: Setting) -> Recording:
    runs = len(NAMES)
    adaptive = ADAPTIVE > 0
    beta1 = (BETA1 * setting.momentum / 0.9).clip(0, 0.999)
    weight = np.where(adaptive, 1 - beta1, 1)
    rate = setting.rate * RATE
    at = np.repeat([[float(setting.x)], [float(setting.y)]], runs, axis=1)
    first, second = np.zeros_like(at), np.zeros_like(at)
    path, moment, slope = np.empty((STEPS + 1, 2, runs)), np.empty((STEPS, 2, runs)), np.empty((STEPS, 2, runs))
    path[0] = at
    with np.errstate(all="ignore"):
        for step in range(STEPS):
            slope[step] = g = gradient(*at)
            first = beta1 * first + weight * g
            second = setting.decay * second + (1 - setting.decay) * g * g
            at = at - rate * first / np.where(adaptive, np.sqrt(second) + 1e-8, 1)
            path[step + 1], moment[step] = at, first
        value = height(path[:, 0], path[:, 1]).T
        norm = np.hypot(slope[:, 0], slope[:, 1]).T
    path, moment = path.transpose(2, 0, 1), moment.transpose(2, 0, 1)
    wild = ~np.isfinite(value) | (value > 1e8)
    length = np.where(wild.any(1), wild.argmax(1), STEPS + 1).astype(np.int32)
    last = value[np.arange(runs), length - 1]
    good = (last < 1e-3) & (length > STEPS)
    states = ["diverged" if length[i] <= STEPS else "converged" if good[i] else "moving" for i in range(runs)]
    rows = [(name, states[i], f"{last[i]:.1e}") for i, name in enumerate(NAMES)]
    tones = tuple("bad" if length[i] <= STEPS else "good" if good[i] else "busy" for i in range(runs))
    details = tuple(f"f passed 10⁸ at step {length[i]}" if length[i] <= STEPS else "" for i in range(runs))
    guess = np.tile(norm[:, :1], STEPS) * 0.97 ** np.arange(STEPS)
    arrays = {
        "paths": path,
        "heights": np.log10(value + 1),
        "value": value,
        "norm": norm,
        "guess": guess,
        "moment": moment,
    }
    packed = {name: array.astype(np.float32) for name, array in arrays.items()}
    return Recording(
        arrays=packed | {"length": length},
        query=setting.query(),
        values={name: getattr(setting, name) for name in RANGES},
        standings=Standings(columns=("Method", "State", "Value"), rows=tuple(rows), tones=tones, details=details),
    )
