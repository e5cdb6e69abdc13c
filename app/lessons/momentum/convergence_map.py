"""The map of learning rate and momentum: how fast each pair converges, the closed forms over it, and its best point."""

from typing import NamedTuple

import numpy as np

import optimizers
from app import compute, figures
from app.contract.lesson import Comparison
from app.lessons.momentum.settings import BallSettings
from app.stage import Lines, Pick, Points, Raster, RasterPanel, Scale, quantize
from app.stage.theme import PALETTE
from app.trajectories.settings import HIGHEST_RATE
from optimizers import theory

CELLS, STEPS = 96, 300
WIDEST = 4.2  # of the axis of learning rates, in units of one over the largest curvature: 4 is the last stable one
FASTEST = 100.0  # digits in a hundred steps: beyond that the map would be dark where nothing can be told apart
OPTIMA = dict.fromkeys(("momentum", "slides_momentum"), theory.heavy_ball_optimum) | dict.fromkeys(
    ("nesterov", "nesterov_lookahead"), theory.nesterov_optimum
)


class Ground(NamedTuple):
    """The minimum that the map is about."""

    minimum: tuple[float, float]
    curvatures: tuple[float, ...]  # ascending


def ground(e: BallSettings) -> Ground | None:
    """The minimum nearest to the start that the surface has by itself; None where it has none, or a flat one."""
    minima = compute.terrain(e.surface, e.params).minima
    if not minima:
        return None
    nearest = min(minima, key=lambda point: float(np.hypot(*np.subtract(point.position, e.landscape.start))))
    curvatures = compute.curvatures(e.surface, e.params, nearest.position)
    return Ground(nearest.position, curvatures) if curvatures[0] > 0 else None


def mapped(e: BallSettings) -> str:
    """The method of the map; gradient descent is the lowest row of the heavy ball's."""
    return e.focused if e.focused in OPTIMA else "momentum"


def widest(e: BallSettings) -> float:
    """The largest learning rate of the map."""
    found = ground(e)
    return min(WIDEST / found.curvatures[-1], HIGHEST_RATE) if found else HIGHEST_RATE


def fastest(e: BallSettings) -> float:
    """Decimal digits that the best heavy ball gains in a hundred steps."""
    found = ground(e)
    if found is None:
        return FASTEST
    rate = np.asarray(theory.heavy_ball_best_rate(found.curvatures[-1] / found.curvatures[0]))
    return min(float(digits(rate)), FASTEST)


def digits(rate: np.ndarray) -> np.ndarray:
    """Decimal digits by which a hundred steps come closer, from the factor of the distance in one."""
    gained: np.ndarray = -100 * np.log10(np.maximum(rate, 1e-9))
    return gained


def arrays(e: BallSettings) -> dict[str, np.ndarray]:
    """digits [CELLS, CELLS] uint8, quantised; rows are the momentum from 0 to 1."""
    return {"digits": quantize(digits(_measured(e)), 0, fastest(e))}


def _measured(e: BallSettings) -> np.ndarray:
    """The factor of the distance in a step for each cell; NaN where the run leaves, or where there is no minimum."""
    found = ground(e)
    if found is None:
        return np.full((CELLS, CELLS), np.nan, np.float32)
    return compute.rates(e.surface, e.params, mapped(e), (e.start, found.minimum), _axes(e), CELLS, STEPS)


def _axes(e: BallSettings) -> compute.MapAxes:
    high = widest(e)
    return ("learning_rate", high / CELLS, high), ("momentum", 0.0, 1.0)


def comparisons(e: BallSettings) -> tuple[Comparison, ...]:
    """The closed form for every cell of the map against the run of every cell."""
    found, rate, title = ground(e), _measured(e), optimizers.get(mapped(e)).title
    if found is None:
        return ()
    predicted = compute.predicted_rates(mapped(e), found.curvatures, _axes(e), CELLS)
    here, there = predicted < 1, np.isfinite(rate) & (rate < 1)
    both = here & there
    agree, off = np.mean(here == there), np.median(np.abs(rate - predicted)[both]) if both.any() else np.nan
    return (
        Comparison(f"{title}: cells of the map that approach the minimum", f"{here.mean():.1%}", f"{there.mean():.1%}"),
        Comparison(f"{title}: cells that do as predicted", "100%", f"{agree:.1%}"),
        Comparison(f"{title}: factor of the distance per step, median error over the map", "0", f"{off:.3f}"),
    )


def panel(e: BallSettings) -> RasterPanel:
    """The map; the cell that is pointed at is the setting."""
    high, title = widest(e), optimizers.get(mapped(e)).title
    return RasterPanel(
        id="rates",
        title=f"{title}: how fast",
        figure=figures.axes(x=(0, high), y=(0, 1), labels=("learning rate η", "momentum μ")),
        raster=Raster(
            cells="digits",
            x=(high / CELLS, high),
            y=(0, 1),
            scale=Scale(low=0, high=fastest(e)),
            label="digits in 100 steps",
        ),
        markers=(
            Lines(array="limit", label="limit", color=PALETTE[4], dash=(), width=2.5),
            Lines(array="critical", label="critical damping", color=PALETTE[1]),
            Points(array="best", label="best", colors=(PALETTE[1],), size=11),
        ),
        pick=Pick(x="learning_rate", y="momentum"),
        place="side",
    )


def closed_forms(e: BallSettings) -> dict[str, np.ndarray]:
    """What theory draws on the map.

    Returns:
        limit [1, n, 2], the boundary of stability; critical [2, n, 2], for a heavy ball the momentum that damps the
        flat and the steep direction critically; best [1, 2], where both meet.
    """
    none = np.full((1, 2, 2), np.nan, np.float32)
    found = ground(e)
    if found is None:
        return {"limit": none, "critical": none, "best": none[0, :1]}
    low, high = found.curvatures[0], found.curvatures[-1]
    momentum = np.linspace(0, 1, 101)
    limit = _limit(mapped(e), momentum) / high
    best = OPTIMA[mapped(e)](low, high)
    lines = none
    if OPTIMA[mapped(e)] is theory.heavy_ball_optimum:
        rate = np.linspace(0, widest(e), 200)
        lines = np.stack(
            [_line(rate, np.asarray(theory.critical_momentum(curvature, rate))) for curvature in (low, high)]
        )
    return {
        "limit": _line(limit, momentum)[None],
        "critical": lines,
        "best": np.array([[best["learning_rate"], best["momentum"]]], np.float32),
    }


def _limit(name: str, momentum: np.ndarray) -> np.ndarray:
    stability = optimizers.get(name).stability
    assert stability is not None
    return np.asarray(stability(momentum=momentum))


def _line(rate: np.ndarray, momentum: np.ndarray) -> np.ndarray:
    return np.stack([rate, np.where(momentum <= 1, momentum, np.nan)], axis=-1).astype(np.float32)


def words(e: BallSettings) -> str:
    """Where theory puts the best point, and what it is worth."""
    found = ground(e)
    if found is None:
        return "This surface has no minimum with curvature in every direction: there is nothing to predict."
    low, high = found.curvatures[0], found.curvatures[-1]
    best, title = OPTIMA[mapped(e)](low, high), optimizers.get(mapped(e)).title
    worth = compute.contraction(mapped(e), found.curvatures, tuple(best.items())) or 1.0
    plain = theory.gradient_descent_best_rate(high / low)
    return (
        f"Condition number {high / low:.3g}. {title} does best at η = {best['learning_rate']:.3g}, "
        f"μ = {best['momentum']:.3g}: each step leaves {worth:.3g} of the distance. "
        f"Without momentum the best is {plain:.3g}."
    )
