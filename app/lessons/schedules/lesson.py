"""Learning-rate schedules: two of them side by side, their curves above the descents that they cause."""

import numpy as np

from app.contract.lesson import Arrays, Lesson, Preset, Views
from app.lessons.schedules import breast_cancer_runs, surface_runs
from app.lessons.schedules.results import quarter
from app.lessons.schedules.settings import ScheduleSettings
from app.stage import Scene
from app.trajectories.scene import poster

VIEWS: Views[ScheduleSettings] = Views(surface=surface_runs, tumours=breast_cancer_runs)


def draw(e: ScheduleSettings) -> Scene:
    return Scene(
        lesson="schedules",
        steps=e.steps,
        runs=VIEWS.runs(e),
        panels=VIEWS.panels(e),
        sliders=e.sliders(),
        focus=e.place,
        selectable="place",
    )


def _cuts(arrays: Arrays, run: int) -> np.ndarray:
    """The steps at which a rate was cut."""
    return np.flatnonzero(np.diff(arrays["learning_rate"][run]) < 0) + 1


def _patient(e: ScheduleSettings, arrays: Arrays) -> bool:
    """Every cut comes after one bad step more than the patience allows, and multiplies by the factor."""
    rates, numbers = arrays["learning_rate"][1], e.numbers("second")
    before = [arrays["bad"][1, step - 2] for step in _cuts(arrays, 1)]
    ratios = [rates[step] / rates[step - 1] for step in _cuts(arrays, 1)]
    return len(before) > 3 and set(before) == {numbers["patience"]} and np.allclose(ratios, numbers["factor"])


QUARTIC = {"surface": "=0.05*x^4 + y^2", "x": "-5", "noise": "0.5", "gradient_descent.learning_rate": "0.45"}
PRESETS: tuple[Preset[ScheduleSettings], ...] = (
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
        lambda e, a: _cuts(a, 1)[0] < 30 and _cuts(VIEWS.record(e.changed({"batch": "64"})), 1)[0] > 100,
    ),
)

LESSON = Lesson(
    name="schedules",
    title="Learning-rate schedules",
    part="Optimizers",
    order=5,
    question="When should the steps get smaller, and who decides?",
    Experiment=ScheduleSettings,
    record=VIEWS.record,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=VIEWS.formula,
    theory=VIEWS.theory,
    theory_note=surface_runs.NOTE,
    code=lambda e: VIEWS[e].programs(e),
    poster=lambda e: poster(e, VIEWS.record(e)["position"], VIEWS.runs(e)),
    caption=VIEWS.caption,
    references=(
        "H. Robbins, S. Monro (1951), A stochastic approximation method, Annals of Mathematical Statistics 22",
        "I. Loshchilov, F. Hutter (2017), SGDR: stochastic gradient descent with warm restarts, ICLR, arXiv:1608.03983",
        "L. Smith, N. Topin (2018), Super-convergence, arXiv:1708.07120",
        "P. Goyal et al. (2017), Accurate, large minibatch SGD, arXiv:1706.02677",
    ),
)
