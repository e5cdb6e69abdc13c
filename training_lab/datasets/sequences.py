"""Sequences [n, time, features], with one answer at their end."""

import numpy as np

from optimizers.records import Hyper
from training_lab.datasets.dataset import Dataset, Source, samples

BENGIO = "Y. Bengio, P. Simard, P. Frasconi (1994), Learning long-term dependencies with gradient descent is difficult"
HOCHREITER = "S. Hochreiter, J. Schmidhuber (1997), Long short-term memory, Neural Computation 9"
MINSKY = "M. Minsky, S. Papert (1969), Perceptrons"


def make_recall(rng: np.random.Generator, *, samples: int, length: int, noise: float) -> Dataset:
    """The first input is -1 or 1, and every later one is noise: which was it?"""
    y = np.arange(samples) % 2
    x = noise * rng.normal(size=(samples, length, 1))
    x[:, 0, 0] = 2 * y - 1
    return Dataset(x, y, "recall", BENGIO, classes=2)


def make_copy(rng: np.random.Generator, *, samples: int, length: int, symbols: int) -> Dataset:
    """One of several symbols comes first, then nothing: features are one per symbol and one for a blank."""
    y = np.arange(samples) % symbols
    x = np.zeros((samples, length, symbols + 1))
    x[:, 1:, symbols] = 1
    x[np.arange(samples), 0, y] = 1
    return Dataset(x, y, "copy", HOCHREITER, classes=symbols)


def make_parity(rng: np.random.Generator, *, samples: int, length: int) -> Dataset:
    """Bits as -1 and 1: is the number of ones odd?"""
    bits = rng.integers(0, 2, size=(samples, length))
    return Dataset(2.0 * bits[..., None] - 1, bits.sum(axis=1) % 2, "parity", MINSKY, classes=2)


def _length(default: int) -> Hyper:
    return Hyper(default, 2, 100, integer=True, symbol="T", label="Steps of time")


RECALL = Source(
    name="recall",
    title="Recall the first input",
    hypers={
        "samples": samples(500),
        "length": _length(50),
        "noise": Hyper(0.2, 0.0, 2.0, symbol=r"\sigma", label="Noise"),
    },
    make=make_recall,
    kind="sequence",
    rule=r"y = [x_1 > 0], \quad x_t \sim \mathcal N(0, <noise>^2) \text{ for } t > 1",
    summary="The latch: keep one bit until the end, whatever comes after it.",
    reference=BENGIO,
    year=1994,
)
COPY = Source(
    name="copy",
    title="Remember a symbol",
    hypers={
        "samples": samples(500),
        "length": _length(20),
        "symbols": Hyper(4, 2, 8, integer=True, symbol="k", label="Symbols"),
    },
    make=make_copy,
    kind="sequence",
    rule=r"y = x_1 \in \{1, \dots, <symbols>\}, \quad x_t = \text{blank for } t > 1",
    summary="Keep one of several symbols until the end.",
    reference=HOCHREITER,
    year=1997,
)
PARITY = Source(
    name="parity",
    title="Parity",
    hypers={"samples": samples(500), "length": _length(8)},
    make=make_parity,
    kind="sequence",
    rule=r"y = x_1 \oplus \dots \oplus x_T",
    summary="Every bit counts as much as every other: nothing short of all of them tells anything.",
    reference=MINSKY,
    year=1969,
)
SOURCES = (RECALL, COPY, PARITY)
