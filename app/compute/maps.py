"""Maps of where walks end."""

from typing import NamedTuple

import numpy as np

import landscapes
import optimizers
from app.compute.cache import Cache
from app.compute.terrain import Numbers, landscape, terrain

FINE, COARSE = 256, 64  # starts a side: at rest, and while something is dragged
BASIN_STEPS = 500
MOST_MINIMA = 250
WALKING, DIVERGED = 254, 253  # stand in a map of minima where none was reached


class Basins(NamedTuple):
    """Which minimum every start of a map leads to; rows are y from low to high."""

    which: np.ndarray  # [n, n] uint8, place among the minima of the terrain, or WALKING or DIVERGED
    steps: np.ndarray  # [n, n] int32, the step from which on the walk stays there; BASIN_STEPS if it never does


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
