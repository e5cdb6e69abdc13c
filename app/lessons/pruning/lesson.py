"""Prune and retrain: how few of a network's weights it needs."""

from app.contract.lesson import Arrays, Formula, Lesson, Preset
from app.lessons.pruning import code, pruned_network, scene
from app.lessons.pruning.settings import WAYS, PruningSettings
from app.stage import Scene


def draw(e: PruningSettings) -> Scene:
    return Scene(
        lesson="pruning",
        steps=e.steps,
        runs=pruned_network.runs(e),
        panels=scene.panels(e),
        sliders=e.sliders(),
        focus=e.focus,
        selectable="focus",
        seconds=6,
    )


def formula(e: PruningSettings) -> tuple[Formula, ...]:
    gone = 1 - e.kept
    cut = Formula(
        "Prune the smallest",
        r"m_i = \left[\, |w_i| \ge |w|_{(s)} \,\right], \qquad w \leftarrow m \odot w, \qquad"
        r"\nabla L \leftarrow m \odot \nabla L",
        rf"s = {gone:.3g}: \quad {pruned_network.WEIGHTS} \to "
        rf"{pruned_network.WEIGHTS - round(gone * pruned_network.WEIGHTS)}"
        r"\text{ weights}",
        "|w| with the index (s) is the size below which the share s of all weights lies. The mask m stays: retraining "
        "moves what is left, and nothing comes back.",
    )
    plan = Formula(
        "Little by little",
        r"s_i = s \left(1 - \left(1 - \tfrac{i}{n}\right)^3\right)",
        rf"s_i = {gone:.3g} \left(1 - \left(1 - \tfrac{{i}}{{{e.rounds}}}\right)^3\right)",
        "Large cuts first, while there is much to lose, and training in between.",
    )
    return (cut, plan)


def caption(e: PruningSettings, arrays: Arrays) -> str:
    dense, shot, gradual, chance = arrays["accuracy"][:, -1]
    return (
        f"Of {pruned_network.WEIGHTS} weights {e.kept:.0%} are left. In the end {shot:.1%} of the digits are right by "
        f"one cut, {gradual:.1%} by many, {chance:.1%} by chance; {dense:.1%} with all weights."
    )


def _end(a: Arrays, way: str) -> float:
    return float(a["accuracy"][list(WAYS).index(way), -1])


def _low(e: PruningSettings, a: Arrays, way: str) -> float:
    return float(scene.right_after(e, a)[list(WAYS).index(way)])


PRESETS: tuple[Preset[PruningSettings], ...] = (
    Preset(
        "One in ten",
        {},
        "Half way through, nine of ten weights go. Before you play, guess the accuracy right after the cut, and at the "
        "end. Watch the network: most of it comes back once what is left may train again.",
        lambda e, a: bool(_low(e, a, "shot") < 0.65 and _end(a, "shot") > _low(e, a, "shot") + 0.25),
    ),
    Preset(
        "Half is for nothing",
        {"kept": "0.5"},
        "Half of the weights go, and three digits in a hundred are lost, before retraining brings them back. Cut any "
        "half instead of the smallest, and every second digit is lost.",
        lambda e, a: bool(_low(e, a, "shot") > _end(a, "dense") - 0.04 and _low(e, a, "random") < 0.6),
    ),
    Preset(
        "Fifty weights",
        {"kept": "0.02", "focus": "gradual"},
        "Two in a hundred are left. One cut takes too much at once; many small ones, with training in between, find a "
        "better network of the same size.",
        lambda e, a: bool(_end(a, "gradual") > _end(a, "shot") + 0.03 > _end(a, "random")),
    ),
    Preset(
        "Any weights",
        {"focus": "random"},
        "The control: as many weights go, but any. How many of 32 hidden units lose all their ways out? Guess, then "
        "count the hollow ones. It is a third on average.",
        lambda e, a: bool(6 <= a["cut_off"][3] <= 16 and _end(a, "random") < _end(a, "shot")),
    ),
    Preset(
        "Cut before training",
        {"when": "0"},
        "The cut comes first, on random weights: their size says nothing yet about what they are good for. As many "
        "are left as in the first preset. Will more or fewer digits be right in the end?",
        lambda e, a: bool(0.8 < _end(a, "shot") < 0.88),
    ),
    Preset(
        "One round is one shot",
        {"rounds": "1", "focus": "gradual"},
        "A gradual cut in a single round is a cut at once: the same weights go, and the two runs are one. Turn the "
        "rounds up and watch them part.",
        lambda e, a: bool((a["accuracy"][1] == a["accuracy"][2]).all()),
    ),
)

LESSON = Lesson(
    name="pruning",
    title="Prune and retrain",
    part="Regularisation",
    order=6,
    question="How many of its weights does a trained network need, and which ones?",
    Experiment=PruningSettings,
    record=pruned_network.record,
    work=pruned_network.trials,
    scene=draw,
    standings=scene.standings,
    presets=PRESETS,
    formula=formula,
    theory=scene.comparisons,
    theory_note=scene.NOTE,
    code=code.programs,
    caption=caption,
    poster=scene.poster,
    references=(
        "Y. LeCun, J. Denker, S. Solla (1989), Optimal brain damage, NeurIPS",
        "S. Han, J. Pool, J. Tran, W. Dally (2015), Learning both weights and connections, NeurIPS, arXiv:1506.02626",
        "M. Zhu, S. Gupta (2017), To prune, or not to prune, arXiv:1710.01878",
        "J. Frankle, M. Carbin (2019), The lottery ticket hypothesis, ICLR, arXiv:1803.03635",
    ),
)
