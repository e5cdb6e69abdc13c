"""The same run with its gradients as they are, clipped by norm and clipped by value."""

import numpy as np

import optimizers
from app import compute, figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.cliffs import recurrences
from app.lessons.cliffs.recurrences import RECURRENCES
from app.lessons.cliffs.settings import NAMES, TITLES, ClippedSettings
from app.stage import Arrows, ContourPanel, CurvesPanel, Lines, Panel, ProfilePanel, Run
from app.stage.theme import run_style
from app.trajectories import theory
from app.trajectories.record import finished
from app.trajectories.standings import verdicts

STYLES = dict(zip(NAMES, map(run_style, (4, 0, 2)), strict=True))
LINES = tuple(Run(name=name, label=TITLES[name], color=STYLES[name][0], dash=STYLES[name][1]) for name in NAMES)
FRAMES = 61  # of the growth through time

# What clipping lets through, in units of the threshold: a disc by norm, a square by value.
TURN = np.linspace(0, 2 * np.pi, 73)
CIRCLE = np.column_stack([np.cos(TURN), np.sin(TURN)])
SQUARE = CIRCLE / np.abs(CIRCLE).max(axis=1, keepdims=True)
PASSED = {"disc": CIRCLE[None].astype(np.float32), "square": SQUARE[None].astype(np.float32)}
VIEW = 1.5

NOTE = (
    "A gradient that travels back through a recurrence is multiplied at each step by the derivative of that step: the "
    "product is predicted, and measured by differentiating the whole recurrence automatically. Clipping bounds what is "
    "left of it: a step of gradient descent is at most η c long (by value √2 η c, in two dimensions). By norm the "
    "direction stays what it was; by value it can turn by up to 45° here, and by up to arccos(1/√d) in d dimensions."
)


def record(e: ClippedSettings) -> dict[str, np.ndarray]:
    """The three runs.

    Returns:
        what ``finished`` and ``verdicts`` return, and: norms [runs, steps, 2], of the gradient before and after
        clipping; threshold [runs, steps]; turned [runs, steps] in degrees; step_length [runs, steps]; before, after
        [runs, steps, 4], arrows in units of the threshold; growth and product [runs, frames, lags + 1], measured and
        predicted, of the surfaces that are made of a recurrence.
    """
    extras = ("gradient", "applied", "update")
    specs = list(e.specs.values())
    found = compute.run_optimizers(
        specs, e.surface, e.params, e.start, e.steps, noise=e.noise, seed=e.seed, extras=extras
    )
    arrays = finished(e, found)
    arrays |= verdicts(e, arrays)
    with np.errstate(over="ignore", invalid="ignore"):
        before, after = arrays.pop("gradient"), arrays.pop("applied")
        arrays["step_length"] = np.linalg.norm(arrays.pop("update"), axis=-1)
        arrays["norms"] = np.stack([np.linalg.norm(g, axis=-1) for g in (before, after)], axis=-1)
        arrays["turned"] = _angle(before, after)
    limits = np.full(arrays["turned"].shape, e.threshold, np.float32)
    limits[NAMES.index("none")] = np.nan
    arrows = {"before": before, "after": after}
    return (
        arrays
        | {"threshold": limits}
        | {name: np.pad(g / np.float32(e.threshold), ((0, 0), (0, 0), (2, 0))) for name, g in arrows.items()}
        | _growth(e, arrays["position"])
    )


