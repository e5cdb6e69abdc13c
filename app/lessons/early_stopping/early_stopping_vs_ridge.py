"""A quadratic bowl: the path of gradient descent from zero, and the path of ridge regression, side by side.

Descent has come as far along each axis of the bowl after k steps as a ridge penalty of about 1 / (k η) would leave.
"""

import numpy as np

from app import compute, figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.early_stopping.settings import EDGE, LAST, StoppingSettings
from app.stage import ContourPanel, CurvesPanel, Handle, Lines, Panel, ProfilePanel, Run, Standings
from app.training import treatment_style
from training_lab import theory

GROUND = "#8a94a0"
FRAMES = 101  # of the profile
RINGS = np.array([0.1, 0.4, 0.9, 1.6, 2.5, 3.6, 4.9])  # twice the loss
CURVATURES = np.geomspace(1e-3, 1, 61)
GAP = 0.2036  # the largest value of (1 - exp(-t)) - t / (1 + t), at t = 2.51


def curvatures(e: StoppingSettings) -> np.ndarray:
    """The steep one first; it is always 1."""
    return np.array([1.0, 1 / e.condition])


def axes(e: StoppingSettings) -> np.ndarray:
    """The directions of the curvatures, as columns."""
    cos, sin = np.cos(np.deg2rad(e.angle)), np.sin(np.deg2rad(e.angle))
    return np.array([[cos, -sin], [sin, cos]])


def optimum(e: StoppingSettings) -> np.ndarray:
    """Where the loss is zero, [2]."""
    return np.array([e.u, e.v])


def penalties(e: StoppingSettings) -> np.ndarray:
    """The ridge penalty [steps + 1] beside each step: infinite at the start."""
    steps = np.arange(LAST + 1)
    return np.append(np.inf, 1 / (steps[1:] * e.rate))


def ridge(e: StoppingSettings) -> np.ndarray:
    """Solutions (H + λI)^-1 H w* [steps + 1, 2]."""
    hessian = axes(e) @ np.diag(curvatures(e)) @ axes(e).T
    shrunk = hessian + penalties(e)[1:, None, None] * np.eye(2)
    return np.vstack([np.zeros(2), np.linalg.solve(shrunk, (hessian @ optimum(e))[:, None])[..., 0]])


def descent(e: StoppingSettings) -> np.ndarray:
    """Gradient descent on least squares with that Hessian, from zero, [steps + 1, 2]."""
    design = np.sqrt(2) * np.diag(np.sqrt(curvatures(e))) @ axes(e).T  # two examples
    args = {"learning_rate": np.array([e.rate])}, design[None], (design @ optimum(e))[None], np.zeros((1, 2))
    path: np.ndarray = compute.fits("gradient_descent", *args, LAST)[0]
    return path.astype(np.float64)


def shares(e: StoppingSettings, path: np.ndarray) -> np.ndarray:
    """How much of the optimum is reached along the steep and the flat direction, [2, steps + 1]."""
    best = optimum(e) @ axes(e)
    near = np.abs(best) < 1e-6
    return np.where(near[:, None], np.nan, (path @ axes(e)).T / np.where(near, 1, best)[:, None])


def record(e: StoppingSettings) -> dict[str, np.ndarray]:
    """Both paths.

    Returns:
        path [2, steps + 1, 2] of descent and of ridge; steep and flat [2, steps + 1], the share of the optimum that is
        reached along each direction, and in closed form steep_closed, flat_closed; filters [2, frames, curvatures] and
        their places; rings [rings, 73, 2]; link [1, frames, 2, 2] between the two heads; length [2].
    """
    path = np.stack([descent(e), ridge(e)])
    steps, along = np.arange(LAST + 1), np.stack([shares(e, each) for each in path], axis=1)
    with np.errstate(invalid="ignore"):
        closed = [
            [theory.early_stopping_factor(curvature, e.rate, steps), theory.ridge_factor(curvature, penalties(e))]
            for curvature in curvatures(e)
        ]
    shown = np.linspace(0, LAST, FRAMES).astype(int)
    filters = [
        theory.early_stopping_factor(CURVATURES, e.rate, shown[:, None]),
        theory.ridge_factor(CURVATURES, penalties(e)[shown, None]),
    ]
    return {
        "path": path.astype(np.float32),
        "steep": along[0].astype(np.float32),
        "flat": along[1].astype(np.float32),
        "steep_closed": np.asarray(closed[0], np.float32),
        "flat_closed": np.asarray(closed[1], np.float32),
        "filters": np.asarray(filters, np.float32),
        "rings": _rings(e),
        "link": path[:, shown].swapaxes(0, 1)[None].astype(np.float32),
        "length": np.full(2, LAST + 1, np.int32),
    }


def _rings(e: StoppingSettings) -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, 73)
    ellipse = np.stack([np.cos(angles), np.sin(angles)], axis=1) / np.sqrt(curvatures(e)) @ axes(e).T
    rings: np.ndarray = np.sqrt(RINGS)[:, None, None] * ellipse + optimum(e)
    return rings.astype(np.float32)


def runs(e: StoppingSettings) -> tuple[Run, ...]:
    return treatment_style.lines({"descent": "Gradient descent", "ridge": "Ridge, λ = 1/(kη)"})


