"""How runs ended, in words and numbers: which converged where and when, which are on their way, which diverged and why.

A run has *converged* when its loss stays within a thousandth of the initial gap above a minimum, near that minimum (or
anywhere at the lowest value known: some valleys have no single lowest point), until the end. Resting where the gradient
vanishes is not enough: a saddle is no success.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np

import landscapes
import optimizers
from app import compute
from app.contract.lesson import Arrays
from app.stage import Standings, Tone
from app.trajectories.record import LIMITS
from app.trajectories.settings import TrajectorySettings
from landscapes.surface import Kind

TOLERANCE = 1e-3  # of the gap between the start and the minimum
FLAT = 1e-3  # a gradient that has vanished
AT_REST = 0.05  # of the steepest gradient of a run: above it no unlisted minimum is looked for

Outcome = Literal["converged", "stalled", "walking", "diverged"]
TONES: dict[Outcome, Tone] = {"converged": "good", "stalled": "busy", "walking": "busy", "diverged": "bad"}

# A recording holds numbers: these are the words that its outcomes and kinds stand for.
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
KINDS: tuple[Kind, ...] = get_args(Kind)


class Result(NamedTuple):
    """How one run ended."""

    outcome: Outcome
    step: int | None  # of arrival or divergence
    loss: float  # the last one drawn, above the lowest known value
    place: landscapes.CriticalPoint | None  # where it ended
    detail: str


def verdicts(e: TrajectorySettings, arrays: Arrays) -> dict[str, np.ndarray]:
    """Judge every run, in numbers that belong to the recording.

    Returns:
        outcome [runs] (place in OUTCOMES), arrived [runs] (step of arrival, -1 for none), place [runs, 4]: position,
        value and kind (place in KINDS) of the critical point that a run ended at, NaN for none.
    """
    ground = compute.terrain(e.surface, e.params)
    whole, slope = arrays["length"] > e.steps, arrays["gradient_norm"]
    rest = whole & (slope[:, -1] <= AT_REST * np.fmax.reduce(slope, axis=1))
    places = _places(ground, arrays["position"][:, -1], e, whole, rest)
    goals = np.array([place.value - ground.base if place else 0.0 for place in places], np.float32)
    arrived = _arrivals(arrays["loss"], goals)
    outcomes = list(map(_outcome, places, whole, arrived >= 0, slope[:, -1] < FLAT))
    return {
        "outcome": np.array(list(map(OUTCOMES.index, outcomes)), np.int32),
        "arrived": np.where([outcome == "converged" for outcome in outcomes], arrived, -1).astype(np.int32),
        # In float64: the height of the minimum is subtracted from the lowest one known, and zero must come out as zero.
        "place": np.array([_numbers(place, outcome) for place, outcome in zip(places, outcomes, strict=True)]),
    }


def _numbers(place: landscapes.CriticalPoint | None, outcome: Outcome) -> tuple[float, ...]:
    """The place at which a run ended, if it did end."""
    if place is None or outcome == "walking":
        return (np.nan,) * 4
    return (*place.position, place.value, float(KINDS.index(place.kind)))


def _outcome(place: landscapes.CriticalPoint | None, whole: bool, arrived: bool, flat: bool) -> Outcome:
    if not whole:
        return "diverged"
    if arrived and (place is None or place.kind == "minimum"):
        return "converged"
    return "stalled" if place and place.kind != "minimum" and flat else "walking"


def results(e: TrajectorySettings, arrays: Arrays) -> tuple[Result, ...]:
    """How the runs of a recording ended, in words."""
    return tuple(_result(e, arrays, run) for run in range(len(arrays["length"])))


def _result(e: TrajectorySettings, arrays: Arrays, run: int) -> Result:
    outcome, length = OUTCOMES[arrays["outcome"][run]], int(arrays["length"][run])
    last = max(length - 1, 0)
    loss, at = float(arrays["loss"][run, last]), arrays["position"][run, last]
    x, y, value, kind = arrays["place"][run].tolist()
    place = None if np.isnan(kind) else landscapes.CriticalPoint((x, y), value, KINDS[int(kind)])
    step: int | None = None
    match outcome:
        case "diverged":
            step = length
            detail = f"Step {length}: {LIMITS[arrays['crossed'][run]]}."
        case "converged":
            step = int(arrays["arrived"][run])
            detail = f"Within 0.1% of the gap from step {step} on."
        case "stalled":
            detail = f"The gradient vanishes here, but this is a {place.kind if place else 'saddle'}."
        case "walking":
            detail = f"At {_at(at)} after {e.steps} steps{_whereabouts(e, at)}."
    return Result(outcome, step, loss, place, detail)


def _whereabouts(e: TrajectorySettings, at: np.ndarray) -> str:
    inside = all(low <= p <= high for p, (low, high) in zip(at, e.landscape.domain, strict=True))
    return "" if inside else ", off the map"


def _places(
    ground: compute.Terrain, at: np.ndarray, e: TrajectorySettings, whole: np.ndarray, rest: np.ndarray
) -> list[landscapes.CriticalPoint | None]:
    """The critical point that each run ended at, or None.

    A listed one within a twentieth of the map, or a minimum close by.

    Args:
        at: where the runs ended, [runs, 2].
        whole: which runs did not diverge.
        rest: which of them came to rest, so that a minimum that nobody listed may be there.
    """
    edge = max(high - low for low, high in e.landscape.domain)
    listed = np.array([point.position for point in ground.points], np.float64).reshape(-1, 2)
    away = np.hypot(*(at[:, None] - listed).T)  # [points, runs]
    nearest = away.argmin(axis=0) if len(listed) else np.zeros(len(at), int)
    close = whole & (away.min(axis=0, initial=np.inf) <= 0.05 * edge)
    places = [ground.points[point] if there else None for point, there in zip(nearest, close, strict=True)]
    lost = np.flatnonzero(rest & ~close)
    for run, found in zip(lost, compute.critical_points(e.surface, e.params, at[lost], 0.02 * edge), strict=True):
        places[run] = found if found and found.kind == "minimum" else None
    return places


def _arrivals(losses: np.ndarray, goals: np.ndarray) -> np.ndarray:
    """The step [runs] from which on each loss [runs, steps + 1] stays within the tolerance; -1 if it never does."""
    above = losses - goals[:, None]
    outside = ~(above <= TOLERANCE * np.maximum(above[:, :1], 1e-12))
    arrived = np.where(outside.any(axis=1), outside.shape[1] - outside[:, ::-1].argmax(axis=1), 0)
    return np.where(arrived < losses.shape[1], arrived, -1)


def by_name(e: TrajectorySettings, arrays: Arrays) -> dict[str, Result]:
    """How each optimizer ended."""
    return dict(zip(e.optimizers, results(e, arrays), strict=True))


def outcomes(e: TrajectorySettings, arrays: Arrays) -> dict[str, Outcome]:
    return {name: result.outcome for name, result in by_name(e, arrays).items()}


def standings(e: TrajectorySettings, arrays: Arrays, titles: Sequence[str] = ()) -> Standings:
    """The table beside the stage; ``titles`` of the runs where they are others than one of each optimizer."""
    judged = results(e, arrays)
    titles = titles or [optimizers.get(name).title for name in e.optimizers]
    return Standings(
        columns=("Optimizer", "Status", "Steps", "Loss", "Reached"),
        rows=tuple(row(title, result) for title, result in zip(titles, judged, strict=True)),
        tones=tuple(TONES[result.outcome] for result in judged),
        details=tuple(result.detail for result in judged),
    )


def row(title: str, result: Result) -> tuple[str, ...]:
    status = {"walking": "still walking"}.get(result.outcome, str(result.outcome))
    steps = "–" if result.step is None else str(result.step)
    return (title, status, steps, f"{result.loss:.2g}", _reached(result.place))


def _reached(place: landscapes.CriticalPoint | None) -> str:
    if place is None:
        return "–"
    return _at(place.position) if place.kind == "minimum" else f"{place.kind} {_at(place.position)}"


def _at(position: tuple[float, float] | np.ndarray) -> str:
    return f"({position[0]:.3g}, {position[1]:.3g})"
