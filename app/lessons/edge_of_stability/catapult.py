"""The catapult: gradient descent on the product of two weights, its three regimes, and the map of them."""

import numpy as np

from app import figures
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.edge_of_stability import catapult_runs
from app.lessons.edge_of_stability.settings import EdgeSettings
from app.stage import ContourPanel, CurvesPanel, Handle, Lines, Panel, Raster, Run, Scale, Standings, Tone, quantize
from app.stage.theme import PALETTE, run_style
from optimizers import theory

FATES = ("lazy", "catapult", "gone for good")
LAZY, THROWN, GONE = range(len(FATES))
COLORS = ("#56B4E9", "#E69F00", "#3d444a")
LIMITS = (2.0, 4.0)  # of rate x sharpness: where the loss stops falling at once, and where it never does
NOTE = (
    "With f = uv and the sharpness λ = u² + v² two weights become two numbers: a step multiplies f by 1 − ηλ + η²f² "
    "and adds ηf²(ηλ − 4) to λ. Below ηλ = 4 the sharpness can only fall, and f is small in the end only once λ is "
    "below 2/η; above 4 the sharpness grows without end. So both circles are exact, but for starts on the "
    "axes, which are minima already."
)


def record(e: EdgeSettings) -> dict[str, np.ndarray]:
    """One walk and the fate of every start.

    Returns:
        position [1, steps + 1, 2]; loss, sharpness, edge [1, steps + 1]; limits [2, n, 2], the circles on which rate x
        sharpness is 2 and 4; fate [n, n] uint8, a place in FATES; lost [n, n] uint8, the share of its sharpness that a
        start has lost in the end; length [1].
    """
    walk, fates = catapult_runs.walk((e.u, e.v), e.rate), catapult_runs.fates(e.rate, e.draft)
    settled = np.isfinite(fates.end)
    fate = np.where(settled, np.where(fates.begin < LIMITS[0] / e.rate, LAZY, THROWN), GONE)
    with np.errstate(invalid="ignore", divide="ignore"):
        left = np.where(settled & (fates.begin > 0), fates.end / fates.begin, 1)
    return {
        "position": walk.position[None],
        "loss": walk.loss[None],
        "sharpness": walk.sharpness[None],
        "edge": np.full((1, catapult_runs.STEPS + 1), LIMITS[0] / e.rate, np.float32),
        "limits": np.stack([_circle(limit / e.rate) for limit in LIMITS]),
        "fate": fate.astype(np.uint8),
        "lost": quantize(1 - left, 0, 1),
        "length": np.array([np.isfinite(walk.loss).sum()], np.int32),
    }


def _circle(square: float) -> np.ndarray:
    """The points at which u² + v² has a value."""
    angle = np.linspace(0, 2 * np.pi, 181) + 1.25 * np.pi  # its name stands at its end
    circle: np.ndarray = square**0.5 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return circle.astype(np.float32)


def runs(e: EdgeSettings) -> tuple[Run, ...]:
    color, dash = run_style(0)
    return (Run(name="gradient_descent", label="Gradient descent", color=color, dash=dash),)


def panels(e: EdgeSettings) -> tuple[Panel, ...]:
    span = (-catapult_runs.EDGE, catapult_runs.EDGE)
    fate = Scale(kind="categorical", labels=FATES, colors=COLORS, legend=True)
    ground = ContourPanel(
        id="map",
        title="Two weights",
        figure=figures.contour(*catapult_runs.ground(), log=True, levels=10, labels=("u", "v"), equal=True),
        raster=Raster(cells="fate", x=span, y=span, scale=fate, fade="lost", fade_label="sharpness lost", strength=0.6),
        paths="position",
        handle=Handle(x="u", y="v"),
        markers=(Lines(array="limits", label="ηλ = 2 and 4", names=("2", "4"), color=PALETTE[4], dash=(), width=2.5),),
    )
    sharpness = CurvesPanel(
        id="sharpness",
        title="Sharpness u² + v², and 2/η (dotted)",
        figure=figures.curves(),
        curves="sharpness",
        overlay="edge",
    )
    loss = CurvesPanel(id="loss", title="Loss", figure=figures.curves(log=True), curves="loss", log=True, floor=1e-12)
    return (ground, sharpness, loss)


