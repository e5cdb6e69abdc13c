"""One initializer has one colour and one dash on the whole site."""

from app.stage import Run
from app.theme import run_style
from training_lab import initializers

# Those that are compared most come first, because neighbours in this order are told apart most easily.
_FIRST = ("kaiming_normal", "xavier_normal", "torch_default", "orthogonal", "normal", "zeros", "constant")
ORDER = (*_FIRST, *(name for name in initializers.names() if name not in _FIRST))


def initializer(name: str) -> Run:
    """The line of an initializer."""
    color, dash = run_style(ORDER.index(name))
    return Run(name=name, label=initializers.get(name).title, color=color, dash=dash)


def lines(*labels: str, first: int = 0) -> tuple[Run, ...]:
    """Lines of a panel that are no runs: quantities, layers."""
    styles = [run_style(first + place) for place in range(len(labels))]
    return tuple(Run(name=label, label=label, color=c, dash=d) for label, (c, d) in zip(labels, styles, strict=True))
