"""L1, L2 and sparsity: why one penalty makes weights zero and the other only small."""

import numpy as np

from app.contract.lesson import Arrays, Lesson, Preset, Views
from app.lessons.sparsity import code, diabetes, explanations, lp_ball, sparse_training
from app.lessons.sparsity.settings import SparsitySettings
from app.stage import Scene

VIEWS: Views[SparsitySettings] = Views(ball=lp_ball, diabetes=diabetes, network=sparse_training)


def draw(e: SparsitySettings) -> Scene:
    return Scene(
        lesson="sparsity",
        steps={"ball": lp_ball.BUDGETS, "diabetes": diabetes.LAST, "network": e.steps}[e.show],
        runs=VIEWS.runs(e),
        panels=VIEWS.panels(e),
        sliders=e.sliders(),
        unit="step" if e.show == "network" else "place",
        seconds=6,
        arrays=VIEWS.scene_arrays(e),
    )


def _zeros(arrays: Arrays) -> list[float]:
    return [float(row[-1]) for row in arrays["zeros"]]


PRESETS: tuple[Preset[SparsitySettings], ...] = (
    Preset(
        "The diamond",
        {},
        "The budget |w₁| + |w₂| shrinks. The isolines first meet the diamond on an edge, then at its corner, where one "
        "weight is exactly zero. How much of the budget is left then? Guess before you play.",
        lambda e, a: lp_ball.first_zero(a["smaller"][0]) == 67 and lp_ball.first_zero(a["smaller"][1]) is None,
    ),
    Preset(
        "The disc",
        {"p": "2"},
        "A disc has no corners. Both weights shrink by the same factor and reach zero together, when nothing is left. "
        "Drag the exponent towards 1 and see the solution slide to the axis.",
        lambda e, a: lp_ball.first_zero(a["smaller"][0]) is None and np.allclose(a["path"][0], a["path"][1], atol=0.01),
    ),
    Preset(
        "Spikes",
        {"p": "0.5", "v": "1.5"},
        "Below p = 1 the ball has spikes and is not convex. As the budget falls both weights shrink at first; then the "
        "larger one grows again, back to its full size, while the smaller one vanishes. The diamond makes both pay.",
        lambda e, a: bool(a["path"][0, 50, 0] < 1.5 and a["path"][0, lp_ball.first_zero(a["smaller"][0]), 0] > 1.9),
    ),
    Preset(
        "The cube",
        {"p": "16"},
        "The largest weight pays for all. The corner now lies on the diagonal, and the weights become equal instead of "
        "zero.",
        lambda e, a: bool(np.ptp(a["path"][0, 60]) < 1e-3),
    ),
    Preset(
        "Features that agree",
        {"correlation": "0.8"},
        "Two features that say almost the same. L2 shares the work between them evenly. And L1? Guess before you "
        "play: its path does not move by a hair. It still drops the weaker of two features that agree.",
        lambda e, a: lp_ball.first_zero(a["smaller"][0]) == 67 and bool(np.ptp(a["path"][1, 50]) < 0.2),
    ),
    Preset(
        "Diabetes",
        {"show": "diabetes"},
        "From left to right the penalty falls. Under L1 the coefficients enter one after the other, body mass index "
        "and triglycerides first; under L2 all ten are there from the start.",
        lambda e, a: a["zeros"][1].max() == 0 and a["zeros"][0][0] == 10 and a["lasso"][2, 30] > 0.1,
    ),
    Preset(
        "Exact zeros in a network",
        {"show": "network"},
        "Two runs have the very same penalty λ|w|. Before you play: which of them has weights that are exactly zero? "
        "The histograms look alike; the count of zeros does not.",
        lambda e, a: _zeros(a)[3] > 0.3 and max(_zeros(a)[:3]) < 0.01,
    ),
    Preset(
        "Nine of ten are gone",
        {"show": "network", "strength": "0.02"},
        "A larger penalty: nearly nine of ten weights into the hidden layer are exactly zero, and nine of ten digits "
        "are still read. Guess what half as much again does, then drag λ to 0.03.",
        lambda e, a: _zeros(a)[3] > 0.8 and 0.85 < a["accuracy"][3, -1] < a["accuracy"][0, -1] - 0.03,
    ),
)

LESSON = Lesson(
    name="sparsity",
    title="L1, L2 and sparsity",
    part="Regularisation",
    order=5,
    question="Both penalties keep weights small: why does only one of them make weights exactly zero?",
    Experiment=SparsitySettings,
    record=VIEWS.record,
    work=VIEWS.work,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=explanations.formula,
    theory=VIEWS.theory,
    theory_note=f"Two weights: {lp_ball.NOTE}\n\nDiabetes: {diabetes.NOTE}\n\nNetwork: {sparse_training.NOTE}",
    code=code.programs,
    caption=VIEWS.caption,
    poster=lp_ball.poster,
    references=(
        "R. Tibshirani (1996), Regression shrinkage and selection via the lasso, JRSS B 58",
        "A. E. Hoerl, R. W. Kennard (1970), Ridge regression: biased estimation for nonorthogonal problems, "
        "Technometrics 12",
        "N. Parikh, S. Boyd (2014), Proximal algorithms, Foundations and Trends in Optimization 1",
    ),
)
