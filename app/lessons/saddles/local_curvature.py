"""A point looked at: its gradient, the axes of its local quadratic, what kind of point it is, and cuts through it."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

import landscapes
from app import compute, figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons import typeset
from app.lessons.saddles import escape
from app.lessons.saddles.settings import SaddleSettings
from app.stage import Arrows, Axes, Handle, Marker, Panel, ProfilePanel, Run, Standings
from app.stage.theme import PALETTE
from app.trajectories import scene, theory

MARKERS: tuple[Marker, ...] = (
    Arrows(array="gradient", label="gradient", color=PALETTE[4]),
    Axes(array="hessian", label="curvature", values="curvature"),
)
LINES = (
    Run(name="least", label="least curvature", color=PALETTE[4]),
    Run(name="most", label="largest", color=PALETTE[0], dash=(9, 4)),
)
CUT = 121  # points of a cut
REACH = 0.2  # of the edge of the map: half the length of a cut, and of the longer axis
FLATTEST = 0.15  # the shorter axis, in lengths of the longer one, at least


def look(e: SaddleSettings) -> landscapes.analysis.Taylor:
    """Value, gradient and Hessian at the point, in float64; NaN where the surface is undefined."""
    return compute.taylor(e.surface, e.params, e.at)


def record(e: SaddleSettings) -> dict[str, np.ndarray]:
    """What ``escape.record`` and ``around`` return."""
    return escape.record(e) | around(e)


def around(e: SaddleSettings) -> dict[str, np.ndarray]:
    """What stands on the map at the point, and two cuts through it.

    Returns:
        gradient [1, 4] and hessian [1, 6], half axes of the local quadratic's ellipse; curvature [1, 2], ascending;
        along [CUT] distance from the point, cuts [2, CUT] values along the eigenvectors, least curvature first, and
        parabolas [2, CUT], the local quadratic along the same.
    """
    taylor, edge, at = look(e), _edge(e), e.at
    along = np.linspace(-REACH * edge, REACH * edge, CUT)
    if not np.isfinite(taylor.value):
        shapes = {"gradient": (1, 4), "hessian": (1, 6), "curvature": (1, 2), "cuts": (2, CUT), "parabolas": (2, CUT)}
        gone = {name: np.full(shape, np.nan, np.float32) for name, shape in shapes.items()}
        return gone | {"along": along.astype(np.float32)}
    curvature, directions = np.linalg.eigh(taylor.hessian)
    points = np.asarray(at) + along[None, :, None] * directions.T[:, None, :]
    slopes = directions.T @ np.asarray(taylor.gradient)
    parabolas = float(taylor.value) + slopes[:, None] * along + 0.5 * curvature[:, None] * along**2
    return {
        "gradient": _single([[*at, *_arrow(np.asarray(taylor.gradient), edge)]]),
        "hessian": _single([[*at, *(_lengths(curvature, edge) * directions).T.ravel()]]),
        "curvature": _single(curvature[None]),
        "along": _single(along),
        "cuts": compute.values(e.surface, e.params, points.reshape(-1, 2)).reshape(2, CUT),
        "parabolas": _single(parabolas),
    }


def _single(values: ArrayLike) -> np.ndarray:
    """In float32; what it cannot hold is a gap."""
    with np.errstate(over="ignore"):
        single = np.asarray(values).astype(np.float32)
    return np.where(np.isfinite(single), single, np.float32(np.nan))


def _edge(e: SaddleSettings) -> float:
    return e.edge * max(high - low for low, high in e.landscape.domain)


def _arrow(gradient: np.ndarray, edge: float) -> np.ndarray:
    """Uphill, longer for a steeper slope but never longer than a fifth of the map."""
    norm = float(np.linalg.norm(gradient))
    return gradient / norm * REACH * edge * norm / (norm + 1) if norm else gradient


def _lengths(curvature: np.ndarray, edge: float) -> np.ndarray:
    """Half axes of the ellipse on which the quadratic rises or falls by the same amount: one over the root."""
    sizes = np.sqrt(np.abs(curvature))
    shares = sizes.min() / np.maximum(sizes, 1e-300) if sizes.max() else np.ones(2)
    return REACH * edge * np.clip(shares, FLATTEST, 1.0)


def caption(e: SaddleSettings, arrays: Arrays) -> str:
    """What kind of point it is, in a sentence."""
    taylor, at = look(e), e.at
    where = f"At ({at[0]:.4g}, {at[1]:.4g})"
    if not np.isfinite(taylor.value):
        return f"{where} the surface has no finite value."
    low, high = np.linalg.eigvalsh(taylor.hessian)
    found = landscapes.analysis.classify(e.landscape.fn, at, tolerance=TOLERANCE, **dict(e.params))
    slope = f"the gradient is {np.linalg.norm(taylor.gradient):.3g} long"
    facts = f"λ = {low:.4g} and {high:.4g}{_condition(low, high)}"
    return typeset.plain(f"{where}: {KINDS[found.kind]}. There {slope}; {facts}. {_shape(low, high)}")


TOLERANCE = 2e-3  # a point that a hand placed this close to a critical point is meant to be that point
KINDS = {
    "minimum": "a minimum",
    "maximum": "a maximum",
    "saddle": "a saddle, of index 1",
    "degenerate": "a degenerate critical point, which curvature alone cannot judge",
    "not critical": "no critical point",
}


def _condition(low: float, high: float) -> str:
    small, large = sorted((abs(low), abs(high)))
    return f", condition number {large / small:.4g}" if small > 1e-9 * large else ", condition number infinite"


def _shape(low: float, high: float) -> str:
    flat = 1e-9 * max(abs(low), abs(high), 1e-30)
    if low > flat:
        return "The surface curves up in every direction."
    if high < -flat:
        return "The surface curves down in every direction."
    if low < -flat and high > flat:
        return "It curves down along one axis and up along the other."
    return "Along one axis it does not curve at all."


def runs(e: SaddleSettings) -> tuple[Run, ...]:
    return scene.runs(e)


def panels(e: SaddleSettings) -> tuple[Panel, ...]:
    """The map with the cross, and cuts through it."""
    cross, start = Handle(x="at_x", y="at_y", label="Look here", look="cross"), Handle(x="x", y="y")
    ground = replace(scene.contour(e), handle=cross, handles=(start,), markers=MARKERS)
    return (ground, scene.relief(e), cuts(), escape.panel(), scene.gradient_norm(e))


def standings(e: SaddleSettings, arrays: Arrays) -> Standings:
    return escape.standings(e, arrays)


def comparisons(e: SaddleSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    return escape.comparisons(e, arrays)


def cuts() -> ProfilePanel:
    """The surface along both axes of curvature, and the local quadratic dotted over it."""
    return ProfilePanel(
        id="cuts",
        title="Two cuts through the cross",
        figure=figures.axes(labels=("distance from the cross", "f")),
        x="along",
        lines="cuts",
        overlay="parabolas",
        series=LINES,
    )


def formula(e: SaddleSettings) -> tuple[Formula, ...]:
    """The local quadratic with the numbers of the point, and the surface."""
    return (_quadratic(e), theory.ground(e))


def _quadratic(e: SaddleSettings) -> Formula:
    taylor = look(e)
    numbers = ""
    if np.isfinite(taylor.value):
        value, a, b, p, q, _, r = (f"{n:.4g}" for n in (taylor.value, *taylor.gradient, *np.ravel(taylor.hessian)))
        linear = rf"\binom{{{a}}}{{{b}}}^{{\!\top}}\!\delta"
        square = rf"\tfrac12\,\delta^\top \begin{{pmatrix}}{p} & {q}\\{q} & {r}\end{{pmatrix}}\,\delta"
        numbers = rf"f \approx {value} + {linear} + {square}"
    return Formula(
        "What the cross sees",
        r"f(x + \delta) \approx f(x) + \nabla f(x)^\top \delta + \tfrac12\, \delta^\top H(x)\, \delta",
        numbers,
        "Where the gradient vanishes only the last term is left, and the signs of the eigenvalues of $H$ decide: both "
        "positive, a minimum; both negative, a maximum; one of each, a saddle, which is a minimum along one axis and a "
        "maximum along the other.",
    )
