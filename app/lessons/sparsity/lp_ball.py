"""Two weights on a budget: the lowest loss within a ball of any exponent, as the ball shrinks.

Within |w1|^p + |w2|^p <= r^p the quadratic loss is lowest on the rim (its own optimum lies outside), so one look along
the rim finds it, for balls that are not convex too. The rim is given at angles among which are the axes, exactly.
"""

import numpy as np

from app import figures
from app.contract.lesson import Arrays, Comparison
from app.lessons.sparsity.settings import CUBE, EDGE, SparsitySettings
from app.stage import ContourPanel, CurvesPanel, Handle, Lines, Panel, Run, Standings
from app.training import treatment_style

GCUBE = "#8a94a0"
BUDGETS = 100  # last step of the timeline: the budget shrinks by a percent in each
ANGLES = np.linspace(0, 2 * np.pi, 4 * 720 + 1)
DRAWN = np.unique(np.r_[np.arange(0, 2881, 45), np.arange(0, 2881, 360)])  # of the angles, for the picture
FRAMES = 51
RINGS = np.array([0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5])  # square roots of twice the loss


def hessian(e: SparsitySettings) -> np.ndarray:
    return np.array([[1, e.correlation], [e.correlation, 1]])


def rim(p: float) -> np.ndarray:
    """The unit ball's rim [angles, 2]; exactly zero where an axis is met."""
    cos, sin = np.cos(ANGLES), np.sin(ANGLES)
    cos[np.abs(cos) < 1e-12], sin[np.abs(sin) < 1e-12] = 0, 0
    if p >= CUBE:
        return np.stack([cos, sin], axis=1) / np.maximum(np.abs(cos), np.abs(sin))[:, None]
    # By |cos|^(2/p) the points gather where the ball is pointed; by a ray through the angle where it is flat.
    curved = np.stack([np.sign(cos) * np.abs(cos) ** (2 / p), np.sign(sin) * np.abs(sin) ** (2 / p)], axis=1)
    ray = np.stack([cos, sin], axis=1) / norm(np.stack([cos, sin], axis=1), p)[:, None]
    return curved if p < 2 else ray


def norm(w: np.ndarray, p: float) -> np.ndarray:
    size = np.abs(w)
    length: np.ndarray = size.max(axis=-1) if p >= CUBE else np.sum(size**p, axis=-1) ** (1 / p)
    return length


def path(e: SparsitySettings, p: float) -> np.ndarray:
    """The best weights [budgets + 1, 2] within balls whose radius falls evenly from that of the optimum to nothing."""
    h, best = hessian(e), np.array([e.u, e.v])
    shape, budget = rim(p), np.linspace(1, 0, BUDGETS + 1) * norm(best, p)
    quadratic = np.einsum("ai,ij,aj->a", shape, h, shape) / 2
    loss = budget[:, None] ** 2 * quadratic - budget[:, None] * (shape @ h @ best)
    found: np.ndarray = budget[:, None] * shape[np.argmin(loss, axis=1)]
    found[0] = best
    return found


def exponents(e: SparsitySettings) -> tuple[float, float]:
    return float(e.p), 2.0


def record(e: SparsitySettings) -> dict[str, np.ndarray]:
    """Solutions [2, budgets + 1, 2] of the chosen ball and of the disc.

    Also weights, [2, budgets + 1, 2], their sizes; the smaller one's, [2, budgets + 1], and in closed form; ball and
    meeting [1, frames, m, 2]: the rim, and the isoline of the loss that touches it; rings [rings, 73, 2]; length [2].
    """
    paths = np.stack([path(e, p) for p in exponents(e)])
    small = int(abs(e.v) <= abs(e.u))
    shown = np.linspace(0, BUDGETS, FRAMES).astype(int)
    radius = np.linspace(1, 0, BUDGETS + 1)[shown] * norm(np.array([e.u, e.v]), e.p)
    away = paths[0, shown] - [e.u, e.v]
    heights = np.sqrt(np.einsum("fi,ij,fj->f", away, hessian(e), away))
    return {
        "path": paths.astype(np.float32),
        "weights": np.abs(paths).astype(np.float32),
        "smaller": np.abs(paths[..., small]).astype(np.float32),
        "predicted": _closed(e, small),
        "ball": (radius[:, None, None] * rim(e.p)[DRAWN])[None].astype(np.float32),
        "meeting": (heights[:, None, None] * _ellipse(e) + [e.u, e.v])[None].astype(np.float32),
        "rings": (RINGS[:, None, None] * _ellipse(e) + [e.u, e.v]).astype(np.float32),
        "length": np.full(2, BUDGETS + 1, np.int32),
    }


def _ellipse(e: SparsitySettings) -> np.ndarray:
    """Where (w - best)' H (w - best) is one, about zero, [73, 2]."""
    variances, axes = np.linalg.eigh(np.linalg.inv(hessian(e)))
    angles = np.linspace(0, 2 * np.pi, 73)
    ellipse: np.ndarray = np.stack([np.cos(angles), np.sin(angles)], axis=1) * np.sqrt(variances) @ axes.T
    return ellipse


def _closed(e: SparsitySettings, small: int) -> np.ndarray:
    """The smaller weight [2, budgets + 1] by soft threshold and by shrinkage; NaN without a closed form."""
    share, sizes = np.linspace(1, 0, BUDGETS + 1), np.abs([e.u, e.v])
    lines = np.full((2, BUDGETS + 1), np.nan)
    if e.correlation == 0:
        lines[1] = share * sizes[small]  # all weights by one factor
    if e.p == 1:
        lines[0] = np.maximum(sizes[small] - threshold(share * sizes.sum(), sizes), 0)
    return lines.astype(np.float32)


