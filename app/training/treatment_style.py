"""Lines of what is compared: one treatment of the data has one colour and one dash in all of these lessons."""

from app.stage import Run
from app.stage.theme import run_style


def lines(labels: dict[str, str], first: int = 0) -> tuple[Run, ...]:
    """Runs by name and label, in the palette's order."""
    styles = [run_style(first + place) for place in range(len(labels))]
    return tuple(Run(name=n, label=t, color=c, dash=d) for (n, t), (c, d) in zip(labels.items(), styles, strict=True))
