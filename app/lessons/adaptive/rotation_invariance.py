"""The rate of each dimension: as bars, as an ellipse beside the one that the curvature asks for, on a turned ravine."""

import numpy as np

import optimizers
from app import compute, figures
from app.contract.lesson import Arrays, Comparison
from app.lessons.adaptive.settings import AdaptiveSettings
from app.stage import BarsPanel, Ellipses, Marker, ProfilePanel

REACH = 0.11  # of the edge of the map: the longer half axis of an ellipse
THINNEST = 0.04  # the shorter one, in lengths of the longer
ANGLES = 61

MARKERS: tuple[Marker, ...] = (
    Ellipses(array="shape", label="rates of the two dimensions", filled=True),
    Ellipses(array="wanted", label="what the curvature asks for", dash=(6, 4)),
)


def arrays(e: AdaptiveSettings, recorded: Arrays) -> dict[str, np.ndarray]:
    """What is drawn of the effective learning rates.

    Returns:
        shape [1, steps + 1, 6], the focused method's ellipse where it stands, along x and y; wanted [1, 6], at the
        minimum, with half axes of one over the curvatures; each [steps], the steps that have a rate; turned
        [runs, ANGLES], loss at the end on a surface that can be turned.
    """
    run = e.optimizers.index(e.focused)
    rate, position = recorded["effective_rate"][run], recorded["position"][run]
    rate = np.concatenate([rate, rate[-1:]])
    axes = np.zeros((len(position), 2, 2), np.float32)
    axes[:, 0, 0], axes[:, 1, 1] = _lengths(e, np.abs(rate)).T
    shape = np.concatenate([position, axes.reshape(-1, 4)], axis=-1)[None].astype(np.float32)
    found = {"shape": shape, "wanted": _wanted(e), "each": np.arange(e.steps, dtype=np.int32)}
    return found | ({"turned": turned(e)} if e.rotates else {})


def _lengths(e: AdaptiveSettings, rates: np.ndarray) -> np.ndarray:
    """Half axes in proportion to two rates [..., 2], the longer one always equally long."""
    (west, east), (south, north) = e.landscape.domain
    longest = np.maximum(rates.max(-1, keepdims=True), 1e-30)
    shares: np.ndarray = np.clip(rates / longest, THINNEST, 1)
    return REACH * e.edge * max(east - west, north - south) * shares


def _minimum(e: AdaptiveSettings) -> tuple[tuple[float, float], np.ndarray] | None:
    """The minimum nearest to the start, and its Hessian; None where there is none."""
    minima = compute.terrain(e.surface, e.params).minima
    if not minima:
        return None
    nearest = min(minima, key=lambda point: float(np.hypot(*np.subtract(point.position, e.start))))
    return nearest.position, np.asarray(compute.taylor(e.surface, e.params, nearest.position).hessian)


def _wanted(e: AdaptiveSettings) -> np.ndarray:
    """The ellipse of the inverse Hessian at the nearest minimum; NaN where there is none."""
    found = _minimum(e)
    if found is None:
        return np.full((1, 6), np.nan, np.float32)
    curvature, directions = np.linalg.eigh(found[1])
    axes = _lengths(e, 1 / np.maximum(curvature, 1e-9)) * directions
    return np.array([[*found[0], *axes.T.ravel()]], np.float32)


def caption(e: AdaptiveSettings, recorded: Arrays) -> str:
    """How the focused method tells the dimensions apart, and how the curvature would."""
    x, y = recorded["effective_rate"][e.optimizers.index(e.focused), -1]
    found, title = _minimum(e), optimizers.get(e.focused).title
    if not (x > 0 and y > 0):
        return ""
    said = f"In the end {title} has {x / y:.3g} times the rate along x that it has along y."
    if found is None:
        return said
    (xx, xy), (_, yy) = found[1]
    if abs(xy) < 1e-3 * yy:
        return f"{said} The curvature asks for {yy / xx:.3g} times."
    return f"{said} The curvature mixes x and y: no such ratio fits it."


def bars() -> BarsPanel:
    """The rates at the playhead."""
    return BarsPanel(
        id="bars",
        title="Effective learning rate now",
        figure=figures.bars(categories=("x", "y"), log=True),
        bars="effective_rate",
        categories=("x", "y"),
        at="each",
        place="side",
        floor=1e-9,
    )


def upright(e: AdaptiveSettings) -> tuple[float, float]:
    """The start at rotation 0, to six digits: the same, however far the picture was turned."""
    angle, (x, y) = np.deg2rad(dict(e.params)["rotation"]), e.start
    return (
        round(float(np.cos(angle) * x + np.sin(angle) * y), 6),
        round(float(np.cos(angle) * y - np.sin(angle) * x), 6),
    )


def turned(e: AdaptiveSettings) -> np.ndarray:
    """Loss [runs, ANGLES] at the end, surface and start turned together from -90 to 90 degrees."""
    ground = tuple((name, value) for name, value in e.params if name != "rotation")
    rows = [
        compute.rotated_losses(name, tuple(e.hypers(name).items()), e.surface, ground, upright(e), e.steps, ANGLES)
        for name in e.optimizers
    ]
    return np.stack(rows).astype(np.float32)


def panel() -> ProfilePanel:
    """The loss at the end against the angle; the line is the slider."""
    return ProfilePanel(
        id="turned",
        title="Loss at the end, ravine turned",
        figure=figures.axes(x=(-90, 90), labels=("rotation in degrees", ""), log=(False, True)),
        x="angle",
        lines="turned",
        cursor="bowl.rotation",
        place="side",
        floor=1e-12,
    )


def angles() -> np.ndarray:
    return np.linspace(-90, 90, ANGLES, dtype=np.float32)


def comparisons(e: AdaptiveSettings, recorded: Arrays) -> tuple[Comparison, ...]:
    """What a turn by 45 degrees does to the loss at the end."""
    if not e.rotates:
        return ()
    straight, slanted = (recorded["turned"][:, np.searchsorted(angles(), angle)] for angle in (0, 45))
    return tuple(
        Comparison(
            f"{optimizers.get(name).title}: loss at the end, ravine turned by 45° over not turned",
            "1, whatever the angle" if optimizers.get(name).rate is not None else "depends on the angle",
            _times(after, before),
        )
        for name, before, after in zip(e.optimizers, straight, slanted, strict=True)
    )


def _times(after: float, before: float) -> str:
    if not (np.isfinite([after, before]).all() and before > 0):
        return "–"
    return f"{after / before:.3g}" if after < 1e6 * before else "over a million"


def turning_costs(arrays: Arrays, run: int) -> float:
    """Loss at the end at 45 degrees over that at 0."""
    straight, slanted = (arrays["turned"][run, np.searchsorted(angles(), angle)] for angle in (0, 45))
    return float(slanted / straight)
