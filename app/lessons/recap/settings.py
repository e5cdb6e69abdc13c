"""The experiment of the recap: a problem, the tricks of the recipe that are on, and the one that is put to the test."""

from typing import Annotated, Literal, NamedTuple

from pydantic import Field

import training_lab as lab
from app.settings.validators import COMMAS, one_of, some_of
from app.training.settings import TrainingSettings

SEEDS = 8  # networks in one vmap, each with its own weights, batches and masks
FRAMES = 20  # of telemetry, beside the one before the first step


class Trick(NamedTuple):
    """A line of the recipe, and what stands in its place where it is off."""

    label: str
    off: str


TRICKS = {
    "scale": Trick("standardising", "features as they are"),
    "augment": Trick("augmentation", "the same examples in each epoch"),
    "init": Trick("He initialisation", "weights from N(0, 0.01²)"),
    "adam": Trick("Adam", "plain gradient descent at ten times the rate"),
    "schedule": Trick("cosine schedule", "a constant rate"),
    "penalty": Trick("L2 penalty", "no penalty"),
    "norm": Trick("batch norm", "no normalisation layer"),
    "dropout": Trick("dropout", "all units, always"),
    "clip": Trick("clipping", "gradients of up to 1000 as they are"),
    "stop": Trick("early stopping", "the weights of the last step"),
}


class Problem(NamedTuple):
    """Data and a network for them."""

    title: str
    data: str
    train: int  # examples
    validation: float
    test: float
    depth: int
    width: int
    augmentation: str
    span: float  # of the effects that are drawn, in points
    least: float  # accuracy that is drawn


PROBLEMS = {
    "moons": Problem("Noisy moons, MLP", "moons", 100, 0.2, 0.6, 2, 32, "noise", 15.0, 0.4),
    "digits": Problem("Few digits, MLP", "digits", 100, 0.2, 0.6, 2, 48, "shift", 30.0, 0.0),
    "wine": Problem("Wine, a deep MLP", "wine", 60, 0.2, 0.4, 6, 16, "noise", 75.0, 0.2),
}


class RecapSettings(TrainingSettings):
    """``tricks`` are on; ``trick`` is tested with all else equal, whether it is among them or not.

    ``question`` is one of the lesson's, by number; ``guess`` an answer to it, or "show" to see the run without one.
    """

    problem: Literal["moons", "digits", "wine"] = "digits"
    show: Literal["one", "all"] = "one"
    tricks: Annotated[tuple[str, ...], COMMAS, some_of("trick", tuple(TRICKS), len(TRICKS), least=0)] = (
        "scale",
        "init",
        "adam",
    )
    trick: Annotated[str, one_of("trick", tuple(TRICKS))] = "augment"
    question: int = Field(default=0, ge=0, le=20)
    guess: Literal["", "a", "b", "c", "d", "show"] = ""
    steps: int = Field(default=300, ge=FRAMES, le=1_000)
    learning_rate: float = Field(default=0.01, ge=1e-4, le=0.1)
    wrong: float = Field(default=0.0, ge=0.0, le=0.5)
    amount: float = Field(default=1.0, ge=0.0, le=3.0)  # of augmentation: pixels, or a third of a standard deviation
    strength: float = Field(default=0.01, ge=1e-4, le=0.3)  # of the penalty
    dropout: float = Field(default=0.3, ge=0.0, le=0.9)
    max_norm: float = Field(default=1.0, ge=0.01, le=10.0)


def data(e: RecapSettings, scaled: bool) -> lab.Data:
    """The same examples whatever is on; only their scale differs."""
    problem = PROBLEMS[e.problem]
    return lab.Data(
        name=("moons", {"samples": 1_000, "noise": 0.25}) if problem.data == "moons" else problem.data,
        train=problem.train,
        validation=problem.validation,
        test=problem.test,
        scaling="standardize" if scaled else "none",
        label_noise=e.wrong,
    )
