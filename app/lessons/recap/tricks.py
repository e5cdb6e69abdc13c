"""The tricks of the recipe, and the problems that they are tried on."""

from typing import NamedTuple

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
