"""Momentum and Nesterov: a ball that rolls, its friction, and the map of both numbers with the closed forms on it."""

from dataclasses import replace

import numpy as np

from app.contract.lesson import Arrays, Lesson, Preset
from app.lessons.momentum import convergence_map, heavy_ball
from app.lessons.momentum.settings import BallSettings
from app.stage import Scene
from app.trajectories import code, scene, standings, theory
from app.trajectories.standings import by_name, outcomes


def record(e: BallSettings) -> dict[str, np.ndarray]:
    return heavy_ball.record(e) | convergence_map.arrays(e)


def draw(e: BallSettings) -> Scene:
    ground = replace(scene.contour(e), markers=heavy_ball.MARKERS)
    return Scene(
        lesson="momentum",
        steps=e.steps,
        runs=scene.runs(e),
        panels=(ground, convergence_map.panel(e), scene.loss(e), *heavy_ball.panels()),
        sliders=e.sliders(),
        focus=e.focused,
        selectable="focus",
        seconds=max(4.0, e.steps / 50),
        arrays=convergence_map.closed_forms(e),
    )


def _cycles(e: BallSettings, arrays: Arrays) -> bool:
    path = arrays["position"][0, :, 0]
    return bool(np.allclose(path[60:-3], path[63:], atol=1e-3) and np.ptp(path[-3:]) > 3)


def _crossings(arrays: Arrays, run: int) -> int:
    """How often a run rolls over the middle of the ravine."""
    along = arrays["position"][run, :, 0]
    return int(np.count_nonzero(np.diff(np.sign(along[np.abs(along) > 0.05]))))


def _parted(arrays: Arrays, step: int) -> bool:
    gap = np.abs(arrays["position"][0] - arrays["position"][1]).max(-1)
    return bool(gap[: step + 1].max() < 1e-4 and gap[step + 1 :].max() > 0.1)


def _steps(e: BallSettings, arrays: Arrays) -> dict[str, float]:
    return {name: np.inf if r.step is None else r.step for name, r in by_name(e, arrays).items()}


PRESETS: tuple[Preset[BallSettings], ...] = (
    Preset(
        "A ball in a ravine",
        {},
        "Each step of a ball is the pull of the gradient on top of what it carries on from the last step: across the "
        "ravine they cancel, along it they add up. Without that, three times the steps.",
        lambda e, a: 3 * _steps(e, a)["momentum"] < _steps(e, a)["gradient_descent"] < np.inf,
    ),
    Preset(
        "The best cell",
        {"optimizers": "gradient_descent,momentum", "learning_rate": "0.133592", "momentum": "0.402573"},
        "Where the dotted curves cross, the flat and the steep direction are damped critically: nothing is faster. "
        "Point at cells around it. Gradient descent, the lowest row, flies off at this rate.",
        lambda e, a: outcomes(e, a)["gradient_descent"] == "diverged" and _steps(e, a)["momentum"] < 20,
    ),
    Preset(
        "No friction",
        {"momentum": "1", "steps": "200"},
        "Predict before you play: which ball comes to rest? The heavy one keeps its energy and swings for ever. "
        "Nesterov looks ahead, and that alone is friction.",
        lambda e, a: (
            outcomes(e, a)["momentum"] == "walking"
            and outcomes(e, a)["nesterov"] == "converged"
            and float(np.ptp(a["energy"][1]) / a["energy"][1, 0]) < 1e-4
        ),
    ),
    Preset(
        "Too much momentum",
        {"momentum": "0.9", "optimizers": "momentum,nesterov"},
        "The heavy ball rolls through the minimum and back, several times. Nesterov has the same numbers, brakes "
        "earlier, and arrives first. Drag the momentum down to 0.6.",
        lambda e, a: _crossings(a, 0) > _crossings(a, 1) >= 1 and _steps(e, a)["nesterov"] < _steps(e, a)["momentum"],
    ),
    Preset(
        "Out of a hollow",
        {"surface": "three_hump_camel", "steps": "200", "momentum": "0.8"},
        "Gradient descent rolls into the first hollow and stays. The balls have the speed to leave it for the deepest "
        "one. Take momentum away until they do not.",
        lambda e, a: a["loss"][0, -1] > 0.29 and bool((a["loss"][1:, -1] < 1e-3).all()),
    ),
    Preset(
        "The ball that cycles for ever",
        {"surface": "lessard", "optimizers": "momentum", "learning_rate": "0.1111111111", "momentum": "0.4444444444"},
        "Convex, smooth, the best setting for quadratics with these curvatures: yet the ball goes round three points "
        "for ever. Point at the dark cells just to the left, and it arrives.",
        _cycles,
    ),
    Preset(
        "Two forms, one drop",
        {"optimizers": "momentum,slides_momentum", "learning_rate": "0.02", "momentum": "0.9", "drop": "0.1"},
        "At step 10 the rate falls to a tenth. Up to there the library's form and the lecture's are one walk; then one "
        "brakes at once, and the other rolls on: look at the length of a step.",
        lambda e, a: _parted(a, 10),
    ),
)

LESSON = Lesson(
    name="momentum",
    title="Momentum and Nesterov",
    part="Optimizers",
    order=2,
    question="What does a velocity buy, how much friction does it need, and what does Nesterov do better?",
    Experiment=BallSettings,
    record=record,
    scene=draw,
    standings=standings.standings,
    presets=PRESETS,
    formula=heavy_ball.formulas,
    theory=lambda e, arrays: (*convergence_map.comparisons(e), *heavy_ball.comparisons(e, arrays)),
    theory_note=theory.NOTE,
    code=lambda e: code.programs(e, e.specs if e.drop < 1 else None),
    poster=lambda e: scene.poster(e, heavy_ball.record(e)["position"]),
    caption=lambda e, arrays: convergence_map.words(e),
    references=(
        "B. T. Polyak (1964), Some methods of speeding up the convergence of iteration methods, USSR Computational "
        "Mathematics and Mathematical Physics 4(5)",
        "Y. Nesterov (1983), A method for solving the convex programming problem with convergence rate O(1/k²)",
        "G. Goh (2017), Why momentum really works, Distill, doi:10.23915/distill.00006",
        "I. Sutskever et al. (2013), On the importance of initialization and momentum in deep learning, ICML",
        "L. Lessard, B. Recht, A. Packard (2016), Analysis and design of optimization algorithms via integral "
        "quadratic constraints, SIAM Journal on Optimization 26(1)",
    ),
)
