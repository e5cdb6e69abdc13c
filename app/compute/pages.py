"""What a page is sent: the scene and the recording of a lesson, encoded, and its poster."""

from functools import lru_cache
from typing import TYPE_CHECKING

from app.operations import metrics
from app.stage import Backdrop, Recording, backdrop, encode

if TYPE_CHECKING:
    from app.lesson import Lesson
    from app.settings import Settings


VIEWING = ("playhead", "draft")  # settings that do not change what a finished picture shows


@lru_cache(maxsize=64)
def scene(lesson: "Lesson", scenery: "Settings") -> Backdrop:
    """The encoded scene of a lesson; ``scenery`` holds nothing but what the scene depends on."""
    return backdrop(lesson.scene(scenery))


@lru_cache(maxsize=128)
def recording(lesson: "Lesson", experiment: "Settings") -> Recording:
    """What a lesson computed for one setting, playhead aside."""
    metrics.RECORDINGS.labels(lesson.name).inc()
    arrays = lesson.record(experiment)
    return Recording(
        arrays=arrays,
        query=experiment.without(VIEWING).query(),
        values=lesson.values(experiment),
        standings=lesson.standings(experiment, arrays),
        caption=lesson.caption(experiment, arrays),
        draft=experiment.draft,
    )


def payload(lesson: "Lesson", experiment: "Settings", have: str | None = None) -> bytes:
    """The bytes of the live route: the recording, and the scene if the browser has another one."""
    experiment = experiment.without(("playhead",) if lesson.drafts else VIEWING)
    return encode(scene(lesson, experiment.only(lesson.scenery)), recording(lesson, experiment), have=have)


@lru_cache(maxsize=64)
def poster(lesson: "Lesson") -> bytes:
    """The picture of a lesson for the home page."""
    return lesson.poster(lesson.Experiment())
