"""How a race ended, in words and numbers: who arrived where and when, who is still walking, who flew off and why.

A run has *converged* when its loss stays within a thousandth of the initial gap above a minimum, near that minimum (or
anywhere at the lowest value known: some valleys have no single lowest point), until the end. Resting where the gradient
vanishes is not enough: a saddle is no success.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np

import landscapes
import optimizers
from app import compute
from app.stage import Standings, Tone
from app.walks.record import LIMITS
from app.walks.settings import WalkSettings
from landscapes.surface import Kind

TOLERANCE = 1e-3  # of the gap between the start and the minimum
AT_REST = 0.05  # of the steepest gradient of a run: above it no unlisted minimum is looked for

Arrays = Mapping[str, np.ndarray]
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


def verdicts(e: WalkSettings, arrays: Arrays) -> dict[str, np.ndarray]:
    """Judge every run, in numbers that belong to the recording.

    Returns:
        outcome [runs] (place in OUTCOMES), arrived [runs] (step of arrival, -1 for none), place [runs, 4]: position,
        value and kind (place in KINDS) of the critical point that a run ended at, NaN for none.
    """
    judged = [_judge(e, arrays, run) for run in range(len(arrays["length"]))]
    places = [_numbers(place) for _, _, place in judged]
    return {
        "outcome": np.array([OUTCOMES.index(outcome) for outcome, _, _ in judged], np.int32),
        "arrived": np.array([-1 if arrived is None else arrived for _, arrived, _ in judged], np.int32),
        # In float64: the height of the minimum is subtracted from the lowest one known, and zero must come out as zero.
        "place": np.array(places, np.float64),
    }


def _numbers(place: landscapes.CriticalPoint | None) -> tuple[float, ...]:
    return (np.nan,) * 4 if place is None else (*place.position, place.value, KINDS.index(place.kind))


def _judge(e: WalkSettings, arrays: Arrays, run: int) -> tuple[Outcome, int | None, landscapes.CriticalPoint | None]:
    if arrays["length"][run] <= e.steps:
        return "diverged", None, None
    ground = compute.terrain(e.surface, e.params)
    slope = arrays["gradient_norm"][run]
    place = _place(ground, arrays["position"][run, -1], e, at_rest=bool(slope[-1] <= AT_REST * slope.max()))
    arrived = _arrival(arrays["loss"][run], place.value - ground.base if place else 0.0)
    if arrived is not None and (place is None or place.kind == "minimum"):
        return "converged", arrived, place
    if place and place.kind != "minimum" and float(arrays["gradient_norm"][run, -1]) < 1e-3:
        return "stalled", None, place
    return "walking", None, None


def results(e: WalkSettings, arrays: Arrays) -> tuple[Result, ...]:
    """How the runs of a recording ended, in words."""
    return tuple(_result(e, arrays, run) for run in range(len(arrays["length"])))


def _result(e: WalkSettings, arrays: Arrays, run: int) -> Result:
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


def _whereabouts(e: WalkSettings, at: np.ndarray) -> str:
    inside = all(low <= p <= high for p, (low, high) in zip(at, e.landscape.domain, strict=True))
    return "" if inside else ", off the map"


def _place(ground: compute.Terrain, at: np.ndarray, e: WalkSettings, at_rest: bool) -> landscapes.CriticalPoint | None:
    """The critical point that a run ended at: a listed one within a twentieth of the map, or a minimum close by."""
    edge = max(high - low for low, high in e.landscape.domain)
    near = [(float(np.hypot(*(at - np.array(point.position)))), point) for point in ground.points]
    distance, point = min(near, key=lambda pair: pair[0], default=(np.inf, None))
    if distance <= 0.05 * edge:
        return point
    if not at_rest:
        return None
    found = compute.critical_point(e.surface, e.params, at, within=0.02 * edge)
    return found if found and found.kind == "minimum" else None


def _arrival(losses: np.ndarray, goal: float) -> int | None:
    """The step from which on the loss stays within the tolerance, if it ever does."""
    gap = max(float(losses[0]) - goal, 1e-12)
    outside = np.flatnonzero(~(losses - goal <= TOLERANCE * gap))
    arrived = int(outside[-1]) + 1 if outside.size else 0
    return arrived if arrived < len(losses) else None


def by_name(e: WalkSettings, arrays: Arrays) -> dict[str, Result]:
    """How each optimizer ended."""
    return dict(zip(e.optimizers, results(e, arrays), strict=True))


def outcomes(e: WalkSettings, arrays: Arrays) -> dict[str, Outcome]:
    return {name: result.outcome for name, result in by_name(e, arrays).items()}


def standings(e: WalkSettings, arrays: Arrays, titles: Sequence[str] = ()) -> Standings:
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
    return (title, status, steps, short(result.loss), _reached(result.place))


def short(loss: float) -> str:
    """Two digits, without the zeros of Python's exponents."""
    return re.sub(r"e([+-])0*(\d)", lambda found: f"e{found[1].strip('+')}{found[2]}", f"{loss:.2g}")


def _reached(place: landscapes.CriticalPoint | None) -> str:
    if place is None:
        return "–"
    return _at(place.position) if place.kind == "minimum" else f"{place.kind} {_at(place.position)}"


def _at(position: tuple[float, float] | np.ndarray) -> str:
    return f"({position[0]:.3g}, {position[1]:.3g})"
