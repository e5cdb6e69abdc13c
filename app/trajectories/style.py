"""One optimizer has one colour and one dash on the whole site."""

import optimizers
from app.stage.theme import run_style
from app.trajectories.settings import THE_SLIDES

# The lecture's seven come first, because neighbours in this order are told apart most easily.
ORDER = (*THE_SLIDES, *(name for name in optimizers.names() if name not in THE_SLIDES))


def style(optimizer: str) -> tuple[str, tuple[int, ...]]:
    """Colour and dash of an optimizer, by its name in the registry."""
    return run_style(ORDER.index(optimizer))
