"""Data, all of it offline: real sets that scikit-learn carries, points of a plane, lines, sequences, one's own table.

dataset = datasets.load("digits")                              # Dataset(x, y, name, source, classes, ...)
splits = datasets.prepare(datasets.Data(name="digits", validation=0.2), dataset)
"""

from typing import Any

from optimizers.registry import Registry
from training_lab.datasets import lines, planes, real, sequences
from training_lab.datasets.dataset import Dataset, Source
from training_lab.datasets.splits import SCALINGS, Data, Scaling, Split, Splits, fit, prepare
from training_lab.datasets.table import TableError, from_csv

_REGISTRY: Registry[Source] = Registry("data set", [*real.SOURCES, *planes.SOURCES, *lines.SOURCES, *sequences.SOURCES])
names = _REGISTRY.names
get = _REGISTRY.get


def load(name: str, seed: int = 0, **hypers: Any) -> Dataset:
    """A data set by name, drawn with a seed where it is drawn."""
    return get(name)(seed, **hypers)


__all__ = [
    "SCALINGS",
    "Data",
    "Dataset",
    "Scaling",
    "Source",
    "Split",
    "Splits",
    "TableError",
    "fit",
    "from_csv",
    "get",
    "load",
    "names",
    "prepare",
]
