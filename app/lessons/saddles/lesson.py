"""Saddles, plateaus and basins: what stands where the gradient vanishes, and where a run ends up."""

import numpy as np

from app.contract.lesson import Lesson, Preset, Views
from app.lessons.saddles import basins, escape, local_curvature
from app.lessons.saddles.settings import SaddleSettings
from app.stage import Scene
from app.trajectories import code, scene

VIEWS: Views[SaddleSettings] = Views(curvature=local_curvature, which=basins, steps=basins)


def draw(e: SaddleSettings) -> Scene:
    return Scene(
        lesson="saddles",
        steps=e.steps,
        runs=VIEWS.runs(e),
        panels=VIEWS.panels(e),
        sliders=e.sliders(),
        focus=e.focused,
        selectable="focus",
    )


PRESETS: tuple[Preset[SaddleSettings], ...] = (
    Preset(
        "Down the ridge",
        {},
        "Everybody slides down to the saddle, seems to have arrived, and leaves after all. Predict when: gradient "
        "descent's distance grows by the factor 1 + ηm a step, the dotted line.",
        lambda e, a: escape.as_predicted(e, a) and all(escape.away(e, a).values()),
    ),
    Preset(
        "A thousand times closer",
        {"y": "1e-06"},
        "The start is a thousand times closer to the ridge. Guess how much longer it takes before you play: every "
        "factor of ten costs the same number of steps.",
        lambda e, a: escape.as_predicted(e, a) and (escape.away(e, a)["gradient_descent"] or 0) > 130,
    ),
    Preset(
        "Exactly on the ridge",
        {"y": "0"},
        "The gradient has no part that points off the ridge, so nothing ever leaves. The gradient norm falls as if "
        "this were a minimum: look at the eigenvalues under the cross.",
        lambda e, a: not any(escape.away(e, a).values()),
    ),
    Preset(
        "Noise is a way out",
        {"y": "0", "noise": "0.01"},
        "The same start with a hundredth of noise on every gradient: all three are away within some dozens of steps. "
        "Escaping needs a push, not a large one.",
        lambda e, a: all(escape.away(e, a).values()),
    ),
    Preset(
        "Four basins",
        {"surface": "himmelblau", "show": "which", "optimizers": "gradient_descent", "steps": "100"},
        "The colour of a start says where gradient descent ends from there, paler where it takes longer. Point at the "
        "map: the borders run through the four saddles.",
        lambda e, a: set(np.unique(a["basin"])) >= {0, 1, 2, 3} and basins.frayed(a) < 0.05,
    ),
    Preset(
        "Momentum frays the borders",
        {"surface": "himmelblau", "show": "which", "optimizers": "momentum", "momentum.learning_rate": "0.01"},
        "The same map for momentum: it overshoots valleys, and where it ends no longer depends on the start in any "
        "simple way. Drag the momentum down to 0 and watch the borders heal.",
        lambda e, a: basins.frayed(a) > 0.1,
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
    Experiment=SaddleSettings,
    record=VIEWS.record,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=VIEWS.formula,
    theory=VIEWS.theory,
    theory_note=escape.NOTE,
    code=code.programs,
    poster=scene.poster,
    caption=VIEWS.caption,
    drafts=lambda e: VIEWS[e] is basins,
    references=(
        "Y. N. Dauphin et al. (2014), Identifying and attacking the saddle point problem in high-dimensional "
        "non-convex optimization, NeurIPS, arXiv:1406.2572",
        "J. D. Lee et al. (2016), Gradient descent only converges to minimizers, COLT, arXiv:1602.04915",
        "C. Jin et al. (2017), How to escape saddle points efficiently, ICML, arXiv:1703.00887",
    ),
)
