"""How a race ended, in words and numbers: who arrived where and when, who is still walking, who flew off and why.

A run has *converged* when its loss stays within a thousandth of the initial gap above a minimum, near that minimum (or
anywhere at the lowest value known: some valleys have no single lowest point), until the end. Resting where the gradient
vanishes is not enough: a saddle is no success.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np

import landscapes
import optimizers
from app import compute
from app.stage import Standings, Tone
from app.walks.record import LIMITS
from app.walks.settings import WalkSettings

TOLERANCE = 1e-3  # of the gap between the start and the minimum

Arrays = Mapping[str, np.ndarray]
Outcome = Literal["converged", "stalled", "walking", "diverged"]
TONES: dict[Outcome, Tone] = {"converged": "good", "stalled": "busy", "walking": "busy", "diverged": "bad"}


class Result(NamedTuple):
    """How one run ended."""

    outcome: Outcome
    step: int | None  # of arrival or divergence
    loss: float  # the last one drawn, above the lowest known value
    place: landscapes.CriticalPoint | None  # where it ended
    detail: str


def results(e: WalkSettings, arrays: Arrays) -> tuple[Result, ...]:
    """Judge every run of a recording."""
    return tuple(_judge(e, arrays, run) for run in range(len(e.optimizers)))


def _judge(e: WalkSettings, arrays: Arrays, run: int) -> Result:
    losses = arrays["loss"][run]
    length = int(arrays["length"][run])
    loss = float(losses[max(length - 1, 0)])
    if length <= e.steps:
        return Result("diverged", length, loss, None, f"Step {length}: {LIMITS[arrays['crossed'][run]]}.")
    ground = compute.terrain(e.surface, e.params)
    at = arrays["position"][run, -1]
    place = _place(ground, at, e)
    arrived = _arrival(losses, place.value - ground.base if place else 0.0)
    if arrived is not None and (place is None or place.kind == "minimum"):
        return Result("converged", arrived, loss, place, f"Within 0.1% of the gap from step {arrived} on.")
    if place and place.kind != "minimum" and float(arrays["gradient_norm"][run, -1]) < 1e-3:
        return Result("stalled", None, loss, place, f"The gradient vanishes here, but this is a {place.kind}.")
    return Result("walking", None, loss, None, f"At {_at(at)} after {e.steps} steps{_whereabouts(e, at)}.")


def _whereabouts(e: WalkSettings, at: np.ndarray) -> str:
    inside = all(low <= p <= high for p, (low, high) in zip(at, e.landscape.domain, strict=True))
    return "" if inside else ", off the map"


def _place(ground: compute.Terrain, at: np.ndarray, e: WalkSettings) -> landscapes.CriticalPoint | None:
    """The critical point that a run ended at: a listed one within a twentieth of the map, or a minimum close by."""
    edge = max(high - low for low, high in e.landscape.domain)
    near = [(float(np.hypot(*(at - np.array(point.position)))), point) for point in ground.points]
    distance, point = min(near, key=lambda pair: pair[0], default=(np.inf, None))
    if distance <= 0.05 * edge:
        return point
    found = compute.critical_point(e.surface, e.params, at)
    close = found and np.hypot(*(at - np.array(found.position))) <= 0.02 * edge
    return found if found and close and found.kind == "minimum" else None


def _arrival(losses: np.ndarray, goal: float) -> int | None:
    """The step from which on the loss stays within the tolerance, if it ever does."""
    gap = max(float(losses[0]) - goal, 1e-12)
    outside = np.flatnonzero(~(losses - goal <= TOLERANCE * gap))
    arrived = int(outside[-1]) + 1 if outside.size else 0
    return arrived if arrived < len(losses) else None


def standings(e: WalkSettings, arrays: Arrays) -> Standings:
    """The table beside the stage."""
    judged = results(e, arrays)
    return Standings(
        columns=("Optimizer", "Status", "Steps to 0.1%", "Loss", "Reached"),
        rows=tuple(_row(optimizers.get(name).title, result) for name, result in zip(e.optimizers, judged, strict=True)),
        tones=tuple(TONES[result.outcome] for result in judged),
        details=tuple(result.detail for result in judged),
    )


WORDS: dict[Outcome, str] = {"converged": "converged", "stalled": "stalled", "walking": "still walking"}


def _row(title: str, result: Result) -> tuple[str, ...]:
    status = WORDS.get(result.outcome, f"diverged at {result.step}")
    steps = str(result.step) if result.outcome == "converged" else "–"
    place = f"{result.place.kind} {_at(result.place.position)}" if result.place else "–"
    return (title, status, steps, f"{result.loss:.2g}", place)


def _at(position: tuple[float, float] | np.ndarray) -> str:
    return f"({position[0]:.3g}, {position[1]:.3g})"
