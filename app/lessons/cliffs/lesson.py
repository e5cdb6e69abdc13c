"""Cliffs and clipping: one step over the edge, and three ways to take it."""

import numpy as np

from app.contract.lesson import Arrays, Lesson, Preset
from app.lessons.cliffs import clipped_runs
from app.lessons.cliffs.clipped_runs import LINES
from app.lessons.cliffs.settings import NAMES, TITLES, ClippedSettings
from app.stage import Scene
from app.trajectories import code, scene, standings


def draw(e: ClippedSettings) -> Scene:
    return Scene(
        lesson="cliffs",
        steps=e.steps,
        runs=LINES,
        panels=(
            scene.contour(e),
            scene.relief(e),
            clipped_runs.passed(),
            scene.loss(e, overlay=None),
            *clipped_runs.panels(e),
        ),
        sliders=e.sliders(),
        focus=e.focus or "none",
        selectable="focus",
        arrays=clipped_runs.PASSED | clipped_runs.lags(e),
    )


def _left(e: ClippedSettings, arrays: Arrays) -> dict[str, bool]:
    """Whether each run ended off the map."""
    last = arrays["position"][np.arange(len(NAMES)), arrays["length"] - 1]
    low, high = np.array(e.landscape.domain).T
    out = ((last < low) | (last > high)).any(axis=1) | (arrays["length"] <= e.steps)
    return dict(zip(NAMES, out.tolist(), strict=True))


def _losses(arrays: Arrays) -> dict[str, float]:
    return dict(zip(NAMES, arrays["loss"][:, -1].tolist(), strict=True))


def _most(arrays: Arrays, quantity: str, run: str) -> float:
    return float(np.nanmax(arrays[quantity][NAMES.index(run)]))


PRESETS: tuple[Preset[ClippedSettings], ...] = (
    Preset(
        "Thrown off the cliff",
        {},
        "A hundred gentle steps, then one meets a gradient 150 long. Not clipped, the walk lands far off the map. "
        "Clipped by norm or by value, the same step is a small one, and the walk goes on along the edge.",
        lambda e, a: _left(e, a) == {"none": True, "norm": False, "value": False} and _most(a, "norms", "none") > 100,
    ),
    Preset(
        "Which way down?",
        {"surface": "linear_rnn", "x": "1.2", "y": "2", "steps": "200"},
        "On the wall of a linear recurrence, w¹⁰, one component of the gradient is ten times the other. By norm both "
        "shrink alike. By value the large one is cut and the walk sets off along the diagonal, 42° aside.",
        lambda e, a: (
            a["length"][0] <= 3
            and 40 < a["turned"][2, 0] < 45
            and _most(a, "turned", "norm") < 0.1
            and not _left(e, a)["value"]
        ),
    ),
    Preset(
        "Threshold too high",
        {"threshold": "30"},
        "Thirty is more than this map bears: a step of η times 30 leads off it as well. A threshold is worth something "
        "when it is close to the gradients of ordinary steps; drag it down until the walk survives.",
        lambda e, a: all(_left(e, a).values()),
    ),
    Preset(
        "Threshold too low",
        {"threshold": "0.01"},
        "Now every step is clipped from the start. Guess how far 300 steps of at most η times c can lead: clipped by "
        "norm, the walk has only just come to the edge.",
        lambda e, a: _losses(a)["norm"] > 0.03 and _most(a, "step_length", "norm") <= 0.3 * 0.01 * (1 + 1e-4),
    ),
    Preset(
        "A fraction of the rate",
        {"gradient_descent.learning_rate": "0.02", "steps": "2000"},
        "A small learning rate is no cure. The way to the edge takes it more than a thousand steps, against one "
        "hundred, and whether the wall then throws it away hangs on where the last step before it ends: try 0.021.",
        lambda e, a: (
            int(np.nanargmax(a["norms"][0, :, 0])) > 1_000
            and float(np.nanmax(a["norms"][0, :, 0])) > 10
            and not _left(e, a)["norm"]
        ),
    ),
    Preset(
        "Momentum remembers",
        {"optimizers": "momentum", "momentum.learning_rate": "0.03"},
        "The velocity remembers the wall for ten steps and more. Not clipped, one gradient is enough to send the walk "
        "away for good; clipped, it enters the memory as one ordinary gradient.",
        lambda e, a: _left(e, a)["none"] and not _left(e, a)["norm"],
    ),
    Preset(
        "Adam clips by itself",
        {"optimizers": "adam", "steps": "500"},
        "Adam divides by the root of its second moment, so no step is much longer than its rate, clipped or not. What "
        "is long is its memory: after the wall the unclipped one steps more cautiously.",
        lambda e, a: not any(_left(e, a).values()) and _most(a, "step_length", "none") < 0.2,
    ),
    Preset(
        "Any sudden drop",
        {"surface": "escarpment", "gradient_descent.learning_rate": "2", "steps": "100"},
        "Any sudden drop will do. The step that meets it is 23 long and leads off the map; it comes back only because "
        "this plain slopes home. Clipped, no step is longer than 2 (by value 2.8): measure them below.",
        lambda e, a: _most(a, "step_length", "none") > 20 and _most(a, "step_length", "norm") < 2.01,
    ),
)

LESSON = Lesson(
    name="cliffs",
    title="Cliffs and clipping",
    part="Terrain",
    order=2,
    question="What does one enormous gradient do to a walk, and what is left of it when it is clipped?",
    Experiment=ClippedSettings,
    record=clipped_runs.record,
    scene=draw,
    standings=lambda e, arrays: standings.standings(e, arrays, tuple(TITLES.values())),
    presets=PRESETS,
    formula=clipped_runs.formulas,
    theory=clipped_runs.comparisons,
    theory_note=clipped_runs.NOTE,
    code=lambda e: code.programs(e, e.specs),
    poster=lambda e: scene.poster(e, clipped_runs.record(e)["position"], LINES),
    references=(
        "R. Pascanu, T. Mikolov, Y. Bengio (2013), On the difficulty of training recurrent neural networks, ICML, "
        "arXiv:1211.5063",
        "T. Mikolov (2012), Statistical language models based on neural networks, PhD thesis, Brno",
        "J. Zhang, T. He, S. Sra, A. Jadbabaie (2020), Why gradient clipping accelerates training, ICLR, "
        "arXiv:1905.11881",
    ),
)
