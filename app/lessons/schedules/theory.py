"""What is predicted of two schedules beside what was measured, and how their runs ended in words."""

from typing import Any

import numpy as np

from app import compute
from app.contract.lesson import Arrays, Comparison, Formula
from app.lessons.schedules.record import FAR
from app.lessons.schedules.scene import runs
from app.lessons.schedules.settings import PLACES
from app.stage import Standings, Tone
from app.trajectories.record import LIMITS

SEEDS = 32
NOTE = (
    "On a quadratic with noise on every gradient the second moment of position and velocity obeys a linear recursion, "
    "whatever the learning rates of the steps are: the dotted lines are what it says of the loss, over all draws of "
    f"the noise. Measured is the mean of {SEEDS} draws. A constant rate levels off in a noise ball; only a rate that "
    "goes to zero gets out of it, and it must not go there before the way is done."
)


def comparisons(e: Any, arrays: Arrays) -> tuple[Comparison, ...]:
    """Mean loss on the way down and in the end: expected, and over many draws of the noise."""
    predictable = ~np.isnan(arrays["expected"]).any(axis=1) & (arrays["length"] > e.steps)
    if not predictable.any():
        return ()
    jobs, ground = list(e.jobs.values()), (e.surface, e.params, e.start, e.steps)
    draws = [compute.run_optimizers(jobs, *ground, noise=e.noise, seed=e.seed + draw).value for draw in range(SEEDS)]
    measured = np.asarray(draws, np.float64).mean(axis=0) - compute.terrain(e.surface, e.params).base
    parts = {"the first tenth": slice(0, e.steps // 10 + 1), "the last quarter": slice(_late(e), None)}
    return tuple(
        Comparison(
            f"{line.label}: mean loss over {words}",
            f"{arrays['expected'][run, part].mean():.3g}",
            f"{measured[run, part].mean():.3g}",
        )
        for run, line in enumerate(runs(e))
        if predictable[run]
        for words, part in parts.items()
    )


def _late(e: Any) -> int:
    """The step at which the last quarter begins."""
    return 3 * (e.steps + 1) // 4


def quarter(e: Any, arrays: Arrays) -> np.ndarray:
    """Mean loss [runs] of the last quarter; infinite for a run that diverged."""
    means = arrays["loss"][:, _late(e) :].mean(axis=1)
    return np.where(arrays["length"] > e.steps, means, np.inf)


def standings(e: Any, arrays: Arrays) -> Standings:
    """Who ends lower."""
    ends = quarter(e, arrays)
    tones: list[Tone] = ["bad" if np.isinf(end) else "good" if end == ends.min() else "busy" for end in ends]
    words: dict[Tone, str] = {"bad": "diverged", "good": "lower", "busy": "higher"}
    last = arrays["learning_rate"][np.arange(len(ends)), np.clip(arrays["length"] - 2, 0, e.steps - 1)]
    lines = zip(runs(e), tones, last, ends, strict=True)
    return Standings(
        columns=("Schedule", "Ends", "Last rate", "Loss, last quarter"),
        rows=tuple(
            (run.label, words[tone], f"{rate:.2g}", "–" if np.isinf(end) else f"{end:.2g}")
            for run, tone, rate, end in lines
        ),
        tones=tuple(tones),
        details=tuple(_detail(e, arrays, run) for run in range(len(ends))),
    )


def _detail(e: Any, arrays: Arrays, run: int) -> str:
    """At which step a run diverged, and which quantity crossed which limit."""
    length = int(arrays["length"][run])
    if length > e.steps:
        return ""
    crossed = LIMITS[arrays["crossed"][run]] if e.problem == "surface" else f"a weight passed {FAR:.0f}"
    return f"Step {length}: {crossed}."


def words(e: Any, arrays: Arrays) -> str:
    """How often the rates were cut, for those that react."""
    said = []
    for run, place in enumerate(PLACES):
        rates = arrays["learning_rate"][run]
        if np.isnan(arrays["bad"][run]).all():
            continue
        cuts = (np.flatnonzero(np.diff(rates) < 0) + 1).tolist()
        when = f"at steps {', '.join(map(str, cuts[:5]))}" if cuts else "never"
        more = f" and {len(cuts) - 5} times more" if len(cuts) > 5 else ""
        said.append(f"{compute.scheduler(e.schedule(place)).title}: cut {when}{more}.")
    return " ".join(said)


def formulas(e: Any) -> tuple[Formula, ...]:
    """Both schedules' rules."""
    return tuple(_formula(e, place, run.label) for place, run in zip(PLACES, runs(e), strict=True))


def _formula(e: Any, place: str, title: str) -> Formula:
    schedule = compute.scheduler(e.schedule(place))
    name, numbers = e.jobs[place].schedule
    filled = schedule.formula(numbers) if numbers else ""
    return Formula(title, schedule.formula(), filled, NOTES.get(name, schedule.summary))


NOTES = {
    "cosine": "`CosineAnnealingLR` needs `T_max`, has no restarts, and rises again after it: training must stop there.",
    "reduce_on_plateau": "In PyTorch the scheduler must be told what to look at: `scheduler.step(loss)`.",
    "one_cycle": "It moves the momentum too, where the optimizer has any: less while the rate is high.",
}
