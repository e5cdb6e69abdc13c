"""A line fitted to one feature, as it comes and treated: the bowl that each makes of the loss, and the descent in it.

The weights are counted from their optimum, so that both bowls have their bottom in the middle of the map. Least squares
is the same from anywhere; only the curvature depends on the feature.
"""

from typing import NamedTuple

import numpy as np

from app import compute, figures
from app.contract.lesson import Arrays, Comparison
from app.lessons.data_normalisation.settings import EDGE, MEANS, TUNED, DataNormalisationSettings
from app.stage import ContourPanel, CurvesPanel, Handle, Lines, Panel, Points, ProfilePanel, Run, Standings, Tone
from app.training import treatment_style
from training_lab import theory

GROUND = "#8a94a0"  # isolines and data, in light and dark
SHRUNK = 1e-3  # of the first distance: arrived
FLOWN = 1e3  # of the first distance: diverged
RINGS = 0.5 * np.arange(0.5, 4.01, 0.5) ** 2  # heights of the isolines, the same on both maps
TREATED = {"standardize": "standardised", "center": "centred", "scale": "divided by its σ"}
ROWS = np.linspace(*MEANS, 81)  # means at which the condition number is drawn


def _sample(n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """A feature of mean zero and variance one, exactly, and what no line explains of the targets: orthogonal to it."""
    rng = np.random.default_rng(1)
    feature, noise = rng.normal(size=(2, n))
    feature -= feature.mean()
    feature /= feature.std()
    noise -= noise.mean()
    noise -= feature * (feature @ noise) / n
    return feature, 0.35 * noise / noise.std()


STANDARD, UNEXPLAINED = _sample()
TARGETS = STANDARD + UNEXPLAINED


class Side(NamedTuple):
    """The feature of one of the two runs."""

    mean: float
    std: float

    @property
    def design(self) -> np.ndarray:
        """The feature and the bias' ones, [n, 2]."""
        return np.stack([self.mean + self.std * STANDARD, np.ones_like(STANDARD)], axis=1)

    @property
    def hessian(self) -> np.ndarray:
        moments: np.ndarray = self.design.T @ self.design / len(STANDARD)
        return moments

    @property
    def curvatures(self) -> tuple[float, float]:
        low, high = np.linalg.eigvalsh(self.hessian)
        return float(low), float(high)

    @property
    def optimum(self) -> np.ndarray:
        return np.array([1 / self.std, -self.mean / self.std])


def sides(e: DataNormalisationSettings) -> tuple[Side, Side]:
    """The feature as it comes, and treated."""
    mean = 0.0 if e.treatment != "scale" else e.mean / e.spread
    return Side(e.mean, e.spread), Side(mean, e.spread if e.treatment == "center" else 1.0)


def hypers(e: DataNormalisationSettings) -> tuple[dict[str, float], dict[str, float]]:
    """Those of both runs: the best for each bowl, or the same for both."""
    if e.tuned:
        first, second = (
            {k: float(np.asarray(v)) for k, v in TUNED[e.optimizer](*side.curvatures).items()} for side in sides(e)
        )
        return first, second
    own = {"learning_rate": e.learning_rate} | ({"momentum": 0.9} if e.optimizer == "momentum" else {})
    return own, own


def factors(e: DataNormalisationSettings) -> tuple[float | None, ...]:
    """By how much the distance shrinks in a step, in the long run; None without a closed form."""
    pairs = zip(sides(e), hypers(e), strict=True)
    return tuple(compute.contraction(e.optimizer, side.curvatures, tuple(own.items())) for side, own in pairs)


def record(e: DataNormalisationSettings) -> dict[str, np.ndarray]:
    """Two trajectories, from equal distances to the optimum.

    Returns:
        before, after [2, steps + 1, 2], each with one of the runs; distance, predicted [2, steps + 1], as shares of
        the first; rings_before, rings_after [rings, 73, 2]; line_before, line_after [1, frames, 2, 2], points [n, 2];
        condition [2, means]; arrived [2], the step from which on a run is there, -1 for never; length [2].
    """
    both, own = sides(e), hypers(e)
    start = np.array([[e.w, e.b]] * 2)
    numbers = {name: np.array([each[name] for each in own]) for name in own[0]}
    design = np.stack([side.design for side in both])
    targets = np.stack([UNEXPLAINED] * 2)
    path = compute.fits(e.optimizer, numbers, design, targets, start, e.steps).copy()
    distance = np.linalg.norm(path.astype(np.float64), axis=2) / max(float(np.hypot(e.w, e.b)), 1e-9)
    ends = [_first(~(row <= FLOWN), e.steps + 1) for row in distance]
    for row, end in zip(path, ends, strict=True):
        row[end:] = np.nan
    before, after = path.copy(), path.copy()
    before[1], after[0] = np.nan, np.nan
    return {
        "before": before,
        "after": after,
        "distance": np.where(distance <= FLOWN, distance, np.nan).astype(np.float32),
        "predicted": _predicted(e),
        "rings_before": _rings(both[0]),
        "rings_after": _rings(both[1]),
        "line_before": _fitted(e, both[0], path[0]),
        "line_after": _fitted(e, both[1], path[1]),
        "points": np.stack([e.mean + e.spread * STANDARD, TARGETS], axis=1).astype(np.float32),
        "condition": _conditions(e),
        "arrived": np.array([_arrival(row) for row in distance], np.int32),
        "length": np.array(ends, np.int32),
    }


def _first(true: np.ndarray, otherwise: int) -> int:
    return int(np.argmax(true)) if true.any() else otherwise


def _arrival(distance: np.ndarray) -> int:
    """The step from which on the distance stays below its thousandth part."""
    outside = np.flatnonzero(~(distance <= SHRUNK * (1 + 1e-4)))
    step = int(outside[-1]) + 1 if outside.size else 0
    return step if step < len(distance) else -1


def _predicted(e: DataNormalisationSettings) -> np.ndarray:
    steps = np.arange(e.steps + 1)
    lines = [np.full(e.steps + 1, np.nan) if f is None else np.float64(f) ** steps for f in factors(e)]
    shares: np.ndarray = np.clip(lines, 1e-30, FLOWN).astype(np.float32)
    return shares


def _rings(side: Side) -> np.ndarray:
    """Isolines of the loss, [rings, 73, 2]: the ellipses z' H z / 2 = height."""
    variances, axes = np.linalg.eigh(np.linalg.inv(side.hessian))
    angles = np.linspace(0, 2 * np.pi, 73)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    ellipse = circle * np.sqrt(variances) @ axes.T
    rings: np.ndarray = (np.sqrt(2 * RINGS)[:, None, None] * ellipse).astype(np.float32)
    return rings


def _fitted(e: DataNormalisationSettings, side: Side, path: np.ndarray) -> np.ndarray:
    """The fitted line over the data as they came, [1, frames, 2, 2], at a hundred steps or fewer."""
    slope, bias = (path[np.unique(np.linspace(0, e.steps, 101).astype(int))] + side.optimum).T[:, :, None]
    ends = np.array([-2.6, 2.6])
    y = slope * (side.mean + side.std * ends) + bias
    x = np.broadcast_to(e.mean + e.spread * ends, y.shape)
    return np.stack([x, y], axis=-1)[None].astype(np.float32)


def _conditions(e: DataNormalisationSettings) -> np.ndarray:
    pairs = [sides(e.model_copy(update={"mean": float(mean)})) for mean in ROWS]
    closed = [[theory.shifted_feature_condition(*side) for side in pair] for pair in pairs]
    return np.array(closed, np.float32).T


def scene_arrays(e: DataNormalisationSettings) -> Arrays:
    return {"means": ROWS.astype(np.float32)}


def runs(e: DataNormalisationSettings) -> tuple[Run, ...]:
    return treatment_style.lines({"raw": "As it comes", "treated": TREATED[e.treatment].capitalize()})


def panels(e: DataNormalisationSettings) -> tuple[Panel, ...]:
    start = Handle(x="w", y="b")
    return (
        _map("before", "Loss of the feature as it comes", start),
        _map("after", f"Loss of the feature {TREATED[e.treatment]}", start),
        ContourPanel(
            id="data",
            title="The data, and the lines fitted to it",
            figure=figures.axes(x=(-10, 10), y=(-4, 4), labels=("feature x", "target")),
            markers=(
                Points(array="points", label="Data", colors=(GROUND,), size=4),
                *(
                    Lines(array=name, label=run.label, color=run.color, dash=run.dash)
                    for name, run in zip(("line_before", "line_after"), runs(e), strict=True)
                ),
            ),
            place="strip",
        ),
        CurvesPanel(
            id="distance",
            title="Distance to the optimum",
            figure=figures.curves(log=True),
            curves="distance",
            overlay="predicted",
            log=True,
            floor=1e-6,
        ),
        ProfilePanel(
            id="condition",
            title="Condition number over the mean",
            figure=figures.axes(x=MEANS, labels=("mean of x", "κ"), log=(False, True)),
            x="means",
            lines="condition",
            cursor="mean",
        ),
    )


def _map(name: str, title: str, start: Handle) -> ContourPanel:
    edges = (-EDGE, EDGE)
    return ContourPanel(
        id=name,
        title=title,
        figure=figures.axes(x=edges, y=edges, labels=("weight − best weight", "bias − best bias"), equal=True),
        paths=name,
        handle=start,
        markers=(Lines(array=f"rings_{name}", label="Equal loss", color=GROUND, width=1.2, dash=()),),
    )


def condition(side: Side) -> float:
    low, high = side.curvatures
    return high / low


def standings(e: DataNormalisationSettings, arrays: Arrays) -> Standings:
    rows: list[tuple[str, ...]] = []
    tones: list[Tone] = []
    details: list[str] = []
    for run, side, own, arrived, end in zip(
        runs(e), sides(e), hypers(e), arrays["arrived"], arrays["length"], strict=True
    ):
        flew, there = end <= e.steps, arrived >= 0
        word = "diverged" if flew else "arrived" if there else "on its way"
        rows.append((run.label, word, str(arrived) if there else "–", f"{condition(side):.4g}"))
        tones.append("bad" if flew else "good" if there else "busy")
        limit = f"Largest curvature {side.curvatures[1]:.3g}, learning rate {own['learning_rate']:.3g}."
        details.append(f"Step {end}: {FLOWN:.0f} times farther away than at first. {limit}" if flew else limit)
    return Standings(
        columns=("Feature", "Status", "Steps", "κ"), rows=tuple(rows), tones=tuple(tones), details=tuple(details)
    )


def comparisons(e: DataNormalisationSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Condition number and steps, in closed form and as measured."""
    rows = []
    pairs = zip(runs(e), sides(e), factors(e), arrays["arrived"], strict=True)
    for run, side, factor, arrived in pairs:
        expected = float(theory.shifted_feature_condition(side.mean, side.std))
        rows.append(Comparison(f"{run.label}: condition number", f"{expected:.4g}", f"{condition(side):.4g}"))
        if factor is None:
            continue
        steps = _expected(e, expected, factor)
        measured = str(arrived) if arrived >= 0 else f"not within {e.steps}"
        rows.append(Comparison(f"{run.label}: steps to a thousandth", steps, measured))
    return tuple(rows)


def _expected(e: DataNormalisationSettings, condition: float, factor: float) -> str:
    """Steps until a thousandth of the distance is left; momentum needs some more before its rate shows."""
    if factor >= 1:
        return "never"
    if e.optimizer == "gradient_descent" and e.tuned:
        return str(theory.steps_at_best_rate(condition))
    steps = 1 if factor <= SHRUNK else int(np.ceil(np.log(SHRUNK) / np.log(factor)))
    return f"{steps} or more" if e.optimizer == "momentum" else f"about {steps}"


def caption(e: DataNormalisationSettings, arrays: Arrays) -> str:
    raw, after = sides(e)
    return (
        f"The feature has the mean {e.mean:.3g} and the standard deviation {e.spread:.3g}: κ = {condition(raw):.4g}. "
        f"{TREATED[e.treatment].capitalize()} it is {condition(after):.4g}. "
        "Both runs start equally far from their optimum."
    )


NOTE = (
    "The Hessian of least squares with a bias is [[σ² + m², m], [m, 1]] for a feature of mean m and standard deviation "
    "σ: its condition number is predicted from these two and measured on the data. At its best rate gradient descent "
    "shrinks every distance by (κ − 1)/(κ + 1) a step, from wherever it starts: the dotted line. A tuned momentum "
    "follows √κ instead, with a small delay at the start."
)


def poster(e: DataNormalisationSettings) -> bytes:
    """The gutter, with both trajectories in it."""
    raw, grid = sides(e)[0], np.linspace(-EDGE, EDGE, 120)
    x, y = np.meshgrid(grid, grid)
    z = np.stack([x, y], axis=-1)
    heights = np.sqrt(np.einsum("yxi,ij,yxj->yx", z, raw.hessian, z))
    arrays = record(e)
    trails = [(arrays[name][run] + EDGE) / (2 * EDGE) for run, name in enumerate(("before", "after"))]
    return figures.poster(heights, trails, [run.color for run in runs(e)])
