"""What both problems record of two runs: the momentum and the patience of their schedules along the losses they saw."""

import numpy as np

from app.contract.lesson import Arrays
from app.lessons.schedules import schedule_effects
from app.lessons.schedules.settings import PLACES, ScheduleSettings


def followed(e: ScheduleSettings, arrays: Arrays, seen: np.ndarray) -> dict[str, np.ndarray]:
    """A recording with what the schedules did; ``seen`` [runs, steps] are the losses that they saw.

    Returns:
        the recording, and: momentum, bad and patience [runs, steps], NaN where there is none; expected
        [runs, steps + 1], all NaN: who knows the expected loss puts it there.
    """
    done = [_followed(e, place, losses) for place, losses in zip(PLACES, seen, strict=True)]
    bad = np.stack([each.bad for each in done])
    patience = np.array([[e.numbers(place).get("patience", np.nan)] for place in PLACES], np.float32)
    return {
        **arrays,
        "momentum": np.stack([each.momentum for each in done]),
        "bad": bad,
        "patience": np.where(np.isnan(bad), np.float32(np.nan), patience),
        "expected": np.full_like(arrays["loss"], np.nan),
    }


def _followed(e: ScheduleSettings, place: str, seen: np.ndarray) -> schedule_effects.Followed:
    name, numbers = e.scheduled(place)
    return schedule_effects.followed(name, e.hypers(e.method), numbers, seen)
