"""Regressions on a line [n, 1]: closed forms are at hand, and a fit can be drawn as a curve."""

import numpy as np

from optimizers.records import Hyper
from training_lab.datasets.dataset import Dataset, Source, samples

NOISE = Hyper(0.2, 0.0, 5.0, symbol=r"\sigma", label="Noise")
GALTON = "F. Galton (1886), Regression towards mediocrity in hereditary stature"
BISHOP = "C. M. Bishop (2006), Pattern recognition and machine learning, chapter 1"


def _dataset(name: str, x: np.ndarray, y: np.ndarray, source: str) -> Dataset:
    return Dataset(x[:, None], y[:, None], name, source, classes=0)


def make_line(rng: np.random.Generator, *, samples: int, noise: float, mean: float, outliers: float) -> Dataset:
    """x ~ N(mean, 1). A share of the targets, `outliers`, is replaced by a wrong one far above the line."""
    x = mean + rng.normal(size=samples)
    y = x + 0.5 + noise * rng.normal(size=samples)
    wrong = rng.random(samples) < outliers
    return _dataset("line", x, np.where(wrong, y + 8 + 2 * rng.random(samples), y), GALTON)


def make_sine(rng: np.random.Generator, *, samples: int, noise: float) -> Dataset:
    """x uniform in [-1, 1]."""
    x = rng.uniform(-1, 1, size=samples)
    return _dataset("sine", x, np.sin(2 * np.pi * x) + noise * rng.normal(size=samples), BISHOP)


LINE = Source(
    name="line",
    title="A line",
    hypers={
        "samples": samples(100),
        "noise": NOISE,
        "mean": Hyper(0.0, -10.0, 10.0, symbol="m", label="Mean of the inputs"),
        "outliers": Hyper(0.0, 0.0, 0.5, symbol="q", label="Share of outliers"),
    },
    make=make_line,
    kind="line",
    rule=r"y = x + \tfrac12 + \mathcal N(0, <noise>^2), \quad x \sim \mathcal N(<mean>, 1)",
    summary="Linear regression, with outliers if wanted.",
    reference=GALTON,
    year=1886,
)
SINE = Source(
    name="sine",
    title="A sine",
    hypers={"samples": samples(60), "noise": NOISE},
    make=make_sine,
    kind="line",
    rule=r"y = \sin 2 \pi x + \mathcal N(0, <noise>^2), \quad x \sim \mathcal U(-1, 1)",
    summary="The curve that every course on overfitting fits.",
    reference=BISHOP,
    year=2006,
)
SOURCES = (LINE, SINE)
