"""One logit, six losses: their curves, their gradients, and gradient descent on each of them."""

import numpy as np

from app import figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.losses import logit_descent
from app.lessons.losses.settings import LossSettings
from app.stage import ContourPanel, CurvesPanel, Lines, Panel, ProfilePanel, Run, Standings, Tone
from app.training import treatment_style

LINES = dict(
    zip(
        logit_descent.NAMES,
        ("Cross-entropy", "Label smoothing", "Focal", "Hinge", "Squares after sigmoid", "Squared error"),
        strict=True,
    )
)
SHOWN = slice(None, None, 4)  # of the points, for the lines on the map


def pulled(e: LossSettings) -> logit_descent.Pulled:
    numbers = {"smoothing": e.smoothing, "gamma": e.gamma, "margin": e.margin}
    return logit_descent.pulled(e.logit, e.learning_rate, **numbers)


def record(e: LossSettings) -> dict[str, np.ndarray]:
    """The six losses.

    Returns:
        curves [6, points, 2] of logit and loss; slopes [6, points]; walk [6, steps + 1, 2], logits of gradient descent
        and their loss; logit [6, steps + 1]; here [6, 2], loss and gradient at the start; length [6].
    """
    found = pulled(e)
    points = np.broadcast_to(logit_descent.POINTS, found.loss.shape)
    return {
        "curves": np.stack([points, found.loss], axis=-1)[:, SHOWN],
        "slopes": found.gradient,
        "walk": found.trajectory,
        "logit": found.trajectory[..., 0],
        "here": found.here,
        "length": np.full(len(LINES), logit_descent.STEPS + 1, np.int32),
    }


def here(arrays: Arrays, name: str) -> tuple[float, float]:
    """Loss and gradient at the start, under one of the losses."""
    loss, gradient = arrays["here"][logit_descent.NAMES.index(name)].tolist()
    return loss, gradient


def trajectory(arrays: Arrays, name: str) -> np.ndarray:
    """The logit under one of the losses, [steps + 1]."""
    return np.asarray(arrays["logit"][logit_descent.NAMES.index(name)])


def runs(e: LossSettings) -> tuple[Run, ...]:
    return treatment_style.lines(LINES)


def panels(e: LossSettings) -> tuple[Panel, ...]:
    return (
        ContourPanel(
            id="losses",
            title="Loss over the logit; the truth is class 0",
            figure=figures.axes(x=(-8, 8), y=(-0.2, 6), labels=("logit z", "loss")),
            paths="walk",
            markers=(Lines(array="curves", label="", color="runs", width=1.6, dash=()),),
        ),
        ProfilePanel(
            id="gradients",
            title="Gradient with respect to the logit; drag the line",
            figure=figures.axes(x=(-8, 8), y=(-0.6, 1.6), labels=("logit z", "")),
            x="points",
            lines="slopes",
            cursor="logit",
            place="side",
        ),
        CurvesPanel(
            id="logit",
            title="The logit under gradient descent",
            figure=figures.curves(range=(-8, 8)),
            curves="logit",
            place="side",
        ),
    )


def scene_arrays(e: LossSettings) -> Arrays:
    return {"points": logit_descent.POINTS}


def arrival(logits: np.ndarray) -> int | None:
    """The first step at which a logit is on the right side."""
    below = np.flatnonzero(logits < 0)
    return int(below[0]) if below.size else None


def standings(e: LossSettings, arrays: Arrays) -> Standings:
    rows: list[tuple[str, ...]] = []
    tones: list[Tone] = []
    for run, (loss, gradient), logits in zip(runs(e), arrays["here"], arrays["logit"], strict=True):
        at = arrival(logits)
        rows.append((run.label, f"{loss:.3f}", f"{gradient:.4f}", "–" if at is None else str(at)))
        tones.append("bad" if at is None else "good" if at < 60 else "busy")
    return Standings(
        columns=(f"At z = {e.logit:.3g}", "Loss", "Gradient", "Right at"), rows=tuple(rows), tones=tuple(tones)
    )


