"""Lines: one initializer has one colour and one dash on the whole site."""

from app.stage import Run
from app.stage.theme import run_style
from training_lab import initializers

# Those that are compared most come first, because neighbours in this order are told apart most easily.
_FIRST = ("kaiming_normal", "xavier_normal", "torch_default", "orthogonal", "normal", "zeros", "constant")
ORDER = (*_FIRST, *(name for name in initializers.names() if name not in _FIRST))


def run(name: str, label: str, place: int) -> Run:
    """A line in the colour and the dash of a place in the site's order."""
    color, dash = run_style(place)
    return Run(name=name, label=label, color=color, dash=dash)


def initializer(name: str) -> Run:
    """The line of an initializer."""
    return run(name, initializers.get(name).title, ORDER.index(name))


def lines(*labels: str, first: int = 0) -> tuple[Run, ...]:
    """Lines of a panel that are no runs: quantities, layers."""
    return tuple(run(label, label, place) for place, label in enumerate(labels, first))
