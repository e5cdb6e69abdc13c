"""A line through data of which some are wrong: squared, absolute and Huber's error, each fitted by a real run."""

import numpy as np

import training_lab as lab
from app import compute, figures
from app.compute import Trial
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.losses.settings import LINE_STEPS, LossSettings
from app.stage import ContourPanel, CurvesPanel, Lines, Panel, Points, ProfilePanel, Run, Standings
from app.training import treatment_style
from app.training.record import timeline
from training_lab import losses, probes

LINES = {"mse": "Squared error", "mae": "Absolute error", "huber": "Huber"}
TRUE = (1.0, 0.5)  # slope and intercept of the line without noise
FRAMES, SAMPLES = 80, 100
ENDS = np.array([-3.0, 3.0])
RESIDUALS = np.linspace(-4, 4, 161)
LIFT = 9.0  # by how much an outlier lies above the line on average
GROUND = "#8a94a0"


def trials(e: LossSettings) -> tuple[Trial, ...]:
    """One run for each loss; all else is equal."""
    return tuple(Trial(recipe(e, name), (probes.losses, probes.parameters)) for name in LINES)


def recipe(e: LossSettings, name: str) -> lab.Recipe:
    """A linear model from zero, with all data in every step and a rate that falls to nothing."""
    return lab.Recipe(
        data=data(e),
        network=lab.MLP(depth=0, initializer="zeros"),
        loss=(name, {"delta": e.delta} if name == "huber" else {}),
        optimizer=("adam", {"learning_rate": 0.05}),
        schedule=("cosine_held", {"T_max": LINE_STEPS}),
        batch_size=None,
        steps=LINE_STEPS,
        log_every=LINE_STEPS // FRAMES,
    )


def data(e: LossSettings) -> lab.Data:
    source = ("line", {"samples": SAMPLES, "noise": e.noise, "outliers": e.outliers})
    return lab.Data(name=source, validation=0.0, scaling="none", seed=e.seed)


def points(e: LossSettings) -> np.ndarray:
    """Inputs and targets [n, 2]."""
    train = compute.splits(data(e)).train
    return np.concatenate([np.asarray(train.x, np.float64), np.asarray(train.y, np.float64)], axis=1)


def record(e: LossSettings) -> dict[str, np.ndarray]:
    """The three fits.

    Returns:
        weights [3, frames, 2], slope and intercept; slope and intercept [3, frames] each; least_squares [3, frames],
        the intercept in closed form for the first; fits [3, frames, 2, 2], the ends of each line; points [n, 2]; cost
        and influence [3, residuals]; length [3]; at [frames].
    """
    found = compute.trained(*trials(e))
    last = [run["params"].last for run in found]
    weights = np.stack([np.stack([layer.kernel[:, 0, 0], layer.bias[:, 0]], axis=1) for layer in last])
    y = weights[..., :1] * ENDS + weights[..., 1:]
    closed = np.full(weights.shape[:2], np.nan)
    closed[0] = least_squares(points(e))[1]
    return {
        "weights": weights.astype(np.float32),
        "intercept": weights[..., 1].astype(np.float32),
        "slope": weights[..., 0].astype(np.float32),
        "least_squares": closed.astype(np.float32),
        "fits": np.stack([np.broadcast_to(ENDS, y.shape), y], axis=-1).astype(np.float32),
        "points": points(e).astype(np.float32),
        "cost": cost(e, RESIDUALS).astype(np.float32),
        "influence": influence(e, RESIDUALS).astype(np.float32),
        **timeline(found, LINE_STEPS),
    }


def cost(e: LossSettings, r: np.ndarray) -> np.ndarray:
    """The loss [3, ...] of one example by its residual, as the lab has it."""
    near = np.minimum(np.abs(r), e.delta)
    return np.stack([np.square(r), np.abs(r), near * (np.abs(r) - near / 2)])


def influence(e: LossSettings, r: np.ndarray) -> np.ndarray:
    """dL/dr [3, ...] of one example, in the scale of the lab's losses."""
    return np.stack([2 * r, np.sign(r), np.clip(r, -e.delta, e.delta)])


def least_squares(data: np.ndarray) -> np.ndarray:
    """Slope and intercept."""
    design = np.stack([data[:, 0], np.ones(len(data))], axis=1)
    solved: np.ndarray = np.linalg.lstsq(design, data[:, 1], rcond=None)[0]
    return solved


