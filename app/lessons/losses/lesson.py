"""Loss functions: how wrong is wrong, and how hard that pulls."""

import numpy as np

from app.contract.lesson import Arrays, Lesson, Preset, Views
from app.lessons.losses import code, label_noise, logit_losses, outliers
from app.lessons.losses.settings import LossSettings
from app.stage import Scene

VIEWS: Views[LossSettings] = Views(logit=logit_losses, outliers=outliers, labels=label_noise)


def draw(e: LossSettings) -> Scene:
    return Scene(
        lesson="losses",
        steps=e.last_step,
        runs=VIEWS.runs(e),
        panels=VIEWS.panels(e),
        sliders=e.sliders(),
        seconds=6,
        arrays=VIEWS.scene_arrays(e),
    )


def _off(a: Arrays) -> list[float]:
    return [outliers.off(end) for end in a["weights"][:, -1]]


PRESETS: tuple[Preset[LossSettings], ...] = (
    Preset(
        "The plateau",
        {},
        "A logit of 4, and the truth is no: surely wrong. Who pulls hardest? Guess before you play. Squares after a "
        "sigmoid have next to no slope there: 0.017 against 0.98.",
        lambda e, a: bool(
            abs(logit_losses.here(a, "sigmoid_mse")[1] - 0.0173) < 5e-5
            and abs(logit_losses.here(a, "cross_entropy")[1] - 0.982) < 5e-5
            and np.argmax(logit_losses.trajectory(a, "sigmoid_mse") < 0)
            > 10 * np.argmax(logit_losses.trajectory(a, "cross_entropy") < 0)
            > 0
        ),
    ),
    Preset(
        "Not sure yet",
        {"logit": "0"},
        "A logit of 0, as at the start of training: every loss pulls, squares after a sigmoid a quarter as hard as "
        "cross-entropy. The plateau is a trap for later.",
        lambda e, a: bool(
            abs(logit_losses.here(a, "sigmoid_mse")[1] - 0.125) < 1e-6
            and abs(logit_losses.here(a, "cross_entropy")[1] - 0.5) < 1e-6
        ),
    ),
    Preset(
        "Sure enough",
        {"smoothing": "0.2"},
        "Cross-entropy always wants more. Smoothed labels ask for a probability of 0.9 and no more: where will that "
        "logit come to rest? The hinge rests too, beyond its margin, and says nothing any more.",
        lambda e, a: bool(
            abs(logit_losses.trajectory(a, "smoothed")[-1] + np.log(9)) < 0.01
            and logit_losses.trajectory(a, "cross_entropy")[-1] < logit_losses.trajectory(a, "cross_entropy")[-50] < -3
            and logit_losses.trajectory(a, "hinge")[-1] == logit_losses.trajectory(a, "hinge")[-50]
        ),
    ),
    Preset(
        "Too right",
        {"logit": "-6"},
        "A logit of −6: the answer is right and sure. The plain squared error pulls hard, and the wrong way: it wants "
        "exactly −1, and punishes whoever is better. Who else pulls back, a little?",
        lambda e, a: bool(
            logit_losses.here(a, "mse")[1] == -5
            and -0.1 < logit_losses.here(a, "smoothed")[1] < 0 < logit_losses.here(a, "cross_entropy")[1] < 0.01
        ),
    ),
    Preset(
        "Look away",
        {"logit": "-1", "gamma": "5"},
        "The answer is right, if not surely. Focal loss with γ = 5 has all but lost interest: its gradient is a "
        "fiftieth of cross-entropy's. It keeps its strength for what is wrong.",
        lambda e, a: bool(logit_losses.here(a, "focal")[1] < logit_losses.here(a, "cross_entropy")[1] / 50),
    ),
    Preset(
        "Outliers",
        {"show": "outliers"},
        "One target in ten is wrong, nine too high. By how much will least squares be lifted? Guess, then play and "
        "read its intercept. The other two losses hardly notice.",
        lambda e, a: bool(_off(a)[0] > 0.7 and max(_off(a)[1:]) < 0.3),
    ),
    Preset(
        "Huber is both",
        {"show": "outliers", "delta": "20"},
        "With its corner at 20 Huber's loss never leaves its parabola, and its line is that of least squares. Drag δ "
        "down to 0.01 and it becomes the absolute error.",
        lambda e, a: bool(np.allclose(a["weights"][0, -1], a["weights"][2, -1], atol=0.01)),
    ),
    Preset(
        "Wrong labels",
        {"show": "labels"},
        "Three of ten digits have the label of another one. All losses first learn what is true, then the wrong labels "
        "by heart. Which one resists longest? Guess before you play. Here the plateau is a virtue.",
        lambda e, a: bool(
            a["accuracy"][0].max() > a["accuracy"][0, -1] + 0.1
            and a["memorised"][:4, -1].min() > 0.9 > a["memorised"][4, -1] + 0.1
            and a["accuracy"][:, -1].argmax() == 4
        ),
    ),
)

LESSON = Lesson(
    name="losses",
    title="Loss functions",
    part="Regularisation",
    order=9,
    question="How wrong is an answer, how hard does that pull, and what do outliers and wrong labels make of it?",
    Experiment=LossSettings,
    record=VIEWS.record,
    work=VIEWS.work,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=VIEWS.formula,
    theory=VIEWS.theory,
    theory_note=f"One logit: {logit_losses.NOTE}\n\nOutliers: {outliers.NOTE}\n\nWrong labels: {label_noise.NOTE}",
    code=code.programs,
    caption=VIEWS.caption,
    poster=logit_losses.poster,
    references=(
        "P. J. Huber (1964), Robust estimation of a location parameter, Annals of Mathematical Statistics 35",
        "P. Golik, P. Doetsch, H. Ney (2013), Cross-entropy vs. squared error training, Interspeech",
        "R. Müller, S. Kornblith, G. Hinton (2019), When does label smoothing help?, NeurIPS, arXiv:1906.02629",
        "T.-Y. Lin et al. (2017), Focal loss for dense object detection, ICCV, arXiv:1708.02002",
        "C. Zhang et al. (2017), Understanding deep learning requires rethinking generalization, arXiv:1611.03530",
    ),
)
