"""Saddles, plateaus and basins: what stands where the gradient vanishes, and where a walk ends up."""

from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np

from app.controls import Choice, Control, Whole
from app.lesson import Arrays, Formula, Lesson, Preset
from app.settings import COMMAS
from app.stage import Handle, Pick, Scene
from app.walks import basins, code, escape, probe, scene
from app.walks.controls import VIEW, methods, surface
from app.walks.record import record as walk
from app.walks.settings import MOST_STEPS, SOME, SURFACE
from app.walks.standings import verdicts

SHOWN = {"curvature": "the point under the cross", "which": "basins: which minimum", "steps": "basins: how many steps"}


class Experiment(probe.PointSettings):
    surface: Annotated[str, SURFACE] = "saddle"
    optimizers: Annotated[tuple[str, ...], COMMAS, SOME] = ("gradient_descent", "momentum", "adam")
    show: Literal["curvature", "which", "steps"] = "curvature"


def record(e: Any) -> dict[str, np.ndarray]:
    arrays = walk(e)
    arrays |= verdicts(e, arrays) | escape.arrays(e, arrays["position"])
    return arrays | (probe.arrays(e, e.at) if e.show == "curvature" else basins.arrays(e, draft=e.draft))


def draw(e: Any) -> Scene:
    ground, start = scene.contour(e), Handle(x="x", y="y")
    if e.show == "curvature":
        cross = Handle(x="at_x", y="at_y", label="Look here", look="cross")
        ground = replace(ground, handle=cross, handles=(start,), markers=probe.MARKERS)
    else:
        ground = replace(ground, raster=basins.raster(e, e.show), pick=Pick(x="x", y="y"))
    below = (probe.cuts(), escape.panel()) if e.show == "curvature" else (escape.panel(), scene.loss(e))
    return Scene(
        lesson="saddles",
        steps=e.steps,
        runs=scene.runs(e),
        panels=(ground, scene.relief(e), *below, scene.gradient_norm(e)),
        knobs=scene.knobs(e),
        focus=e.focused,
        selectable="focus",
    )


def values(e: Any) -> dict[str, float]:
    return scene.values(e) | dict(zip(("at_x", "at_y"), e.at, strict=True))


def controls(e: Any) -> tuple[Control, ...]:
    noisy = (Whole(name="seed", label="Seed of the noise", low=0, high=9_999, share=2),) if e.noise else ()
    return (
        surface(e, "at_x", "at_y"),
        Whole(name="steps", label="Steps", low=1, high=MOST_STEPS, step=50, resets=("playhead",), share=2),
        methods(),
        Choice(name="show", label="Show", options=SHOWN, share=4),
        VIEW,
        *noisy,
    )


def formula(e: Any) -> tuple[Formula, ...]:
    return (probe.formula(e, e.at), Formula(e.landscape.title, e.landscape.latex, "", e.landscape.story))


def _away(e: Any, arrays: Arrays) -> dict[str, int | None]:
    out = escape.way(e)
    return dict(zip(e.optimizers, escape.measured(out, arrays["position"]), strict=True)) if out else {}


def _as_predicted(e: Any, arrays: Arrays) -> bool:
    steps, out = _away(e, arrays)["gradient_descent"], escape.way(e)
    expected = escape.predicted(e, "gradient_descent", out) if out else None
    return steps is not None and expected is not None and abs(steps - expected) <= 1


def _frayed(e: Any, arrays: Arrays) -> float:
    """Share of neighbouring starts that end in different minima."""
    basin = arrays["basin"].astype(int)
    return float((np.diff(basin, axis=0) != 0).mean() + (np.diff(basin, axis=1) != 0).mean())


PRESETS = (
    Preset(
        "Down the ridge",
        {},
        "Everybody slides down to the saddle, seems to have arrived, and leaves after all. Predict when: gradient "
        "descent's distance grows by the factor 1 + ηm a step, the dotted line.",
        lambda e, a: _as_predicted(e, a) and all(_away(e, a).values()),
    ),
    Preset(
        "A thousand times closer",
        {"y": "1e-06"},
        "The start is a thousand times closer to the ridge. Guess how much longer it takes before you play: every "
        "factor of ten costs the same number of steps.",
        lambda e, a: _as_predicted(e, a) and (_away(e, a)["gradient_descent"] or 0) > 130,
    ),
    Preset(
        "Exactly on the ridge",
        {"y": "0"},
        "The gradient has no part that points off the ridge, so nothing ever leaves. The gradient norm falls as if "
        "this were a minimum: look at the eigenvalues under the cross.",
        lambda e, a: not any(_away(e, a).values()),
    ),
    Preset(
        "Noise is a way out",
        {"y": "0", "noise": "0.01"},
        "The same start with a hundredth of noise on every gradient: all three are away within some dozens of steps. "
        "Escaping needs a push, not a large one.",
        lambda e, a: all(_away(e, a).values()),
    ),
    Preset(
        "Four basins",
        {"surface": "himmelblau", "show": "which", "optimizers": "gradient_descent", "steps": "100"},
        "The colour of a start says where gradient descent ends from there, paler where it takes longer. Point at the "
        "map: the borders run through the four saddles.",
        lambda e, a: set(np.unique(a["basin"])) >= {0, 1, 2, 3} and _frayed(e, a) < 0.05,
    ),
    Preset(
        "Momentum frays the borders",
        {"surface": "himmelblau", "show": "which", "optimizers": "momentum", "momentum.learning_rate": "0.01"},
        "The same map for momentum: it overshoots valleys, and where it ends no longer depends on the start in any "
        "simple way. Drag the momentum down to 0 and watch the borders heal.",
        lambda e, a: _frayed(e, a) > 0.1,
    ),
    Preset(
        "Lost on the plateau",
        {"surface": "plateau", "show": "steps", "optimizers": "gradient_descent", "plateau.width": "5"},
        "How many steps from each start. On the flat the gradient is almost nothing, and whole regions have not "
        "arrived after 500 steps.",
        lambda e, a: 0.1 < float((a["arrival"] == 254).mean()) < 0.9,
    ),
    Preset(
        "No curvature at all",
        {"surface": "monkey_saddle", "at_x": "0", "at_y": "0"},
        "At the monkey saddle gradient and Hessian both vanish: the second-order test says nothing, both parabolas are "
        "flat lines. Move the cross a little and see three ways down appear.",
        lambda e, a: bool(np.allclose([a["curvature"], a["gradient"][:, 2:]], 0, atol=1e-6)),
    ),
)

LESSON = Lesson(
    name="saddles",
    title="Saddles, plateaus and basins",
    part="Terrain",
    order=1,
    question="The gradient is zero: is this a minimum, and where would a walk from here have ended?",
    Experiment=Experiment,
    record=record,
    scene=draw,
    scenery=(*scene.SCENERY, "show"),
    values=values,
    standings=escape.standings,
    controls=controls,
    presets=PRESETS,
    formula=formula,
    theory=escape.comparisons,
    theory_note=escape.NOTE,
    code=code.programs,
    poster=scene.poster,
    caption=lambda e, arrays: probe.words(e, e.at) if e.show == "curvature" else basins.words(e, arrays),
    drafts=True,
    references=(
        "Y. N. Dauphin et al. (2014), Identifying and attacking the saddle point problem in high-dimensional "
        "non-convex optimization, NeurIPS, arXiv:1406.2572",
        "J. D. Lee et al. (2016), Gradient descent only converges to minimizers, COLT, arXiv:1602.04915",
        "C. Jin et al. (2017), How to escape saddle points efficiently, ICML, arXiv:1703.00887",
    ),
)