def regime(e: EdgeSettings) -> int:
    """What theory says of the start."""
    if e.u * e.v == 0:
        return LAZY
    lazy, largest = (float(np.asarray(rate)) for rate in theory.catapult_limits(e.u**2 + e.v**2))
    return LAZY if e.rate < lazy else THROWN if e.rate < largest else GONE


def seen(e: EdgeSettings, arrays: Arrays) -> int:
    """What became of the walk that is drawn."""
    if arrays["length"][0] <= catapult_runs.STEPS:
        return GONE
    sharpness = arrays["sharpness"][0]
    return THROWN if sharpness[0] > arrays["edge"][0, 0] > sharpness[-1] else LAZY


def standings(e: EdgeSettings, arrays: Arrays) -> Standings:
    what, sharpness = seen(e, arrays), arrays["sharpness"][0]
    end = "–" if what == GONE else f"{e.rate * sharpness[-1]:.3g}"
    columns = ("Run", "Fate", "ηλ at first", "ηλ in the end")
    row = (runs(e)[0].label, FATES[what], f"{e.rate * sharpness[0]:.3g}", end)
    tone: Tone = "bad" if what == GONE else "busy" if what == THROWN else "good"
    last = int(arrays["length"][0]) - 1
    gone = f"At step {last + 1} a weight passed {catapult_runs.FARTHEST:.0f}." if what == GONE else ""
    return Standings(columns=columns, rows=(row,), tones=(tone,), details=(gone,))


def comparisons(e: EdgeSettings, arrays: Arrays) -> tuple[Comparison, ...]:
    sharpness, fate = arrays["sharpness"][0], arrays["fate"]
    axis = np.linspace(-catapult_runs.EDGE, catapult_runs.EDGE, len(fate))
    begin = e.rate * np.add.outer(axis**2, axis**2)
    lazy, settles = begin < LIMITS[0], begin < LIMITS[1]
    end = "–" if seen(e, arrays) == GONE else f"{sharpness[-1]:.4g}"
    return (
        Comparison("Fate of this start", FATES[regime(e)], FATES[seen(e, arrays)]),
        Comparison("Sharpness in the end", f"below 2/η = {LIMITS[0] / e.rate:.4g}, or gone", end),
        Comparison("Starts of the map that are lazy", f"{lazy.mean():.1%}", f"{(fate == LAZY).mean():.1%}"),
        Comparison(
            "Starts of the map that are thrown and settle",
            f"{(settles & ~lazy).mean():.1%}",
            f"{(fate == THROWN).mean():.1%}",
        ),
    )


def formula(e: EdgeSettings) -> tuple[Formula, ...]:
    f, sharp = e.u * e.v, e.u**2 + e.v**2
    factor, change = 1 - e.rate * sharp + (e.rate * f) ** 2, e.rate * f**2 * (e.rate * sharp - 4)
    symbols = (
        r"L = \tfrac12 f^2, \quad f = uv, \quad \lambda = u^2 + v^2: \qquad "
        r"f \leftarrow f\,(1 - \eta\lambda + \eta^2 f^2), \qquad "
        r"\lambda \leftarrow \lambda + \eta f^2\,(\eta\lambda - 4)"
    )
    numbers = (
        rf"\eta\lambda = {e.rate * sharp:.3g}: \qquad f \leftarrow {factor:.3g} \cdot {f:.3g},"
        rf"\qquad \lambda \leftarrow {sharp:.3g} {change:+.3g}"
    )
    note = (
        "The first step of this run. Where ηλ is above 2 the first factor is below −1: the loss rises before it falls."
    )
    return (Formula("The catapult", symbols, numbers, note),)


def caption(e: EdgeSettings, arrays: Arrays) -> str:
    loss = arrays["loss"][0]
    higher = float(np.nanmax(loss) / loss[0]) if loss[0] > 0 else 1.0
    said = {
        LAZY: "lazy: the sharpness hardly changes",
        THROWN: "a catapult: it settles where 2/η is not exceeded",
        GONE: "gone: the sharpness never comes down",
    }
    peak = f" The loss rises to {higher:.3g} times its first value." if higher > 1.001 else " The loss only falls."
    return f"ηλ = {e.rate * (e.u**2 + e.v**2):.3g}: {said[seen(e, arrays)]}.{peak}"
