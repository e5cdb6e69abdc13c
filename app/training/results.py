"""How runs ended, in a word and a tone each, and as the table beside the stage."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.compute import Trained
from app.stage import Standings, Tone


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


def table(kind: str, labels: Sequence[str], runs: Sequence[Trained], more: Mapping[str, Sequence[str]]) -> Standings:
    """A row for each run: its label, its verdict, its last loss, and further columns by their titles."""
    verdicts = [verdict(run) for run in runs]
    losses = [f"{run['loss'][-1]:.3g}" for run in runs]
    return Standings(
        columns=(kind, "Status", "Loss", *more),
        rows=tuple(zip(labels, [judged.word for judged in verdicts], losses, *more.values(), strict=True)),
        tones=tuple(judged.tone for judged in verdicts),
        details=tuple(judged.detail for judged in verdicts),
    )


def last(runs: Sequence[Trained], what: str) -> list[str]:
    """A share at the end of each run."""
    return [percent(run[what][-1]) for run in runs]
