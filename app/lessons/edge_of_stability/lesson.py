"""The edge of stability: why the sharpness of a network stops where the learning rate says."""

import numpy as np

from app.contract.lesson import Lesson, Preset, Views
from app.lessons.edge_of_stability import catapult, code, full_batch_training, prepared
from app.lessons.edge_of_stability.settings import EdgeSettings
from app.stage import Scene

VIEWS: Views[EdgeSettings] = Views(network=full_batch_training, catapult=catapult)


def draw(e: EdgeSettings) -> Scene:
    return Scene(
        lesson="edge_of_stability",
        steps=e.last_step,
        runs=VIEWS.runs(e),
        panels=VIEWS.panels(e),
        sliders=e.sliders(),
        seconds=8,
    )


PRESETS: tuple[Preset[EdgeSettings], ...] = (
    Preset(
        "At the edge",
        {},
        "The sharpness rises until it is 2/η = 4 and stays there, while the loss jumps up and down and still goes to "
        "zero. The second run has a fifth of the rate and an edge five times as high: will it get there?",
        lambda e, a: (
            abs(full_batch_training.hovering(a["share"][0]) - 1) < 0.07
            and full_batch_training.hovering(a["share"][1]) < 0.6
        ),
    ),
    Preset(
        "Half the rate, twice the edge",
        {"ratio": "0.5"},
        "Guess before you play where the second run's sharpness will stop. It takes longer, and it is there before the "
        "end: what the sharpness comes to is set by the learning rate, not by the data.",
        lambda e, a: all(abs(full_batch_training.hovering(share) - 1) < 0.08 for share in a["share"]),
    ),
    Preset(
        "Begun above the edge",
        {"learning_rate": "1"},
        "With η = 1 the edge is below the sharpness of the first weights. The first steps throw the network to a "
        "flatter place, a catapult, and there it stays at the edge.",
        lambda e, a: bool(a["share"][0, 0] > 1.1) and abs(full_batch_training.hovering(a["share"][0]) - 1) < 0.07,
    ),
    Preset(
        "Momentum: a farther edge",
        {"method": "momentum"},
        "A ball that rolls on crosses a valley to and fro without being thrown out of it: its edge is 2(1 + β)/η, "
        "nearly twice as high. Drag β down to 0 and let go: the edge comes down to 2/η.",
        lambda e, a: abs(full_batch_training.hovering(a["share"][0]) - 1) < 0.07 and abs(a["edge"][0, 0] - 7.6) < 1e-3,
    ),
    Preset(
        "Adam: 38/η",
        {"method": "adam"},
        "Adam looks through its own glasses: measured in its rates, the sharpness climbs to 38/η and stops. The second "
        "run, five times slower, is far from its own edge when the run ends.",
        lambda e, a: 0.9 < a["share"][0, -20:].mean() < 1.05 and full_batch_training.hovering(a["share"][1]) < 0.6,
    ),
    Preset(
        "Two weights: the catapult",
        {"show": "catapult"},
        "The loss is (uv)²/2, and ηλ = 2.88 at the start: too sharp to settle here. The loss rises a hundredfold, the "
        "walk is thrown inwards, and it settles where 2/η is not exceeded. Predict where, then play.",
        lambda e, a: catapult.seen(e, a) == catapult.THROWN and bool(np.nanmax(a["loss"]) > 30 * a["loss"][0, 0]),
    ),
    Preset(
        "Lazy",
        {"show": "catapult", "u": "1.7"},
        "Inside the inner circle: ηλ is below 2, the loss only falls, and the sharpness stays as it was. Drag the "
        "start outwards and see the loss rise as soon as it crosses the circle.",
        lambda e, a: catapult.seen(e, a) == catapult.LAZY and bool((np.diff(a["loss"][0]) <= 0).all()),
    ),
    Preset(
        "Gone",
        {"show": "catapult", "u": "2.9"},
        "Outside the outer circle: ηλ is above 4, and now every step makes the sharpness larger, not smaller. Nothing "
        "comes back from there. Make η smaller and the circles grow over the start.",
        lambda e, a: catapult.seen(e, a) == catapult.GONE,
    ),
)

prepared.keep([e for e in (EdgeSettings.parse(preset.settings) for preset in PRESETS) if e.show == "network"])
LESSON = Lesson(
    name="edge_of_stability",
    title="The edge of stability",
    part="Optimizers",
    order=6,
    question="A learning rate is too large for a sharp valley: so why does training with it not diverge?",
    Experiment=EdgeSettings,
    record=VIEWS.record,
    work=VIEWS.work,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=VIEWS.formula,
    theory=VIEWS.theory,
    theory_note=f"Network: {full_batch_training.NOTE}\n\nTwo weights: {catapult.NOTE}",
    code=code.programs,
    caption=VIEWS.caption,
    drafts=lambda e: e.show == "catapult",
    poster=full_batch_training.poster,
    references=(
        "J. Cohen, S. Kaur, Y. Li, J. Z. Kolter, A. Talwalkar (2021), Gradient descent on neural networks typically "
        "occurs at the edge of stability, ICLR, arXiv:2103.00065",
        "J. Cohen et al. (2022), Adaptive gradient methods at the edge of stability, arXiv:2207.14484",
        "A. Lewkowycz, Y. Bahri, E. Dyer, J. Sohl-Dickstein, G. Gur-Ari (2020), The large learning rate phase of deep "
        "learning: the catapult mechanism, arXiv:2003.02218",
        "A. Damian, E. Nichani, J. D. Lee (2023), Self-stabilization: the implicit bias of gradient descent at the "
        "edge of stability, ICLR, arXiv:2209.15594",
    ),
)
