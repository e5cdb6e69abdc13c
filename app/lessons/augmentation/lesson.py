"""Augmentation: the same digits, never twice alike, and noise that is a penalty in disguise."""

import numpy as np

from app.contract.lesson import Arrays, Lesson, Preset, Views
from app.lessons.augmentation import augmented_training, code, noise_as_ridge
from app.lessons.augmentation.settings import AugmentationSettings
from app.stage import Scene
from training_lab import augment

VIEWS: Views[AugmentationSettings] = Views(digits=augmented_training, ridge=noise_as_ridge)


def draw(e: AugmentationSettings) -> Scene:
    alone = e.show == "ridge"
    return Scene(
        lesson="augmentation",
        steps=noise_as_ridge.COPIES - 1 if alone else e.steps,
        runs=VIEWS.runs(e),
        panels=VIEWS.panels(e),
        sliders=e.sliders(),
        unit="copy" if alone else "epoch",
        seconds=8,
        arrays=VIEWS.scene_arrays(e),
    )


PRESETS: tuple[Preset[AugmentationSettings], ...] = (
    Preset(
        "A little tilt",
        {},
        "Every digit is tilted anew in each epoch, by ten degrees at most. Both networks learn their 200 digits by "
        "heart; guess for which of them validation lags less. Play, and watch the digits.",
        lambda e, a: _held(a)[0] < 0.8 * _held(a)[1] and a["loss"][:, -1].max() < 0.01,
    ),
    Preset(
        "All at once",
        {"methods": "shift,rotate,noise", "shift.pixels": "0.5", "noise.std": "0.5", "steps": "200"},
        "Half a pixel aside, a little tilt, a little noise: each helps, and together they help most. The loss on new "
        "digits falls to a third.",
        lambda e, a: _held(a)[0] < 0.45 * _held(a)[1] and a["accuracy"][0, -1] > a["accuracy"][1, -1],
    ),
    Preset(
        "Noise",
        {"methods": "noise", "noise.std": "1"},
        "As much noise as there is signal. You can hardly read the digits any more; can the network learn from them? "
        "Decide before you look at the accuracy.",
        lambda e, a: _held(a)[0] < 0.6 * _held(a)[1] and a["accuracy"][0, -1] > a["accuracy"][1, -1],
    ),
    Preset(
        "In the mirror",
        {"methods": "flip"},
        "Half of the digits are mirrored, and keep their labels. A mirrored cat is a cat; what is a mirrored 2? Guess "
        "which digits suffer, then look at the bars.",
        lambda e, a: a["accuracy"][0, -1] < a["accuracy"][1, -1] and _held(a)[0] > _held(a)[1],
    ),
    Preset(
        "Upside down",
        {"rotate.degrees": "180"},
        "Any angle: a 6 becomes a 9, and the label says otherwise. Training never ends well, because there is nothing "
        "that could be right. Drag the angle back to twenty degrees.",
        lambda e, a: a["accuracy"][0, -1] < a["accuracy"][1, -1] - 0.08 and a["loss"][0, -1] > 0.1,
    ),
    Preset(
        "Two pixels of eight",
        {"methods": "shift", "shift.pixels": "2"},
        "On images of eight by eight pixels two pixels are a quarter of the way. Strokes fall over the edge, and the "
        "network, which knows nothing of neighbours, has to learn every place anew.",
        lambda e, a: a["accuracy"][0, -1] < a["accuracy"][1, -1] - 0.1,
    ),
    Preset(
        "A square is missing",
        {"methods": "cutout", "steps": "200"},
        "Three by three pixels are blank, somewhere. On photographs that helps; on so few pixels it hides the stroke "
        "that tells a 3 from an 8. An augmentation has to fit its data.",
        lambda e, a: _held(a)[0] > 1.1 * _held(a)[1],
    ),
    Preset(
        "Mixed",
        {"methods": "mixup"},
        "Mixup: two digits in one image, and two labels. No answer is ever quite certain, so the network stays modest: "
        "its loss on the training digits stops falling long before that of the other.",
        lambda e, a: a["loss"][0, -1] > 10 * a["loss"][1, -1] and a["share"].min() < 0.8,
    ),
    Preset(
        "Noise is a penalty",
        {"show": "ridge"},
        "Ten measures of 354 patients, linear regression. With each noisy copy of the data the bars settle, and where "
        "they settle is ridge regression. Drag the noise and predict: do the coefficients grow or shrink?",
        lambda e, a: a["distance"][0, -1] < 0.05 < 0.5 < a["distance"][1, -1],
    ),
)


def _held(arrays: Arrays) -> np.ndarray:
    """The validation losses in the end."""
    held: np.ndarray = arrays["validation_loss"][:, -1]
    return held


LESSON = Lesson(
    name="augmentation",
    title="Augmentation",
    part="Regularisation",
    order=2,
    question="How do two hundred digits become twenty thousand, and when does that help?",
    Experiment=AugmentationSettings,
    record=VIEWS.record,
    work=VIEWS.work,
    scene=draw,
    standings=VIEWS.standings,
    presets=PRESETS,
    formula=VIEWS.formula,
    theory=VIEWS.theory,
    theory_note=f"Digits: {augmented_training.NOTE}\n\nRegression: {noise_as_ridge.NOTE}",
    code=code.programs,
    caption=VIEWS.caption,
    poster=augmented_training.poster,
    references=(
        "C. M. Bishop (1995), Training with noise is equivalent to Tikhonov regularization, Neural Computation 7",
        augment.SIMARD,
        augment.ZHANG,
        "T. DeVries, G. Taylor (2017), Improved regularization of convolutional neural networks with cutout, "
        "arXiv:1708.04552",
    ),
)
