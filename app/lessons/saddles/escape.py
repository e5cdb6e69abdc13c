"""Leaving a saddle: the closed form for a quadratic, and the step at which a run is really away."""

import numpy as np

import optimizers
from app import compute, figures
from app.contract.lesson import Arrays, Comparison
from app.lessons.saddles.settings import SaddleSettings
from app.lessons.saddles.way_out import Way, way_out
from app.stage import CurvesPanel, Standings
from app.trajectories.record import record as trajectories
from app.trajectories.standings import TONES, results, verdicts

NOTE = (
    "Near a saddle the surface is a quadratic. Along the way down, where it curves by −m, gradient descent multiplies "
    "its distance by 1 + ηm a step, so it needs ⌈ln(r / y₀) / ln(1 + ηm)⌉ steps from y₀ to r, the dotted line in the "
    "panel of distances. For momentum the factor is the larger root of its recurrence, and the first steps, in which "
    "it gathers speed, are not counted. Methods that normalise the gradient leave sooner than any factor could say."
)


def distances(out: Way, position: np.ndarray) -> np.ndarray:
    """Distance from the saddle along the way down, [runs, steps + 1]."""
    offset: np.ndarray = position - np.asarray(out.saddle.position, np.float32)
    along: np.ndarray = offset @ out.down.astype(np.float32)
    distance: np.ndarray = np.abs(along)
    return distance


def measured(out: Way, position: np.ndarray) -> list[int | None]:
    """The first step at which each run is away."""
    away = distances(out, position) >= out.goal
    return [int(np.argmax(row)) if row.any() else None for row in away]


def growth(e: SaddleSettings, optimizer: str, out: Way) -> float | None:
    """Factor by which a method's distance from the saddle grows a step in the long run; None without a closed form."""
    return compute.contraction(optimizer, (-out.curvature,), tuple(e.hypers(optimizer).items()))


def predicted(e: SaddleSettings, optimizer: str, out: Way) -> int | None:
    """ceil(ln(goal / start) / ln(growth)); None without a closed form, or from a start on the ridge itself."""
    factor = growth(e, optimizer, out)
    if factor is None or factor <= 1 or out.start <= 0:
        return None
    return max(int(np.ceil(np.log(out.goal / out.start) / np.log(factor))), 0)


def lines(e: SaddleSettings, out: Way | None, steps: int) -> np.ndarray:
    """The predicted distance of each run, [runs, steps + 1], up to where the prediction ends; NaN without one."""
    drawn = np.full((len(e.optimizers), steps + 1), np.nan, np.float32)
    for row, name in zip(drawn, e.optimizers, strict=True):
        factor = growth(e, name, out) if out else None
        if out and factor and factor > 1 and out.start > 0:
            line = out.start * factor ** np.arange(min(steps + 1, 2 * (predicted(e, name, out) or 0) + 2))
            row[: len(line)] = np.where(line <= 2 * out.goal, line, np.nan)
    return drawn


def record(e: SaddleSettings) -> dict[str, np.ndarray]:
    """The runs, and how far from the saddle they are.

    Returns:
        what ``record`` and ``verdicts`` of trajectories return, and: distance and departure, the predicted distance,
        [runs, steps + 1], NaN on a surface without a saddle.
    """
    arrays, out = trajectories(e), way_out(e)
    position = arrays["position"]
    distance = distances(out, position) if out else np.full(position.shape[:2], np.nan, np.float32)
    return arrays | verdicts(e, arrays) | {"distance": distance, "departure": lines(e, out, e.steps)}


def panel() -> CurvesPanel:
    """The distance from the saddle with its prediction."""
    return CurvesPanel(
        id="distance",
        title="Distance from the saddle, along its way down",
        figure=figures.curves(log=True),
        curves="distance",
        overlay="departure",
        log=True,
        floor=1e-9,
    )


def standings(e: SaddleSettings, arrays: Arrays) -> Standings:
    """How each run ended, and when it left the saddle."""
    out, judged = way_out(e), results(e, arrays)
    expected = [predicted(e, name, out) if out else None for name in e.optimizers]
    rows = tuple(
        (optimizers.get(name).title, str(result.outcome), _steps(left), _steps(steps))
        for name, result, left, steps in zip(e.optimizers, judged, _measured(out, arrays), expected, strict=True)
    )
    return Standings(
        columns=("Optimizer", "Status", "Away after", "Predicted"),
        rows=rows,
        tones=tuple(TONES[result.outcome] for result in judged),
        details=tuple(result.detail for result in judged),
    )


def comparisons(e: SaddleSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Steps from the start until a run is away, with the noise of the experiment and without."""
    out = way_out(e)
    if out is None:
        return ()
    quiet = _measured(out, trajectories(e.model_copy(update={"noise": 0.0})) if e.noise else arrays)
    noisy = _measured(out, arrays) if e.noise else [None] * len(quiet)
    return tuple(
        Comparison(
            f"{optimizers.get(name).title}: steps until {out.goal:.2g} away from the saddle",
            _steps(predicted(e, name, out)),
            _steps(still) + (f", with noise {_steps(shaken)}" if e.noise else ""),
        )
        for name, still, shaken in zip(e.optimizers, quiet, noisy, strict=True)
    )


def _measured(out: Way | None, arrays: Arrays) -> list[int | None]:
    return [None] * len(arrays["length"]) if out is None else measured(out, arrays["position"])


def _steps(count: int | None) -> str:
    return "–" if count is None else str(count)


def away(e: SaddleSettings, arrays: Arrays) -> dict[str, int | None]:
    """The step at which each optimizer is away, None for one that never is; empty on a surface without a saddle."""
    out = way_out(e)
    return dict(zip(e.optimizers, measured(out, arrays["position"]), strict=True)) if out else {}


def as_predicted(e: SaddleSettings, arrays: Arrays) -> bool:
    """Whether gradient descent was away when the closed form says, to a step."""
    steps, out = away(e, arrays)["gradient_descent"], way_out(e)
    expected = predicted(e, "gradient_descent", out) if out else None
    return steps is not None and expected is not None and abs(steps - expected) <= 1
