"""Two schedules told: their rules with the numbers of the moment, and how often those that react cut the rate."""

import numpy as np

from app import compute
from app.contract.lesson import Arrays, Formula
from app.lessons.schedules.settings import PLACES, ScheduleSettings


def caption(e: ScheduleSettings, arrays: Arrays) -> str:
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


def formula(e: ScheduleSettings) -> tuple[Formula, ...]:
    """Both schedules' rules."""
    return tuple(_formula(e, place, title) for place, title in e.titles.items())


def _formula(e: ScheduleSettings, place: str, title: str) -> Formula:
    schedule = compute.scheduler(e.schedule(place))
    name, numbers = e.scheduled(place)
    filled = schedule.formula(numbers) if numbers else ""
    return Formula(title, schedule.formula(), filled, NOTES.get(name, schedule.summary))


NOTES = {
    "cosine": "`CosineAnnealingLR` needs `T_max`, has no restarts, and rises again after it: training must stop there.",
    "reduce_on_plateau": "In PyTorch the scheduler must be told what to look at: `scheduler.step(loss)`.",
    "one_cycle": "It moves the momentum too, where the optimizer has any: less while the rate is high.",
}
