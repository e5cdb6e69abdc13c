"""Basins of attraction under the isolines: which minimum each start leads to, and in how many steps."""

from dataclasses import replace

import numpy as np

import optimizers
from app import compute
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.saddles import escape, local_curvature
from app.lessons.saddles.settings import SaddleSettings
from app.stage import Panel, Pick, Raster, Run, Scale, Standings, quantize
from app.stage.theme import PALETTE
from app.trajectories import scene

LOST = ("still on the way", "gone for good")
LOST_COLORS = ("#8a9299", "#3d444a")


def record(e: SaddleSettings) -> dict[str, np.ndarray]:
    """The runs, and the basins of the focused optimizer; a draft has a coarser map.

    Returns:
        what ``escape.record`` returns, and: basin [n, n] uint8, place among the minima or behind
        them; arrival [n, n] uint8, steps quantised.
    """
    found = compute.basins(e.surface, e.params, e.focused, tuple(e.hypers(e.focused).items()), e.draft)
    count = len(places(e))
    basin = np.where(
        found.which == compute.WALKING, count, np.where(found.which == compute.DIVERGED, count + 1, found.which)
    )
    maps = {"basin": basin.astype(np.uint8), "arrival": quantize(found.steps, 0, compute.BASIN_STEPS)}
    return escape.record(e) | maps


def runs(e: SaddleSettings) -> tuple[Run, ...]:
    return scene.runs(e)


def panels(e: SaddleSettings) -> tuple[Panel, ...]:
    """The map over the basins: the start that is pointed at is the setting."""
    ground = replace(scene.contour(e), raster=raster(e), pick=Pick(x="x", y="y"))
    return (ground, scene.relief(e), escape.panel(), scene.loss(e, overlay=None), scene.gradient_norm(e))


def standings(e: SaddleSettings, arrays: Arrays) -> Standings:
    return escape.standings(e, arrays)


def comparisons(e: SaddleSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    return escape.comparisons(e, arrays)


def formula(e: SaddleSettings) -> tuple[Formula, ...]:
    return local_curvature.formula(e)


def caption(e: SaddleSettings, arrays: Arrays) -> str:
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


def places(e: SaddleSettings) -> tuple[tuple[float, float], ...]:
    """The minima that the map tells apart."""
    return tuple(point.position for point in compute.terrain(e.surface, e.params).minima[: compute.MOST_MINIMA])


def raster(e: SaddleSettings) -> Raster:
    """The image under the map: how many steps from each start, or which minimum."""
    (west, east), (south, north) = e.landscape.domain
    minima = places(e)
    steps = Scale(low=0, high=compute.BASIN_STEPS, legend=True)
    if e.show == "steps":
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
