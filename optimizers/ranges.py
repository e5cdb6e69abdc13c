"""Hyperparameters that many methods share, each with its symbol, its words and its mathematical range."""

from optimizers.records import Hyper


def learning_rate(default: float = 0.001) -> Hyper:
    return Hyper(default, 1e-5, 10.0, log=True, symbol=r"\eta", label="Learning rate")


def momentum(default: float = 0.9) -> Hyper:
    return Hyper(default, 0.0, 1.0, symbol=r"\mu", label="Momentum")


def first_decay(default: float = 0.9) -> Hyper:
    return Hyper(default, 0.0, 0.9999, symbol=r"\beta_1", label="First-moment decay")


def second_decay(default: float = 0.999) -> Hyper:
    return Hyper(default, 0.0, 0.9999, symbol=r"\beta_2", label="Second-moment decay")


def epsilon(default: float = 1e-8) -> Hyper:
    """Positive: a dimension that never saw a gradient computes 0 / eps and stays, where 0 / 0 would be NaN."""
    return Hyper(default, 1e-12, 1.0, log=True, symbol=r"\varepsilon", label="Epsilon")


def weight_decay(default: float = 0.0) -> Hyper:
    return Hyper(default, 0.0, 1.0, symbol=r"\lambda", label="Weight decay")
