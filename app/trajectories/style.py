"""One optimizer has one colour and one dash on the whole site."""

import optimizers
from app.stage.theme import run_style

# The methods of the lecture, in its order; first, because neighbours in this order are told apart most easily.
THE_SLIDES = ("gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
ORDER = (*THE_SLIDES, *(name for name in optimizers.names() if name not in THE_SLIDES))


def style(optimizer: str) -> tuple[str, tuple[int, ...]]:
    """Colour and dash of an optimizer, by its name in the registry."""
    return run_style(ORDER.index(optimizer))
