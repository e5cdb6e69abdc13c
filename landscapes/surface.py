"""The records of a landscape: a formula, what can be turned on it, and what is known to be true about it.

A :class:`Surface` is a pure function ``fn(x, **params)`` of a point ``x`` with shape [2], together with its provenance:
the ranges of its parameters, where a walk starts, and the critical points a reader can check against the run.
Parameters are arguments of the function, so they may be traced; ``fn`` itself is what a jitted caller marks static.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from jaxtyping import Array

Point = tuple[float, float]
Interval = tuple[float, float]
Domain = tuple[Interval, Interval]
Kind = Literal["minimum", "maximum", "saddle", "degenerate"]
Terrain = Literal["bowl", "ravine", "saddle", "plateau", "cliff", "multimodal"]

# The lecture's words for what an optimizer meets, from the kindest to the least kind.
TERRAINS: tuple[Terrain, ...] = ("bowl", "ravine", "saddle", "plateau", "cliff", "multimodal")


@dataclass(frozen=True)
class Param:
    """A parameter of a surface with its mathematical range; ``log`` says that it is felt by its logarithm."""

    default: float
    low: float
    high: float
    log: bool = False
    symbol: str = ""
    label: str = ""


@dataclass(frozen=True)
class CriticalPoint:
    """A point where the gradient vanishes, for the default parameters of its surface.

    ``kind`` is "degenerate" where the Hessian has an eigenvalue zero, so that curvature alone does not decide.
    ``smooth`` is False at an extremum in a corner of the surface, where there is no gradient that could vanish.
    """

    position: Point
    value: float
    kind: Kind
    smooth: bool = True


# A stationary point of a function of one variable: position, value, and whether it is a minimum (or else a maximum).
Stationary = tuple[float, float, bool]


def separable(along_x: Iterable[Stationary], along_y: Iterable[Stationary]) -> tuple[CriticalPoint, ...]:
    """The critical points of a sum g(x) + h(y), from the stationary points of g and of h."""
    kinds: tuple[Kind, ...] = ("maximum", "saddle", "minimum")
    return tuple(
        CriticalPoint((x, y), fx + fy, kinds[dips_x + dips_y])
        for (x, fx, dips_x), (y, fy, dips_y) in product(along_x, along_y)
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Surface:
    """A landscape f(x, y) and its provenance. Compared and hashed by identity, as its function is.

    ``rate`` is a learning rate with which plain gradient descent from ``start`` makes visible progress in 300 steps.
    ``source`` is equivalent Python where ``fn`` has no source text of its own to show (a parsed formula). Where ``fn``
    is written for a reader and slow to compile or to differentiate, ``compiled`` is the same function for a compiler.
    """

    name: str
    title: str
    terrain: Terrain
    fn: Callable[..., Array]
    params: Mapping[str, Param] = field(default_factory=dict)
    domain: Domain
    start: Point
    rate: float
    latex: str
    critical_points: tuple[CriticalPoint, ...]
    reference: str
    story: str
    source: str | None = None
    compiled: Callable[..., Array] | None = None

    @property
    def quick(self) -> Callable[..., Array]:
        """The function for those who compile it into a walk."""
        return self.fn if self.compiled is None else self.compiled
