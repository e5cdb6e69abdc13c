"""The race: any optimizers on any surface, from one start, with every number in reach."""

from app.contract.lesson import Arrays, Lesson, Preset, Views
from app.lessons.race import learning_rate_sweep, seed_ensemble, single_run
from app.lessons.race.settings import RaceSettings
from app.stage import Scene
from app.trajectories import scene, theory
from app.trajectories.standings import by_name, outcomes

VIEWS: Views[RaceSettings] = Views(
    single=single_run, seeds=seed_ensemble, swarm=seed_ensemble, tuned=learning_rate_sweep
)


def draw(e: RaceSettings) -> Scene:
    return Scene(
        lesson="race",
        steps=e.steps,
        runs=VIEWS.runs(e),
        panels=VIEWS.panels(e),
        sliders=e.sliders(),
        focus=e.focused,
        selectable="focus",
    )


def _momentum_wins(e: RaceSettings, arrays: Arrays) -> bool:
    arrived = {name: r.step for name, r in by_name(e, arrays).items() if r.outcome == "converged"}
    return sorted(arrived, key=lambda name: arrived[name] or 0)[:2] == ["nesterov", "momentum"] and (
        "gradient_descent" not in arrived
    )


PRESETS: tuple[Preset[RaceSettings], ...] = (
    Preset(
        "Seven from one start",
        {},
        "Momentum and Nesterov are there first. Gradient descent follows the same valley and is still on its way, and "
        "AdaGrad's steps shrink before it arrives: look at its effective learning rate.",
        _momentum_wins,
    ),
    Preset(
        "The banana valley",
        {"surface": "rosenbrock", "optimizers": "gradient_descent,momentum,adam", "steps": "1500"},
        "Everybody drops into the valley within a few steps; the way along its floor takes gradient descent longer "
        "than 1,500 steps, and momentum fewer than 200.",
        lambda e, a: (
            outcomes(e, a) == {"gradient_descent": "walking", "momentum": "converged", "adam": "converged"}
            and (by_name(e, a)["momentum"].step or 0) < 200
        ),
    ),
    Preset(
        "Just too large",
        {
            "surface": "bowl",
            "optimizers": "gradient_descent,momentum,nesterov",
            "shared": "true",
            "learning_rate": "0.25",
        },
        "One learning rate for all, above gradient descent's limit of 0.2. Momentum bears up to 0.38 and converges; "
        "Nesterov bears less than either, 0.136. Drag the rate and watch who flies off when.",
        lambda e, a: (
            outcomes(e, a) == {"gradient_descent": "diverged", "momentum": "converged", "nesterov": "diverged"}
        ),
    ),
    Preset(
        "Which valley?",
        {"surface": "himmelblau", "x": "0", "y": "-0.5", "optimizers": "gradient_descent,momentum,adam"},
        "Four minima, all equally deep. From near the top small differences decide: drag the start a little and count "
        "the valleys that are reached.",
        lambda e, a: len({r.place.position for r in by_name(e, a).values() if r.place}) >= 2,
    ),
    Preset(
        "Resting on the saddle",
        {"surface": "saddle", "x": "1.5", "y": "0"},
        "The start lies on the ridge, where the gradient never points off it. Everybody walks to the saddle and stays, "
        "and no gradient norm says that this is not a minimum.",
        lambda e, a: "converged" not in outcomes(e, a).values() and "stalled" in outcomes(e, a).values(),
    ),
    Preset(
        "Noise finds a way",
        {"surface": "saddle", "x": "1.5", "y": "0", "noise": "0.1", "optimizers": "gradient_descent,momentum,adam"},
        "The same ridge with a little noise on every gradient: it pushes each run off the ridge, and from there it is "
        "downhill. Change the seed and some leave on the other side.",
        lambda e, a: bool((abs(a["position"][:, -1, 1]) > 2.5).all()),
    ),
    Preset(
        "The noise ball",
        {"surface": "bowl", "noise": "5", "optimizers": "gradient_descent,momentum", "steps": "500"},
        "With a constant learning rate nobody comes to rest: the loss levels off, and momentum, which steps farther, "
        "levels off higher. Halve the learning rate and the ball shrinks.",
        lambda e, a: bool(a["loss"][1, -200:].mean() > a["loss"][0, -200:].mean() > 0.01),
    ),
    Preset(
        "Stuck on the plateau",
        {"surface": "plateau", "plateau.width": "6", "optimizers": "gradient_descent,momentum,rmsprop,adam"},
        "On the flat the gradient is nearly zero and so are the steps of gradient descent. Momentum carries its speed "
        "across. Make the plateau wider and see when even that is not enough.",
        lambda e, a: outcomes(e, a)["momentum"] == "converged" and outcomes(e, a)["gradient_descent"] == "walking",
    ),
    Preset(
        "A swarm",
        {"surface": "himmelblau", "mode": "swarm", "optimizers": "gradient_descent,momentum,adam"},
        "One start proves little. Here every optimizer begins all over the map: play, and watch four valleys fill. The "
        "table says how many have come to the bottom of one.",
        lambda e, a: a["crowd"].shape[1] == 1_500 and bool((a["share"][:, -1] > 0.5).all()),
    ),
    Preset(
        "64 seeds",
        {"surface": "bowl", "mode": "seeds", "noise": "5", "optimizers": "gradient_descent,momentum"},
        "Sixty-four seeds of the same noise. Single runs cross all the time; the medians do not, and the middle halves "
        "of the two barely touch: that momentum levels off higher is no luck.",
        lambda e, a: bool((a["median"][1, 20:] > a["median"][0, 20:]).mean() > 0.9),
    ),
    Preset(
        "Tuned",
        {"mode": "tuned"},
        "The same gradients for all, and for each the best of 41 learning rates. Guess first who gains most: compare "
        "with the first preset, and see in the sweep who is choosy about its rate.",
        lambda e, a: bool((a["loss"][:, -1] < 1e-3).sum() > 4),
    ),
)

LESSON = Lesson(
    name="race",
    title="The race",
    part="Optimizers",
    order=4,
    question="Which optimizer reaches the minimum first, and what does each need for it?",
    Experiment=RaceSettings,
    record=VIEWS.record,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=VIEWS.formula,
    theory=VIEWS.theory,
    theory_note=theory.NOTE,
    code=lambda e: VIEWS[e].programs(e),
    poster=scene.poster,
    caption=VIEWS.caption,
    drafts=lambda e: VIEWS[e] is seed_ensemble,
    references=(
        "S. Ruder (2016), An overview of gradient descent optimization algorithms, arXiv:1609.04747",
        "G. Goh (2017), Why momentum really works, Distill, doi:10.23915/distill.00006",
        "L. Bottou, F. Curtis, J. Nocedal (2018), Optimization methods for large-scale machine learning, SIAM Review",
    ),
)
