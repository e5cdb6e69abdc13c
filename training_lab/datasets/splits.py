"""From a data set to what training sees: split, a share of labels made wrong, scaled by the training part alone."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Array, Float, Int

from training_lab.datasets.dataset import Dataset
from training_lab.records import Choice, Pick

SCALINGS = ("none", "center", "standardize", "min_max", "whiten")
# Directions with less than this share of the largest variance are noise: whitening leaves them out.
_RANK = 1e-6


@dataclass(frozen=True, kw_only=True)
class Data:
    """Which data, and what is made of it.

    Attributes:
        name: of a data set, with its hyperparameters where it has any: ("moons", {"noise": 0.2}).
        train: how many examples to train on, at most; None for all that are left.
        validation, test: shares of the data set.
        scaling: "none", "center", "standardize", "min_max" (to [0, 1]) or "whiten" (ZCA), fitted to the training part.
            Unless it is "none", the targets of a regression are standardised.
        label_noise: share of training labels replaced by another class; for a regression, standard deviation of what
            is added to the (standardised) targets.
        seed: of the data set, of the split and of the label noise.
    """

    name: Pick = "digits"
    train: int | None = None
    validation: float | int = 0.2
    test: float | int = 0.0
    scaling: str = "standardize"
    label_noise: float | int = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", Choice.of(self.name))


class Scaling(NamedTuple):
    """x -> ((x - shift) * factor) @ rotation, on the numbers of an example as one vector."""

    shift: Any  # [features]
    factor: Any  # [features]
    rotation: Any = None  # [features, features]

    def __call__(self, x: Any) -> Any:
        flat = (x.reshape(len(x), len(self.shift)) - self.shift[None]) * self.factor[None]
        return (flat if self.rotation is None else flat @ self.rotation).reshape(x.shape)


class Split(NamedTuple):
    x: Float[Array, "n ..."]
    y: Int[Array, " n"] | Float[Array, "n 1"]


class Splits(NamedTuple):
    """Arrays for training; validation and test may be empty.

    Attributes:
        train, validation, test: scaled.
        scaling: what was applied, or would have been: see `raw`.
        raw: the training inputs before scaling, for augmentations that act on images.
        clean: the training targets before label noise.
    """

    train: Split
    validation: Split
    test: Split
    scaling: Scaling
    raw: Float[Array, "n ..."]
    clean: Int[Array, " n"] | Float[Array, "n 1"]


def prepare(data: Data, dataset: Dataset, dtype: Any = np.float32) -> Splits:
    """The splits of a data set, as `data` says, in one dtype (labels as int32)."""
    rng = np.random.default_rng(data.seed)
    train, validation, test = _parts(data, len(dataset.x), rng)
    scaling = fit(data.scaling, dataset.x[train])
    y = dataset.y if dataset.classes or data.scaling == "none" else _standardized(dataset.y, dataset.y[train])

    def put(array: np.ndarray) -> Array:
        return jax.device_put(array.astype(np.int32 if array.dtype.kind == "i" else dtype))

    def split(rows: np.ndarray, targets: np.ndarray) -> Split:
        return Split(put(scaling(dataset.x[rows])), put(targets))

    return Splits(
        train=split(train, _with_label_noise(y[train], dataset.classes, data.label_noise, rng)),
        validation=split(validation, y[validation]),
        test=split(test, y[test]),
        scaling=jax.tree.map(put, scaling),
        raw=put(dataset.x[train]),
        clean=put(y[train]),
    )


def _parts(data: Data, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices of the three parts, the order shuffled."""
    order = rng.permutation(n)
    held = round(n * data.validation), round(n * data.test)
    validation, test, train = np.split(order, np.cumsum(held))
    return train[: data.train], validation, test


def fit(scaling: str, x: Float[np.ndarray, "n ..."]) -> Scaling:
    """A scaling fitted to examples. Columns that never change are left where their mean is, at zero."""
    flat = x.reshape(len(x), -1)
    zeros, ones = np.zeros(flat.shape[1]), np.ones(flat.shape[1])
    mean, low = flat.mean(axis=0), flat.min(axis=0)
    if scaling == "whiten":
        return Scaling(mean, ones, _whitening(flat - mean))
    shift, factor = {
        "none": (zeros, ones),
        "center": (mean, ones),
        "standardize": (mean, _inverse(flat.std(axis=0))),
        "min_max": (low, _inverse(flat.max(axis=0) - low)),
    }[scaling]
    return Scaling(shift, factor, None)


def _inverse(spread: np.ndarray) -> np.ndarray:
    """1 / spread, and 1 where a column never changes: up to rounding, in a sum of many equal numbers."""
    constant = spread <= 1e-12 * max(float(spread.max()), 1e-300)
    return 1 / np.where(constant, 1, spread)


def _whitening(centred: np.ndarray) -> np.ndarray:
    """The symmetric matrix that makes the covariance the identity, where there is any variance."""
    variances, directions = np.linalg.eigh(centred.T @ centred / len(centred))
    kept = variances > _RANK * variances[-1]
    return (directions * np.where(kept, 1 / np.sqrt(np.where(kept, variances, 1)), 0)) @ directions.T


def _standardized(y: np.ndarray, of: np.ndarray) -> np.ndarray:
    return (y - of.mean()) * _inverse(of.std(keepdims=True))[0]


def _with_label_noise(y: np.ndarray, classes: int, amount: float | int, rng: np.random.Generator) -> np.ndarray:
    if not classes:
        return y + amount * rng.normal(size=y.shape)
    wrong = rng.random(len(y)) < amount
    return np.where(wrong, (y + rng.integers(1, classes, size=len(y))) % classes, y)