def threshold(budget: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """What a soft threshold takes from two weights of these sizes to keep an L1 budget.

    It does so whatever their features' correlation: H^-1 (±1, ±1) points along the diagonal for any two features of
    equal variance, and past the corner (1 - ρ²)(d² - v²) >= 0 keeps the smaller weight at zero.
    """
    low, high = np.sort(sizes)
    both = (low + high - budget) / 2
    taken: np.ndarray = np.where(both <= low, both, high - budget)
    return taken


def label(p: float) -> str:
    return "p = ∞" if p >= CUBE else f"p = {p:.3g}"


def runs(e: SparsitySettings) -> tuple[Run, ...]:
    return treatment_style.lines({"ball": "The chosen p", "disc": "L2"})


def panels(e: SparsitySettings) -> tuple[Panel, ...]:
    first, _ = runs(e)
    edges = (-EDGE, EDGE)
    return (
        ContourPanel(
            id="map",
            title="The ball, and the isoline that touches it",
            figure=figures.axes(x=edges, y=edges, labels=("w₁", "w₂"), equal=True),
            paths="path",
            handle=Handle(x="u", y="v", label="Optimum of the loss", look="cross"),
            markers=(
                Lines(array="rings", label="Equal loss", color=GCUBE, width=1.0, dash=()),
                Lines(array="ball", label="Budget", color=first.color, width=2.5, dash=()),
                Lines(array="meeting", label="Lowest loss within", width=1.6, dash=(4, 3)),
            ),
        ),
        CurvesPanel(
            id="smaller",
            title="The smaller weight, and its closed form",
            figure=figures.curves(xlabel="cut of the budget, %"),
            curves="smaller",
            overlay="predicted",
        ),
        CurvesPanel(
            id="weights",
            title="Both weights",
            figure=figures.curves(xlabel="cut of the budget, %"),
            curves="weights",
            components=("w₁", "w₂"),
        ),
    )


def first_zero(smaller: np.ndarray) -> int | None:
    """Percent by which the budget has shrunk when the smaller weight is exactly zero first, before all are."""
    zeros = np.flatnonzero(smaller[:-1] == 0)
    return int(zeros[0]) if zeros.size else None


def standings(e: SparsitySettings, arrays: Arrays) -> Standings:
    half = arrays["path"][:, BUDGETS // 2]
    names = (label(e.p), "L2")
    zero = [first_zero(row) for row in arrays["smaller"]]
    return Standings(
        columns=("Ball", "Exact zero at", "At half the budget"),
        rows=tuple(
            (name, "never" if z is None else f"{100 - z} % left", f"({x:.3g}, {y:.3g})")
            for name, z, (x, y) in zip(names, zero, half, strict=True)
        ),
        tones=tuple("busy" if z is None else "good" for z in zero),
    )


def comparisons(e: SparsitySettings, arrays: Arrays) -> tuple[Comparison, ...]:
    sizes, half = np.abs([e.u, e.v]), arrays["path"][:, BUDGETS // 2]
    rows = []
    if e.p == 1:
        left, zero = abs(sizes[0] - sizes[1]) / sizes.sum(), first_zero(arrays["smaller"][0])
        seen = "–" if zero is None else f"between {100 - zero} % and {101 - zero} %"
        rows.append(Comparison("L1: budget left when the smaller weight is zero", f"{left:.1%}", seen))
        taken = float(threshold(np.array(sizes.sum() / 2), sizes))
        soft = np.sign([e.u, e.v]) * np.maximum(sizes - taken, 0)
        rows.append(Comparison(f"L1 at half the budget: soft threshold by {taken:.3g}", _pair(soft), _pair(half[0])))
    if e.correlation == 0:
        shrunk = np.array([e.u, e.v]) / 2
        rows.append(Comparison("L2 at half the budget: shrinkage by 1 + λ = 2", _pair(shrunk), _pair(half[1])))
    return tuple(rows)


def _pair(w: np.ndarray) -> str:
    return f"({w[0] + 0.0:.2f}, {w[1] + 0.0:.2f})"


def caption(e: SparsitySettings, arrays: Arrays) -> str:
    zero = first_zero(arrays["smaller"][0])
    ends = "no weight is ever exactly zero" if zero is None else f"one weight is zero from {100 - zero} % on"
    return f"The ball of {label(e.p)} shrinks to nothing: {ends}. Drag the optimum."


NOTE = (
    "With features that are not correlated the weights go their own ways: L1 moves each towards zero by the same λ and "
    "stops there (soft threshold), L2 divides each by 1 + λ and never arrives. Predicted by these two; measured by "
    "looking for the lowest loss along the rim of the ball. Correlation changes the path of L2; that of L1, for two "
    "features of equal variance, it leaves as it is and changes only which λ belongs to which budget."
)


def poster(e: SparsitySettings) -> bytes:
    """Both balls, and how the best weights move as they shrink."""
    grid = np.linspace(-EDGE, EDGE, 120)
    away = np.stack(np.meshgrid(grid - e.u, grid - e.v), axis=-1)
    heights = np.sqrt(np.einsum("yxi,ij,yxj->yx", away, hessian(e), away))
    rims = [0.5 * norm(np.array([e.u, e.v]), p) * rim(p) for p in exponents(e)]
    trails = [(line + EDGE) / (2 * EDGE) for line in (*rims, *record(e)["path"])]
    return figures.poster(heights, trails, [run.color for run in runs(e)] * 2)
