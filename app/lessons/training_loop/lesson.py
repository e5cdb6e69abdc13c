"""The training loop: choose, initialise, forward, differentiate, update, stop, on three kinds of network."""

import numpy as np

from app.contract.lesson import Arrays, Lesson, Preset
from app.lessons.training_loop import explanations, scene
from app.training import code, training_loop
from app.training.loop_settings import LoopSettings


def _end(a: Arrays, what: str, run: int = 0) -> float:
    return float(a[what][run, -1])


PRESETS: tuple[Preset[LoopSettings], ...] = (
    Preset(
        "Two moons",
        {},
        "Sixteen units bend a line around two half circles. Watch when the boundary bends: the loss falls in a step at "
        "just that time. Before you press play, guess how many of the hidden units end up alike.",
        lambda e, a: _end(a, "validation_accuracy") > 0.95,
    ),
    Preset(
        "Stage by stage",
        {"pace": "stages"},
        "One place for each stage of the first twelve steps: forward fills the units, differentiate shows each "
        "weight's gradient in its place, update moves the weights. The boundary moves in the update only.",
        lambda e, a: bool(
            (a["boundary"][2] == a["boundary"][3]).all() and (a["boundary"][3] != a["boundary"][4]).any()
        ),
    ),
    Preset(
        "Without activations",
        {"activation": "linear"},
        "Sixteen linear units are worth one line, however long they train. Guess the accuracy of the best line first.",
        lambda e, a: 0.8 < _end(a, "validation_accuracy") < 0.95,
    ),
    Preset(
        "Twins: weights of zero",
        {"twin": "initializer"},
        "The same data, the same batches, and in the twin all weights begin at zero: no hidden weight ever moves, and "
        "its answer is the same everywhere.",
        lambda e, a: _end(a, "loss", 1) > 0.65 > 0.2 > _end(a, "loss", 0) and np.ptp(a["twin_boundary"][-1]) <= 1,
    ),
    Preset(
        "Twins: another seed",
        {"twin": "seed"},
        "Other first weights, other batches, an accuracy as good: and yet the two disagree between the data, where "
        "nothing tells them what is right. That is what ensembles live on.",
        lambda e, a: abs(_end(a, "validation_accuracy", 1) - _end(a, "validation_accuracy")) < 0.06,
    ),
    Preset(
        "Twins: ten times the rate",
        {"twin": "rate"},
        "A learning rate ten times as large: at first the twin is ahead, then its loss jumps about. Drag the learning "
        "rate and both follow.",
        lambda e, a: bool(np.abs(np.diff(a["loss"][1, 30:])).mean() > np.abs(np.diff(a["loss"][0, 30:])).mean()),
    ),
    Preset(
        "Digits",
        {"network": "cnn", "activation": "relu", "steps": "240"},
        "Eight filters of three by three pixels learn to see edges. Watch the confusion matrix gather on its diagonal, "
        "and look at the digits that are still wrong in the end: would you have known?",
        lambda e, a: _end(a, "validation_accuracy") > 0.85,
    ),
    Preset(
        "Keep one bit",
        {"network": "rnn"},
        "Was the first of twenty numbers positive? Everything after it is noise. The two hidden states are alike at "
        "first; when the loss falls they have learned to stay apart until the end.",
        lambda e, a: _end(a, "validation_accuracy") > 0.9,
    ),
)

LESSON = Lesson(
    name="training_loop",
    title="The training loop",
    part="Networks",
    order=2,
    question="Choose, initialise, forward, differentiate, update, stop: what does each turn of the loop change?",
    Experiment=LoopSettings,
    record=scene.record,
    work=training_loop.trials,
    scene=scene.scene,
    standings=explanations.standings,
    presets=PRESETS,
    formula=explanations.formula,
    theory=explanations.comparisons,
    theory_note=explanations.NOTE,
    code=lambda e: code.programs(training_loop.trials(e)[0]),
    caption=explanations.caption,
    poster=explanations.poster,
    references=(
        "D. Rumelhart, G. Hinton, R. Williams (1986), Learning representations by back-propagating errors, Nature 323",
        "D. Smilkov, S. Carter et al. (2017), Direct-manipulation visualization of deep networks, arXiv:1708.03788",
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner (1998), Gradient-based learning applied to document recognition",
    ),
)