def _angle(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Angle between two vectors in degrees; as they are scaled first, it is exact for tiny and for huge ones too."""
    u, v = (g / np.maximum(np.abs(g).max(axis=-1, keepdims=True), 1e-30) for g in (before, after))
    cross, dot = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0], (u * v).sum(axis=-1)
    angle: np.ndarray = np.degrees(np.arctan2(np.abs(cross), dot))
    return angle.astype(np.float32)


def _growth(e: ClippedSettings, position: np.ndarray) -> dict[str, np.ndarray]:
    if e.surface not in RECURRENCES:
        return {}
    frames = np.linspace(0, e.steps, FRAMES).astype(int)
    found = recurrences.growth(e.surface, position[:, frames].reshape(-1, 2))
    return {
        "growth": found.measured.reshape(len(NAMES), FRAMES, -1),
        "product": found.predicted.reshape(len(NAMES), FRAMES, -1),
    }


def lags(e: ClippedSettings) -> dict[str, np.ndarray]:
    """Steps of the recurrence [lags + 1], where there is one."""
    if e.surface not in RECURRENCES:
        return {}
    return {"lags": np.arange(RECURRENCES[e.surface].steps + 1, dtype=np.float32)}


def passed() -> ContourPanel:
    """The gradient at the playhead before and after, and all that the two rules let through."""
    return ContourPanel(
        id="passed",
        title="Gradient over threshold",
        figure=figures.axes(x=(-VIEW, VIEW), y=(-VIEW, VIEW), labels=("∂x / c", "∂y / c"), equal=True),
        place="side",
        markers=(
            Lines(array="disc", label="", color=STYLES["norm"][0]),
            Lines(array="square", label="", color=STYLES["value"][0]),
            Arrows(array="before", label="before", dash=(3, 3), width=1.8, longest=75),
            Arrows(array="after", label="after", width=3, longest=75),
        ),
    )


def panels(e: ClippedSettings) -> tuple[Panel, ...]:
    """Norms with the threshold, the turn, and the growth of the gradient through the recurrence."""
    norms = CurvesPanel(
        id="norms",
        title="Gradient norm before, after",
        figure=figures.curves(log=True),
        curves="norms",
        components=("before", "after"),
        overlay="threshold",
        log=True,
        floor=1e-6,
    )
    turned = CurvesPanel(id="turned", title="Turned by clipping, °", figure=figures.curves(), curves="turned")
    if e.surface not in RECURRENCES:
        return (norms, turned)
    growth = ProfilePanel(
        id="growth",
        title="Growth through time",
        figure=figures.axes(labels=("step k of the recurrence", ""), log=(False, True)),
        x="lags",
        lines="growth",
        overlay="product",
        floor=1e-12,
    )
    return (norms, turned, growth)


def comparisons(e: ClippedSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    """Steps, turns, and the growth of the gradient where the unclipped run met the steepest one."""
    value = np.nanmax(arrays["turned"][NAMES.index("value")], initial=0.0)
    turn = Comparison("Largest turn by clipping by value", "at most 45°", f"{value:.3g}°")
    return (*_steps(e, arrays), turn, *_grown(e, arrays))


def _steps(e: ClippedSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    if e.focused != "gradient_descent":
        return ()
    most = e.hypers(e.focused)["learning_rate"] * e.threshold
    rows = []
    for name, factor in (("norm", 1.0), ("value", 2**0.5)):
        longest = np.nanmax(arrays["step_length"][NAMES.index(name)], initial=0.0)
        rows.append(Comparison(f"{TITLES[name]}: longest step", f"at most {factor * most:.4g}", f"{longest:.4g}"))
    return tuple(rows)


def _grown(e: ClippedSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    if "growth" not in arrays:
        return ()
    measured, product = arrays["growth"][:, :, -1], arrays["product"][:, :, -1]
    run, frame = np.unravel_index(np.nanargmax(measured), measured.shape)
    steps = measured.shape[-1], RECURRENCES[e.surface].steps
    return (
        Comparison(
            f"Growth over {steps[1]} steps of the recurrence, the largest on the way ({TITLES[NAMES[run]].lower()})",
            f"{product[run, frame]:.5g}",
            f"{measured[run, frame]:.5g}",
        ),
    )


def formulas(e: ClippedSettings) -> tuple[Formula, ...]:
    """Both rules, and the product that the gradient is made of."""
    rules = [(optimizers.clipping.get(name), hyper) for name, hyper in (("norm", "max_norm"), ("value", "clip_value"))]
    clips = tuple(Formula.of(rule, {hyper: e.threshold}) for rule, hyper in rules)
    if e.surface not in RECURRENCES:
        return (*clips, theory.ground(e))
    through = RECURRENCES[e.surface]
    product = Formula(
        "Where the cliff comes from",
        rf"\frac{{\partial x_T}}{{\partial x_0}} = \prod_{{k=1}}^{{T}} {through.factor}, \qquad T = {through.steps}",
        rf"w = {e.start[0]:.4g} \text{{ at the start}}",
        e.landscape.story + " A factor above one at every step makes the product explode, as the slide says. In a "
        "layer of many units it only *may*: norms of Jacobians bound the product from above.",
    )
    return (*clips, product)
