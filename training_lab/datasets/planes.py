"""Points of a plane [n, 2] in classes: small enough to see what a network makes of every place."""

import numpy as np

from optimizers.records import Hyper
from training_lab.datasets.dataset import Dataset, Source, samples

NOISE = Hyper(0.1, 0.0, 2.0, symbol=r"\sigma", label="Noise")
SKLEARN = "scikit-learn, F. Pedregosa et al. (2011), JMLR 12"
PLAYGROUND = "D. Smilkov, S. Carter (2016), TensorFlow Playground"
LANG = "K. J. Lang, M. J. Witbrock (1988), Learning to tell two spirals apart, Connectionist Models Summer School"


def _generated(
    rng: np.random.Generator, generator: str, samples: int, **options: float
) -> tuple[np.ndarray, np.ndarray]:
    # Imported here, since scikit-learn takes a second that a page without its data should not wait for.
    from sklearn import datasets

    x, y = getattr(datasets, generator)(samples, random_state=int(rng.integers(2**31)), **options)
    return x, y.astype(int)


def make_moons(rng: np.random.Generator, *, samples: int, noise: float) -> Dataset:
    return Dataset(*_generated(rng, "make_moons", samples, noise=noise), "moons", SKLEARN, classes=2)


def make_circles(rng: np.random.Generator, *, samples: int, noise: float, factor: float) -> Dataset:
    return Dataset(*_generated(rng, "make_circles", samples, noise=noise, factor=factor), "circles", SKLEARN, classes=2)


def make_blobs(rng: np.random.Generator, *, samples: int, noise: float, classes: int) -> Dataset:
    """Centres on a circle of radius two, so that classes are equally hard, with `noise` as their spread."""
    y = np.arange(samples) % classes
    angle = 2 * np.pi * y / classes
    centres = 2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return Dataset(centres + noise * rng.normal(size=(samples, 2)), y, "blobs", SKLEARN, classes)


def make_xor(rng: np.random.Generator, *, samples: int, noise: float) -> Dataset:
    """The square [-1, 1]^2 by quadrants: 1 where the signs differ. The noise comes after the label."""
    x = rng.uniform(-1, 1, size=(samples, 2))
    y = (x[:, 0] * x[:, 1] < 0).astype(int)
    return Dataset(x + noise * rng.normal(size=x.shape), y, "xor", PLAYGROUND, classes=2)


def make_spirals(rng: np.random.Generator, *, samples: int, noise: float, turns: float, classes: int) -> Dataset:
    """Arms from the centre to radius one, each a turned copy of the first."""
    y = np.arange(samples) % classes
    radius = np.sqrt(rng.uniform(0.01, 1, size=samples))
    angle = 2 * np.pi * (turns * radius + y / classes)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return Dataset(x + noise * rng.normal(size=x.shape), y, "spirals", LANG, classes)


def _classes(default: int) -> Hyper:
    return Hyper(default, 2, 6, integer=True, symbol="k", label="Classes")


MOONS = Source(
    name="moons",
    title="Moons",
    hypers={"samples": samples(), "noise": NOISE},
    make=make_moons,
    kind="plane",
    rule=r"x \in \mathbb R^2, \quad y \in \{0, 1\}",
    summary="Two half circles that interlock.",
    reference=SKLEARN,
    year=2011,
)
CIRCLES = Source(
    name="circles",
    title="Circles",
    hypers={
        "samples": samples(),
        "noise": NOISE,
        "factor": Hyper(0.5, 0.0, 0.99, symbol="f", label="Radius of the inner circle"),
    },
    make=make_circles,
    kind="plane",
    rule=r"x \in \mathbb R^2, \quad y \in \{0, 1\}",
    summary="A circle inside another: no line tells them apart.",
    reference=SKLEARN,
    year=2011,
)
BLOBS = Source(
    name="blobs",
    title="Blobs",
    hypers={
        "samples": samples(),
        "noise": Hyper(0.6, 0.0, 5.0, symbol=r"\sigma", label="Noise"),
        "classes": _classes(3),
    },
    make=make_blobs,
    kind="plane",
    rule=r"x \sim \mathcal N(c_y, <noise>^2 I)",
    summary="Round clouds: as easy as it gets.",
    reference=SKLEARN,
    year=2011,
)
XOR = Source(
    name="xor",
    title="XOR",
    hypers={"samples": samples(), "noise": NOISE},
    make=make_xor,
    kind="plane",
    rule=r"y = [x_1 x_2 < 0]",
    summary="A chessboard of four fields: the smallest problem that needs a hidden layer.",
    reference="M. Minsky, S. Papert (1969), Perceptrons",
    year=1969,
)
SPIRALS = Source(
    name="spirals",
    title="Spirals",
    hypers={
        "samples": samples(),
        "noise": Hyper(0.02, 0.0, 1.0, symbol=r"\sigma", label="Noise"),
        "turns": Hyper(1.0, 0.1, 3.0, symbol="t", label="Turns"),
        "classes": _classes(2),
    },
    make=make_spirals,
    kind="plane",
    rule=r"x = r\, (\cos \varphi, \sin \varphi), \quad \varphi = 2 \pi (<turns>\, r + y / <classes>)",
    summary="Arms that wind around each other: hard for a small network.",
    reference=LANG,
    year=1988,
)
SOURCES = (MOONS, CIRCLES, BLOBS, XOR, SPIRALS)
