"""Closed forms beside the run: how large the learning rate may be at the minimum, and how fast the loss falls there.

Near a minimum every smooth surface is a quadratic. Its largest curvature bounds the learning rate, and the spectral
radius of the method's linear map on it is the factor by which the distance shrinks a step; the loss shrinks by its
square. Methods that normalise the gradient have no such linear map, and nothing is claimed for them.
"""

import numpy as np

import landscapes
import optimizers
from app import compute
from app.contract.lesson import Arrays, Comparison, Formula
from app.trajectories.record import record
from app.trajectories.settings import TrajectorySettings
from app.trajectories.standings import Result, results, verdicts

NOTE = (
    "Predicted from the curvature at the minimum that a run reached (or, if it reached none, at the nearest one to the "
    "start): the largest stable learning rate, and the factor by which the loss falls at each step once the surface "
    "is as good as quadratic. Measured on the last part of the run. The dotted line in the loss panel has the "
    "predicted slope."
)
ROUNDING = 1e-6  # of the initial gap: float32 says nothing below
SHORTEST = 12  # steps over which a slope can be measured


def recording(e: TrajectorySettings) -> dict[str, np.ndarray]:
    """The paths and curves of the runs, how each run ended, and the predicted slope of each loss curve."""
    arrays = record(e)
    arrays |= verdicts(e, arrays)
    return arrays | {"predicted": overlay(e, arrays)}


def comparisons(e: TrajectorySettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Predicted and measured, for every optimizer that has closed forms."""
    judged = zip(e.optimizers, results(e, arrays), strict=True)
    return tuple(row for run, (name, result) in enumerate(judged) for row in _rows(e, arrays, run, name, result))


def _rows(e: TrajectorySettings, arrays: Arrays, run: int, name: str, result: Result) -> tuple[Comparison, ...]:
    method = optimizers.get(name)
    curvatures = _curvatures(e, result.place)
    if method.stability is None or method.rate is None or curvatures is None:
        return ()
    hypers = e.hypers(name)
    rate, limit = hypers["learning_rate"], float(method.stability(**hypers)) / curvatures[-1]
    side = "below" if rate < limit else "above"
    predicted = contraction(e, name, curvatures)
    measured = _measured(e, arrays, run, result)
    return (
        Comparison(
            f"{method.title}: largest stable learning rate",
            f"{limit:.3g}",
            f"{rate:.3g} is {side} it; the run {SAYS[result.outcome]}",
        ),
        Comparison(
            f"{method.title}: factor of the loss per step",
            f"{predicted:.4f}" if predicted is not None and predicted < 1 else "does not shrink",
            f"{measured:.4f}" if measured is not None else "–",
        ),
    )


SAYS = {"converged": "converged", "stalled": "stalled", "walking": "is still on its way", "diverged": "diverged"}


def contraction(e: TrajectorySettings, name: str, curvatures: tuple[float, ...]) -> float | None:
    """Factor by which the loss shrinks per step on a quadratic with these curvatures; None without a closed form."""
    factor = compute.contraction(name, curvatures, tuple(e.hypers(name).items()))
    return None if factor is None else factor**2


def overlay(e: TrajectorySettings, arrays: Arrays) -> np.ndarray:
    """Predicted loss [runs, steps + 1]: a line of the predicted slope through the tail of each run that converged."""
    lines = np.full_like(arrays["loss"], np.nan)
    for run, (name, result) in enumerate(zip(e.optimizers, results(e, arrays), strict=True)):
        tail = _tail(e, arrays, run, result)
        curvatures = _curvatures(e, result.place)
        factor = None if curvatures is None else contraction(e, name, curvatures)
        if tail is None or not factor or factor >= 1 or _floor(e, result) > 0:
            continue
        steps = np.arange(tail.start, lines.shape[1])
        lines[run, tail.start :] = arrays["loss"][run, tail.start] * factor ** (steps - tail.start)
    return lines


def _curvatures(e: TrajectorySettings, place: landscapes.CriticalPoint | None) -> tuple[float, ...] | None:
    """Eigenvalues, ascending, of the Hessian at the minimum that matters to a run; None if there is none."""
    minima = compute.terrain(e.surface, e.params).minima
    if not minima:
        return None
    if place is None or place.kind != "minimum":
        place = min(minima, key=lambda point: np.hypot(*(np.array(point.position) - e.start)))
    return compute.curvatures(e.surface, e.params, place.position)


def _floor(e: TrajectorySettings, result: Result) -> float:
    """How far the minimum that a run reached lies above the lowest value known."""
    base = compute.terrain(e.surface, e.params).base
    return max(result.place.value - base, 0.0) if result.place else 0.0


def _tail(e: TrajectorySettings, arrays: Arrays, run: int, result: Result) -> slice | None:
    """The steps near the minimum in which float32 still resolves the gap, the later half of them; None if too few."""
    if result.outcome != "converged" or result.place is None or result.step is None:
        return None
    gap = arrays["loss"][run] - _floor(e, result)
    meaningful = np.flatnonzero(gap > ROUNDING * gap[0])
    if not meaningful.size:  # the run started in the minimum
        return None
    first = (result.step + int(meaningful[-1])) // 2
    return slice(first, int(meaningful[-1])) if meaningful[-1] - first >= SHORTEST else None


def _measured(e: TrajectorySettings, arrays: Arrays, run: int, result: Result) -> float | None:
    """Mean factor of the gap per step over the tail (an oscillating run averages over its periods)."""
    tail = _tail(e, arrays, run, result)
    if tail is None:
        return None
    gap = np.maximum(arrays["loss"][run, tail] - _floor(e, result), 1e-30)
    return float(np.exp(np.polyfit(np.arange(tail.start, tail.stop), np.log(gap), 1)[0]))


def ground(e: TrajectorySettings) -> Formula:
    """The surface as a formula, and its story."""
    return Formula(e.landscape.title, e.landscape.latex, "", e.landscape.story)
