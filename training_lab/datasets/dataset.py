"""What a data set is, and how one is named: a record with hyperparameters, like everything else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from optimizers.records import Hyper, Record

Kind = Literal["real", "plane", "line", "sequence", "given"]
Targets = Int[np.ndarray, " n"] | Float[np.ndarray, "n 1"]


class Dataset(NamedTuple):
    """Examples and what is known of them, in float64.

    Attributes:
        x: [n, features], images [n, height, width, channels], or sequences [n, time, features].
        y: labels from 0 to classes - 1 as integers [n], or the numbers of a regression [n, 1].
        classes: how many; 0 for a regression.
    """

    x: Float[np.ndarray, "n ..."]
    y: Targets
    name: str
    source: str
    classes: int
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()

    @property
    def outputs(self) -> int:
        """How many numbers a network answers with: one per class, or one."""
        return self.classes or 1


@dataclass(frozen=True, eq=False, kw_only=True)
class Source(Record):
    """Where a data set comes from.

    Attributes:
        make: (random generator, **hyperparameters) -> Dataset; a real one ignores the generator.
        kind: what its inputs look like: "real" tables and images, points of a "plane", a "line", a "sequence".
    """

    make: Callable[..., Dataset]
    kind: Kind

    def __call__(self, seed: int = 0, **hypers: Any) -> Dataset:
        values = self.resolve(hypers)
        whole = {name: int(value) if self.hypers[name].integer else value for name, value in values.items()}
        return self.make(np.random.default_rng(seed), **whole)


def samples(default: int = 400, high: int = 10_000) -> Hyper:
    return Hyper(default, 4, high, log=True, integer=True, symbol="n", label="Examples")
