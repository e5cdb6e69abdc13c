"""Learning-rate schedules: two of them side by side, their curves above the descents that they cause."""

from dataclasses import replace
from typing import Any

import numpy as np

import optimizers
from app import compute
from app.contract.lesson import Arrays, Lesson, Preset
from app.lessons.schedules import code, scene, theory
from app.lessons.schedules.record import record
from app.lessons.schedules.settings import METHODS, NAMES, PLACES, ScheduleSettings
from app.lessons.schedules.theory import quarter
from app.settings.control_factories import seed, titles
from app.settings.controls import Choice, Control, Fold
from app.trajectories.controls import VIEW, steps, surface
from app.trajectories.scene import poster

PROBLEMS = {"surface": "a noisy surface", "tumours": "64 tumours, in mini-batches"}


def controls(e: Any) -> tuple[Control, ...]:
    kinds = {name: compute.scheduler(name).title for name in NAMES}
    methods = titles(optimizers, METHODS)
    moved = ("x", "y", "playhead", "*.learning_rate")
    chosen = tuple(
        Choice(name=place, label=f"{place.title()} schedule", options=kinds, resets=(f"{place}.*", "playhead"), share=3)
        for place in PLACES
    )
    noise = replace(seed(share=6), label="Seed of the noise")
    ground = (replace(surface(e), share=6), noise, *VIEW.controls) if e.problem == "surface" else (noise,)
    return (
        *chosen,
        Choice(name="optimizers", label="Optimizer", options=methods, resets=("*.learning_rate",), share=4),
        steps(100),
        Choice(name="problem", label="On", options=PROBLEMS, resets=moved, share=4),
        Fold(label="More", controls=ground),
    )


def _cuts(arrays: Arrays, run: int) -> np.ndarray:
    """The steps at which a rate was cut."""
    return np.flatnonzero(np.diff(arrays["learning_rate"][run]) < 0) + 1


def _patient(e: Any, arrays: Arrays) -> bool:
    """Every cut comes after one bad step more than the patience allows, and multiplies by the factor."""
    rates, numbers = arrays["learning_rate"][1], e.numbers("second")
    before = [arrays["bad"][1, step - 2] for step in _cuts(arrays, 1)]
    ratios = [rates[step] / rates[step - 1] for step in _cuts(arrays, 1)]
    return len(before) > 3 and set(before) == {numbers["patience"]} and np.allclose(ratios, numbers["factor"])


QUARTIC = {"surface": "=0.05*x^4 + y^2", "x": "-5", "noise": "0.5", "gradient_descent.learning_rate": "0.45"}
PRESETS = (
    Preset(
        "Constant or cosine",
        {},
        "Every gradient is noisy. A constant rate comes down fast and then rattles about at a level that the dotted "
        "line predicts. The cosine walks as fast at first, and lets the noise ball shrink to nothing.",
        lambda e, a: bool(quarter(e, a)[1] < quarter(e, a)[0] / 5),
    ),
    Preset(
        "Patience",
        {"second": "reduce_on_plateau"},
        "This one watches the loss. Each step that is no better than the best counts as bad; after ten in a row "
        "patience ends with the next, and the rate is halved. Predict what a patience of 40 does, then drag it.",
        _patient,
    ),
    Preset(
        "Warm-up",
        {**QUARTIC, "second": "warmup+constant"},
        "Far out this bowl is steep. At its full rate the first step lands farther out than it began, and the next "
        "one farther still. After twenty small steps the same rate is harmless.",
        lambda e, a: bool(a["length"][0] < 30 and a["length"][1] > e.steps and a["loss"][1, -1] < 1),
    ),
    Preset(
        "One cycle",
        {"second": "one_cycle", "optimizers": "momentum", "noise": "1"},
        "The rate rises to its peak and falls far below its start, while the momentum does the opposite: when steps "
        "are long, little is carried on. In the end both together let the noise die.",
        lambda e, a: (
            bool(quarter(e, a)[1] < quarter(e, a)[0])
            and abs(a["momentum"][1].min() - 0.85) < 1e-3
            and abs(a["momentum"][1, -1] - 0.95) < 1e-3
        ),
    ),
    Preset(
        "Too early",
        {"first": "step", "second": "step", "second.step_size": "15", "noise": "0.5"},
        "Both are divided by ten at each drop, every 100 steps or every 15. All rates of the second add up to too "
        "little: it freezes on the way, far from any noise. Drag T until it just gets there.",
        lambda e, a: bool(quarter(e, a)[1] > 10 * quarter(e, a)[0]),
    ),
    Preset(
        "The cosine that rises again",
        {"first": "cosine", "second": "cosine_warm_restarts"},
        "Without a stop at T_max = 100 the cosine climbs back to the full rate, and the noise is back at step 200. "
        "Warm restarts do it on purpose, and at once; each fall is twice as long.",
        lambda e, a: (
            abs(a["learning_rate"][0, 200] - e.hypers(e.method)["learning_rate"]) < 1e-4
            and bool(a["loss"][0, 180:220].mean() > 5 * a["loss"][0, 90:110].mean())
        ),
    ),
    Preset(
        "64 tumours",
        {"problem": "tumours", "second": "inverse_sqrt"},
        "A real problem: malignant or not, from radius and texture, on mini-batches of four. Nobody adds noise here, "
        "the patients disagree by themselves, and the same picture appears.",
        lambda e, a: bool(quarter(e, a)[1] < quarter(e, a)[0] / 2),
    ),
    Preset(
        "Impatience",
        {"problem": "tumours", "second": "reduce_on_plateau"},
        "Some mini-batch of four is easy by luck, and no later one is better: the schedule takes that for a plateau "
        "and cuts again and again on the way. Let it look at more patients at once: drag B to 64.",
        lambda e, a: _cuts(a, 1)[0] < 30 and _cuts(record(e.changed({"batch": "64"})), 1)[0] > 100,
    ),
)

LESSON = Lesson(
    name="schedules",
    title="Learning-rate schedules",
    part="Optimizers",
    order=5,
    question="When should the steps get smaller, and who decides?",
    Experiment=ScheduleSettings,
    record=record,
    scene=scene.scene,
    scenery=scene.SCENERY,
    values=scene.values,
    standings=theory.standings,
    controls=controls,
    presets=PRESETS,
    formula=theory.formulas,
    theory=theory.comparisons,
    theory_note=theory.NOTE,
    code=code.programs,
    poster=lambda e: poster(e, record(e)["position"], scene.runs(e)),
    caption=theory.words,
    references=(
        "H. Robbins, S. Monro (1951), A stochastic approximation method, Annals of Mathematical Statistics 22",
        "I. Loshchilov, F. Hutter (2017), SGDR: stochastic gradient descent with warm restarts, ICLR, arXiv:1608.03983",
        "L. Smith, N. Topin (2018), Super-convergence, arXiv:1708.07120",
        "P. Goyal et al. (2017), Accurate, large minibatch SGD, arXiv:1706.02677",
    ),
)
