"""Maps of where runs end, over all starts or over all pairs of two hyperparameters."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

import landscapes
import optimizers
from app.compute.terrain import Numbers, landscape, terrain
from app.jobs.cache import Cache

FINE, COARSE = 256, 64  # starts a side: at rest, and while something is dragged
BASIN_STEPS = 500
MOST_MINIMA = 250
WALKING, DIVERGED = 254, 253  # stand in a map of minima where none was reached


class Basins(NamedTuple):
    """Which minimum every start of a map leads to; rows are y from low to high."""

    which: np.ndarray  # [n, n] uint8, place among the minima of the terrain, or WALKING or DIVERGED
    steps: np.ndarray  # [n, n] int32, the step from which on the run stays there; BASIN_STEPS if it never does


_kept: Cache[Basins] = Cache(16 * 2**20)


def basins(surface: str, params: Numbers, optimizer: str, hypers: Numbers, draft: bool) -> Basins:
    """The basins of attraction of the minima of a surface under a method, coarse for a draft unless already known."""
    key = (surface, params, optimizer, hypers)
    found = _kept.get(key)
    if found is None:
        found = _basins(*key, COARSE if draft else FINE)
        if not draft:
            _kept.put(key, found)
    return found


def _basins(surface: str, params: Numbers, optimizer: str, hypers: Numbers, n: int) -> Basins:
    record = landscape(surface)
    minima = np.array([point.position for point in terrain(surface, params).minima[:MOST_MINIMA]]).reshape(-1, 2)
    make, numbers = optimizers.get(optimizer).make, dict(params)
    found = landscapes.analysis.basin_map(
        record.fn, record.domain, minima, make, dict(hypers), n=n, steps=BASIN_STEPS, **numbers
    )
    which = np.asarray(found.which)
    codes = np.where(which == landscapes.analysis.WALKING, WALKING, DIVERGED)
    return Basins(np.where(which < 0, codes, which).astype(np.uint8), np.asarray(found.steps))


# Name, lowest and highest value of two hyperparameters: of the columns, and of the rows.
MapAxes = tuple[tuple[str, float, float], tuple[str, float, float]]


@lru_cache(maxsize=64)
def rates(
    surface: str,
    params: Numbers,
    optimizer: str,
    ends: tuple[tuple[float, float], tuple[float, float]],
    axes: MapAxes,
    cells: int,
    steps: int,
) -> np.ndarray:
    """The factor by which a method's distance shrinks a step, measured over runs of all pairs of two hyperparameters.

    Args:
        ends: start of the runs, and the minimum that distances are measured from.
        cells, steps: a side of the map, and of each run; both are compiled in.

    Returns:
        [cells, cells] float32, rows from the lowest value up; NaN where the run left for good.
    """
    record, method, values = landscape(surface), optimizers.get(optimizer), _values(axes, cells)
    rest = {name: value for name, value in method.defaults.items() if name not in values}
    found = landscapes.analysis.stability_map(record.fn, *ends, method.make, rest, values, steps=steps, **dict(params))
    return np.asarray(found.rate)


@lru_cache(maxsize=64)
def predicted_rates(optimizer: str, curvatures: tuple[float, ...], axes: MapAxes, cells: int) -> np.ndarray:
    """The same by the closed form on a quadratic with these curvatures, 1 and more where it does not shrink."""
    record = optimizers.get(optimizer)
    assert record.rate is not None
    columns, rows = _values(axes, cells).items()
    grid = dict(zip((columns[0], rows[0]), np.meshgrid(columns[1], rows[1]), strict=True))
    found: np.ndarray = np.max(
        [np.asarray(record.rate(np.float32(curvature), **grid)) for curvature in curvatures], axis=0
    )
    return found


def _values(axes: MapAxes, cells: int) -> dict[str, np.ndarray]:
    return {name: np.linspace(low, high, cells, dtype=np.float32) for name, low, high in axes}
