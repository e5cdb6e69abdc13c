"""How a run ended, in a word and a tone."""

from typing import NamedTuple

from app.compute import Trained
from app.stage import Tone


class Verdict(NamedTuple):
    word: str
    tone: Tone
    detail: str = ""


def verdict(run: Trained) -> Verdict:
    """Whether a run learned, from its loss: at its start, at its end, and at its best."""
    if run.ended == "diverged":
        return Verdict("diverged", "bad", run.divergence)
    first, last = float(run["loss"][0]), float(run["loss"][-1])
    if last < 0.5 * first:
        return Verdict("learns", "good")
    if last > 2 * first:
        return Verdict("got worse", "bad", f"The loss went from {first:.3g} to {last:.3g}.")
    return Verdict("stuck" if last > 0.95 * first else "slow", "busy")


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"