def closed_slopes(e: LossSettings, z: float) -> dict[str, float]:
    """dL/dz in closed form; q is the probability of the wrong class."""
    q = 1 / (1 + np.exp(-z))
    p = 1 - q
    return {
        "cross_entropy": q,
        "smoothed": q - e.smoothing / 2,
        "focal": q**e.gamma * (q + e.gamma * p * np.logaddexp(0, z)),
        "hinge": float(z > -e.margin),
        "sigmoid_mse": q * q * p,
        "mse": z + 1,
    }


def comparisons(e: LossSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    slopes = closed_slopes(e, e.logit)
    rows = [
        Comparison(f"{LINES[name]}: gradient at z = {e.logit:.3g}", f"{slopes[name]:.4f}", f"{gradient:.4f}")
        for name, (_, gradient) in zip(LINES, arrays["here"], strict=True)
    ]
    trajectories = dict(zip(LINES, arrays["logit"], strict=True))
    if e.logit > 0:
        for name, time in (("cross_entropy", _time_entropy(e.logit)), ("sigmoid_mse", _time_squares(e.logit))):
            at = arrival(trajectories[name])
            seen = f"{at}" if at is not None else f"not within {logit_descent.STEPS}"
            rows.append(Comparison(f"{LINES[name]}: steps to z = 0", f"about {time / e.learning_rate:.0f}", seen))
    if 0 < e.smoothing < 1:
        rest = float(np.log(e.smoothing / (2 - e.smoothing)))
        end = trajectories["smoothed"][-1]
        rows.append(Comparison("Label smoothing: where the logit rests", f"{rest:.3f}", f"{end:.3f}"))
    return tuple(rows)


def _time_entropy(z: float) -> float:
    """Of gradient flow from z to 0: the integral of 1 + exp(-z)."""
    return float(z + 1 - np.exp(-z))


def _time_squares(z: float) -> float:
    """The integral of (1 + exp(-z))^2 (1 + exp(z)): exponentially long."""
    return float(3 * z + 3 * (1 - np.exp(-z)) + (1 - np.exp(-2 * z)) / 2 + np.exp(z) - 1)


def formula(e: LossSettings) -> tuple[Formula, ...]:
    q = float(1 / (1 + np.exp(-e.logit)))
    return (
        Formula(
            "Cross-entropy: how wrong is how hard it pulls",
            r"L = -\log(1 - \sigma(z)), \qquad \frac{dL}{dz} = \sigma(z) - 0",
            rf"\sigma({e.logit:.3g}) - 0 = {q:.4f}",
            "The gradient is the probability minus the label, whatever the logit.",
        ),
        Formula(
            "Squared error after a sigmoid: the plateau",
            r"L = \tfrac12 \sigma(z)^2, \qquad \frac{dL}{dz} = \sigma(z) \cdot \sigma(z)(1 - \sigma(z))",
            rf"{q:.4f} \cdot {q * (1 - q):.4f} = {q * q * (1 - q):.4f}",
            "The slope of the sigmoid is a factor, and it vanishes on both sides: the surer the network is of the "
            "wrong answer, the less it learns.",
        ),
    )


def caption(e: LossSettings, arrays: Arrays) -> str:
    entropy, squares = (here(arrays, name)[1] for name in ("cross_entropy", "sigmoid_mse"))
    return (
        f"At z = {e.logit:.3g} cross-entropy pulls with {entropy:.3f}, squares after a sigmoid with {squares:.4f}: "
        f"{entropy / max(squares, 1e-9):.0f} times as hard."
    )


NOTE = (
    "Predicted in closed form, measured by automatic differentiation of the losses that train networks here. Times are "
    "those of gradient flow, which short steps follow: from a logit z to zero it takes z + 1 − exp(−z) under "
    "cross-entropy, and about exp(z) under squares after a sigmoid."
)


def poster(e: LossSettings) -> bytes:
    """The six curves."""
    scale, corner = np.array([16, 6.2]), np.array([-8, -0.2])
    trails = [(curve - corner) / scale for curve in record(e)["curves"]]
    slope = np.linspace(0, 1, 60)
    return figures.poster(slope[None] + 0.3 * slope[:, None], trails, [run.color for run in runs(e)])
