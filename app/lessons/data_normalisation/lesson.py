"""Data normalisation: what the mean and the scale of a feature make of the bowl, and of the steps to its bottom."""

from app.contract.lesson import Arrays, Lesson, Preset, Views
from app.lessons.data_normalisation import code, digit_scaling, explanations, feature_scaling
from app.lessons.data_normalisation.settings import DataNormalisationSettings
from app.stage import Scene

VIEWS: Views[DataNormalisationSettings] = Views(line=feature_scaling, digits=digit_scaling)


def draw(e: DataNormalisationSettings) -> Scene:
    return Scene(
        lesson="data_normalisation",
        steps=e.steps,
        runs=VIEWS.runs(e),
        panels=VIEWS.panels(e),
        sliders=e.sliders(),
        arrays=VIEWS.scene_arrays(e),
    )


def _took(arrays: Arrays, raw: int, treated: int) -> bool:
    return bool(arrays["arrived"].tolist() == [raw, treated])


PRESETS: tuple[Preset[DataNormalisationSettings], ...] = (
    Preset(
        "A mean of three",
        {},
        "Nothing but its mean is wrong with this feature, and the bowl is a gutter. Each run takes the best learning "
        "rate for its bowl. Guess before you play: 1 step on the right, and on the left?",
        lambda e, a: _took(a, 411, 1),
    ),
    Preset(
        "A mean of one",
        {"mean": "1", "steps": "50"},
        "A mean as large as the standard deviation already costs 24 steps for 1. Drag the mean in the picture of the "
        "condition number: it grows with its fourth power.",
        lambda e, a: _took(a, 24, 1),
    ),
    Preset(
        "Nothing to repair",
        {"mean": "0", "steps": "50"},
        "Mean 0, standard deviation 1: both bowls are round, the gradient points at the bottom, and one step of "
        "length 1 is all it takes.",
        lambda e, a: _took(a, 1, 1),
    ),
    Preset(
        "A small scale",
        {"mean": "0", "spread": "0.3", "steps": "100"},
        "Centred, but measured in large units: the loss hardly notices the weight. κ is 1/σ² here. Who has features "
        "in metres and in millimetres has this bowl.",
        lambda e, a: (
            abs(feature_scaling.condition(feature_scaling.sides(e)[0]) - 1 / 0.09) < 1e-6 and a["arrived"][0] > 30
        ),
    ),
    Preset(
        "Divided, not centred",
        {"treatment": "scale", "spread": "0.5", "steps": "2000"},
        "Dividing by σ alone multiplies the mean as well: from 3 to 6. The treated bowl is the worse one. Predict "
        "what centring alone would do, then choose it.",
        lambda e, a: (
            feature_scaling.condition(feature_scaling.sides(e)[1])
            > 3 * feature_scaling.condition(feature_scaling.sides(e)[0])
        ),
    ),
    Preset(
        "One rate for both",
        {"best": "false", "learning_rate": "0.3", "steps": "50"},
        "The same learning rate, 0.3, on both. The steep side of the gutter allows no more than 0.18: the raw run "
        "flies off, the standardised one does not even hurry. Drag the rate.",
        lambda e, a: a["length"][0] <= e.steps and a["arrived"][1] > 0,
    ),
    Preset(
        "Momentum helps, less",
        {"optimizer": "momentum", "steps": "150"},
        "Tuned momentum pays √κ where gradient descent pays κ: some 60 steps instead of 411. Standardising costs "
        "nothing and is better than any optimizer.",
        lambda e, a: 30 < a["arrived"][0] < 120 and a["arrived"][1] == 1,
    ),
    Preset(
        "Digits, four ways",
        {"show": "digits"},
        "The same classifier on four kinds of pixels, each at half the rate its curvature allows. Dividing by 16 alone "
        "changes little but that rate; subtracting the mean is what helps. Whitening learns fastest, and generalises "
        "worst: it blows up the noise.",
        lambda e, a: (
            abs(a["loss"][0, -1] / a["loss"][1, -1] - 1) < 0.1
            and a["loss"][3, -1] < a["loss"][2, -1] < a["loss"][1, -1] / 3
            and a["accuracy"][3, -1] < a["accuracy"][2, -1]
        ),
    ),
    Preset(
        "Digits, one learning rate",
        {"show": "digits", "best": "false"},
        "0.1 for all four. The raw pixels bear 0.0075: their loss leaps up before it finds flatter ground, and the "
        "pixels between 0 and 1 crawl. Scale decides what a learning rate means.",
        lambda e, a: a["loss"][0].max() > 10 and a["loss"][1, -1] == a["loss"][:, -1].max(),
    ),
)

LESSON = Lesson(
    name="data_normalisation",
    title="Data normalisation",
    part="Regularisation",
    order=1,
    question="Why does training become so much faster once every feature has mean 0 and standard deviation 1?",
    Experiment=DataNormalisationSettings,
    record=VIEWS.record,
    work=VIEWS.work,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=explanations.formula,
    theory=VIEWS.theory,
    theory_note=f"A line: {feature_scaling.NOTE}\n\nDigits: {digit_scaling.NOTE}",
    code=code.programs,
    caption=VIEWS.caption,
    poster=feature_scaling.poster,
    references=(
        "Y. LeCun, I. Kanter, S. A. Solla (1991), Eigenvalues of covariance matrices: application to neural-network "
        "learning, Physical Review Letters 66",
        "Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller (1998), Efficient BackProp, Neural Networks: Tricks of the Trade",
    ),
)