def panels(e: StoppingSettings) -> tuple[Panel, ...]:
    edges = (-EDGE, EDGE)
    return (
        ContourPanel(
            id="map",
            title="From zero to the optimum: descent by its steps, ridge by its penalty",
            figure=figures.axes(x=edges, y=edges, labels=("w₁", "w₂"), equal=True),
            paths="path",
            handle=Handle(x="u", y="v", label="Optimum of the loss", look="cross"),
            markers=(
                Lines(array="rings", label="Equal loss", color=GROUND, width=1.0, dash=()),
                Lines(array="link", label="After k steps", color=GROUND, width=2.0),
            ),
        ),
        ProfilePanel(
            id="filters",
            title="Share of the optimum, by curvature",
            figure=figures.axes(x=(1e-3, 1), y=(-0.05, 1.25), labels=("curvature", ""), log=(True, False)),
            x="curvatures",
            lines="filters",
            place="side",
        ),
        *(
            CurvesPanel(
                id=name,
                title=f"Share along the {name} direction",
                figure=figures.curves(xlabel="steps k", range=(-0.05, 1.25)),
                curves=name,
                overlay=f"{name}_closed",
                place="side",
            )
            for name in ("steep", "flat")
        ),
    )


def scene_arrays(e: StoppingSettings) -> Arrays:
    return {"curvatures": CURVATURES.astype(np.float32)}


def standings(e: StoppingSettings, arrays: Arrays) -> Standings:
    at = (10, 50, LAST)
    rows = tuple(
        (run.label, *(f"({x:.2f}, {y:.2f})" for x, y in path[list(at)]))
        for run, path in zip(runs(e), arrays["path"], strict=True)
    )
    return Standings(columns=("Path", *(f"k = {step}" for step in at)), rows=rows, tones=("good", "good"))


def off_the_path(path: np.ndarray, other: np.ndarray) -> float:
    """How far a path is from another one at most, whatever their clocks say, as a share of the way."""
    distance = np.linalg.norm(path[:, None] - other[None], axis=2).min(axis=1)
    return float(distance.max() / max(np.linalg.norm(path[-1]), 1e-9))


def comparisons(e: StoppingSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    rows, step = [], 20
    for name, curvature in zip(("steep", "flat"), curvatures(e), strict=True):
        reached, left = arrays[name][:, step]
        expected = float(theory.early_stopping_factor(curvature, e.rate, step))
        rows.append(Comparison(f"Descent, {name} direction: share after {step} steps", f"{expected:.4f}", _of(reached)))
        expected = float(theory.ridge_factor(curvature, 1 / (step * e.rate)))
        rows.append(Comparison(f"Ridge with λ = 1/({step}η): the same share", f"{expected:.4f}", _of(left)))
        exact = theory.equivalent_ridge(curvature, e.rate, step)
        equal = f"{exact:.4g}" if exact >= 0 else "none"
        rows.append(
            Comparison(f"Penalty that equals {step} steps, {name}", f"about 1/(kη) = {1 / (step * e.rate):.4g}", equal)
        )
    ahead = np.nanmax(np.abs(arrays["flat"][0] - arrays["flat"][1]))
    if 2.51 * e.condition / LAST <= e.rate <= 0.05 * e.condition:  # long enough to get there, by small steps
        rows.append(Comparison("Flat direction: how far descent is ahead", f"at most {GAP:.3f} or so", f"{ahead:.3f}"))
    return tuple(rows)


def _of(share: float) -> str:
    return "the optimum is zero there" if np.isnan(share) else f"{share:.4f}"


def formula(e: StoppingSettings) -> tuple[Formula, ...]:
    low = 1 / e.condition
    reached, left = theory.early_stopping_factor(low, e.rate, 20), theory.ridge_factor(low, 1 / (20 * e.rate))
    rule = Formula(
        "The penalty that it is, on a quadratic",
        r"w_k = \left(1 - (1 - \eta l)^k\right) w^* \quad\approx\quad \frac{l}{l + \lambda}\, w^*,"
        r"\qquad \lambda \approx \frac{1}{k \eta}",
        rf"l = {low:.3g},\; k = 20: \quad {reached:.4f}\, w^* \quad\text{{and}}\quad {left:.4f}\, w^*,"
        rf"\qquad \lambda \approx {1 / (20 * e.rate):.3g}",
        "Directions of little curvature are learned last, so stopping early leaves them small, as ridge does.",
    )
    return (rule,)


def caption(e: StoppingSettings, arrays: Arrays) -> str:
    return "Both start at zero and end at the optimum. Drag the optimum, and watch how both get there."


NOTE = (
    "From zero, k steps of gradient descent reach the share 1 − (1 − ηl)ᵏ of the optimum along a direction of "
    "curvature l; a ridge penalty λ leaves l/(l + λ). The two agree to first order if λ = 1/(kη). On the same clock "
    "descent is ahead by up to a fifth of the way; as lines on the map the two are close."
)


def poster(e: StoppingSettings) -> bytes:
    """Both paths in the bowl."""
    grid = np.linspace(-EDGE, EDGE, 120)
    away = (np.stack(np.meshgrid(grid, grid), axis=-1) - optimum(e)) @ axes(e)
    trails = [(path + EDGE) / (2 * EDGE) for path in record(e)["path"]]
    heights = np.sqrt(np.square(away) @ curvatures(e))
    return figures.poster(heights, trails, [run.color for run in runs(e)])
