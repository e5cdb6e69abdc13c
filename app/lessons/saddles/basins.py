"""Basins of attraction under the isolines: which minimum each start leads to, and in how many steps."""

from typing import Literal

import numpy as np

import optimizers
from app import compute
from app.contract.lesson import Arrays
from app.stage import Raster, Scale, quantize
from app.stage.theme import PALETTE
from app.trajectories.settings import TrajectorySettings

Shown = Literal["which", "steps"]
LOST = ("still on the way", "gone for good")
LOST_COLORS = ("#8a9299", "#3d444a")


def arrays(e: TrajectorySettings, *, draft: bool) -> dict[str, np.ndarray]:
    """The basins of the focused optimizer.

    Returns:
        basin [n, n] uint8, place among the minima or behind them; arrival [n, n] uint8, steps quantised.
    """
    found = compute.basins(e.surface, e.params, e.focused, tuple(e.hypers(e.focused).items()), draft)
    count = len(places(e))
    basin = np.where(
        found.which == compute.WALKING, count, np.where(found.which == compute.DIVERGED, count + 1, found.which)
    )
    return {"basin": basin.astype(np.uint8), "arrival": quantize(found.steps, 0, compute.BASIN_STEPS)}


def words(e: TrajectorySettings, arrays: Arrays) -> str:
    """The shares of the basins, in a sentence."""
    count = len(places(e))
    shares = np.bincount(arrays["basin"].ravel(), minlength=count + 2) / arrays["basin"].size
    lost = " and ".join(f"{share:.0%} {name}" for share, name in zip(shares[count:], LOST, strict=True) if share)
    reached = np.count_nonzero(shares[:count])
    side, method = arrays["basin"].shape[0], optimizers.get(e.focused).title
    return (
        f"{side} × {side} starts of {method}, {compute.BASIN_STEPS} steps each: {reached} of {count} minima are reached"
        + (f"; {lost}." if lost else ".")
    )


def places(e: TrajectorySettings) -> tuple[tuple[float, float], ...]:
    """The minima that the map tells apart."""
    return tuple(point.position for point in compute.terrain(e.surface, e.params).minima[: compute.MOST_MINIMA])


def raster(e: TrajectorySettings, shown: Shown) -> Raster:
    """The image under the map."""
    (west, east), (south, north) = e.landscape.domain
    minima = places(e)
    steps = Scale(low=0, high=compute.BASIN_STEPS, legend=True)
    if shown == "steps":
        return Raster(cells="arrival", x=(west, east), y=(south, north), scale=steps, label="steps", strength=0.85)
    which = Scale(
        kind="categorical",
        labels=(*(f"ends in ({x:.3g}, {y:.3g})" for x, y in minima), *LOST),
        colors=(*(PALETTE[place % len(PALETTE)] for place in range(len(minima))), *LOST_COLORS),
    )
    return Raster(cells="basin", x=(west, east), y=(south, north), scale=which, fade="arrival", strength=0.7)


def frayed(arrays: Arrays) -> float:
    """Share of neighbouring starts that end in different minima."""
    basin = arrays["basin"].astype(int)
    return float((np.diff(basin, axis=0) != 0).mean() + (np.diff(basin, axis=1) != 0).mean())
