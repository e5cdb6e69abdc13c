"""How the runs of two schedules ended, in words."""

from collections.abc import Sequence

import numpy as np

from app.contract.lesson import Arrays
from app.lessons.schedules.scene import runs
from app.lessons.schedules.settings import ScheduleSettings
from app.stage import Standings, Tone


def late(e: ScheduleSettings) -> int:
    """The step at which the last quarter begins."""
    return 3 * (e.steps + 1) // 4


def quarter(e: ScheduleSettings, arrays: Arrays) -> np.ndarray:
    """Mean loss [runs] of the last quarter; infinite for a run that diverged."""
    means = arrays["loss"][:, late(e) :].mean(axis=1)
    return np.where(arrays["length"] > e.steps, means, np.inf)


def standings(e: ScheduleSettings, arrays: Arrays, limits: Sequence[str]) -> Standings:
    """Who ends lower; ``limits`` say which limit each run crossed if it diverged."""
    ends = quarter(e, arrays)
    tones: list[Tone] = ["bad" if np.isinf(end) else "good" if end == ends.min() else "busy" for end in ends]
    words: dict[Tone, str] = {"bad": "diverged", "good": "lower", "busy": "higher"}
    last = arrays["learning_rate"][np.arange(len(ends)), np.clip(arrays["length"] - 2, 0, e.steps - 1)]
    lines = zip(runs(e), tones, last, ends, strict=True)
    lengths = arrays["length"].tolist()
    return Standings(
        columns=("Schedule", "Ends", "Last rate", "Loss, last quarter"),
        rows=tuple(
            (run.label, words[tone], f"{rate:.2g}", "–" if np.isinf(end) else f"{end:.2g}")
            for run, tone, rate, end in lines
        ),
        tones=tuple(tones),
        details=tuple(
            "" if length > e.steps else f"Step {length}: {limit}."
            for length, limit in zip(lengths, limits, strict=True)
        ),
    )