def runs(e: LossSettings) -> tuple[Run, ...]:
    return treatment_style.lines(LINES)


def panels(e: LossSettings) -> tuple[Panel, ...]:
    return (
        ContourPanel(
            id="data",
            title="The data, and the line of each loss",
            figure=figures.axes(x=(-3, 3), y=(-4, 13), labels=("input", "target")),
            markers=(
                Points(array="points", label="data", colors=(GROUND,), size=6),
                Lines(array="truth", label="the true line", color=GROUND, width=1.5),
                Lines(array="fits", label="", color="runs", width=2.5, dash=()),
            ),
        ),
        ProfilePanel(
            id="cost",
            title="Loss of one example, by its residual",
            figure=figures.axes(x=(-4, 4), y=(-0.2, 6), labels=("residual", "L")),
            x="residuals",
            lines="cost",
            place="side",
        ),
        ProfilePanel(
            id="influence",
            title="Pull of one example, by its residual",
            figure=figures.axes(x=(-4, 4), y=(-4, 4), labels=("residual", "dL/dr")),
            x="residuals",
            lines="influence",
            place="side",
        ),
        CurvesPanel(
            id="intercept",
            title="Intercept",
            figure=figures.curves(),
            curves="intercept",
            overlay="least_squares",
            at="at",
        ),
        CurvesPanel(id="slope", title="Slope", figure=figures.curves(), curves="slope", at="at"),
    )


def scene_arrays(e: LossSettings) -> Arrays:
    return {
        "residuals": RESIDUALS.astype(np.float32),
        "truth": np.stack([ENDS, TRUE[0] * ENDS + TRUE[1]], axis=1)[None].astype(np.float32),
    }


def off(weights: np.ndarray) -> float:
    """Root mean square distance from the true line, for inputs of mean 0 and variance 1."""
    return float(np.hypot(*(weights - TRUE)))


def standings(e: LossSettings, arrays: Arrays) -> Standings:
    ends = arrays["weights"][:, -1]
    return Standings(
        columns=("Loss", "Slope", "Intercept", "Off the truth"),
        rows=tuple(
            (run.label, f"{end[0]:.3f}", f"{end[1]:.3f}", f"{off(end):.3f}")
            for run, end in zip(runs(e), ends, strict=True)
        ),
        tones=tuple("good" if off(end) < 0.3 else "bad" for end in ends),
    )


def comparisons(e: LossSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    data, ends = points(e), arrays["weights"][:, -1].astype(np.float64)
    residuals = data[:, 1] - ends[:, :1] * data[:, 0] - ends[:, 1:]
    slope, intercept = least_squares(data)
    above, pull = float(np.mean(residuals[1] > 0)), float(np.clip(residuals[2], -e.delta, e.delta).mean())
    return (
        Comparison(
            "Squared error: slope and intercept of least squares",
            f"{slope:.3f}, {intercept:.3f}",
            f"{ends[0, 0]:.3f}, {ends[0, 1]:.3f}",
        ),
        Comparison(
            "Squared error: intercept lifted by q × 9, on average",
            f"{TRUE[1] + LIFT * e.outliers:.2f}",
            f"{ends[0, 1]:.2f}",
        ),
        Comparison("Absolute error: share of the data above its line", "one half", f"{above:.0%}"),
        Comparison("Huber: mean of the residuals, each cut off at δ", "0", f"{pull:.3f}"),
    )


def formula(e: LossSettings) -> tuple[Formula, ...]:
    return tuple(
        Formula(
            record.title,
            record.formula(),
            record.formula({"delta": e.delta}) if name == "huber" else "",
            record.summary,
        )
        for name, record in ((name, losses.get(name)) for name in LINES)
    )


def caption(e: LossSettings, arrays: Arrays) -> str:
    squares, absolute, huber = (off(end) for end in arrays["weights"][:, -1])
    return (
        f"{e.outliers:.0%} of the targets are wrong, far above the line. Off the true line by: squared error "
        f"{squares:.2f}, absolute error {absolute:.2f}, Huber {huber:.2f}."
    )


NOTE = (
    "At the bottom of its loss a line balances the pull of all examples: of the residuals themselves (least squares, "
    "solved in closed form), of their signs (the median: as many above as below), or of residuals cut off at δ. A "
    "far outlier pulls as hard as its distance in the first case only."
)
