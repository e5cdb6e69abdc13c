"""What a page is sent: the scene and the recording of a lesson, encoded, and its poster."""

from collections import defaultdict
from contextlib import nullcontext
from dataclasses import replace
from functools import lru_cache
from threading import BoundedSemaphore, Lock
from typing import Any

from app import compute
from app.contract.check import check
from app.contract.lesson import Lesson
from app.environment import DEPLOYMENT
from app.jobs import quick, uploaded_tables
from app.jobs.cache import Cache
from app.lessons import posters, typeset
from app.operations import metrics
from app.settings.model import Settings
from app.stage import EncodedScene, Recording, Standings, encode, encode_scene

VIEWING = ("playhead", "draft")  # settings that do not change what a finished picture shows


@lru_cache(maxsize=64)
def scene(lesson: Lesson[Any], settings: Settings) -> EncodedScene:
    """The encoded scene of a lesson; ``settings`` are ``Settings.scene_settings()``: one entry for equal scenes."""
    return encode_scene(lesson.scene(settings))


recordings: Cache[Recording] = Cache(DEPLOYMENT.pictures_mb * 2**20)
_training = BoundedSemaphore(2)  # so many recordings that train are made at once; others wait their turn


class Unfinished(Exception):
    """The setting needs more work than a hand that drags can wait for."""


def recording(lesson: Lesson[Any], experiment: Settings) -> Recording:
    """What a lesson computed for one setting, playhead aside."""
    found = recordings.get((lesson, experiment))
    if found is None:
        with _training if lesson.work(experiment) else nullcontext():
            found = _recorded(lesson, experiment)
        recordings.put((lesson, experiment), found)
    return found


def _forget(digest: str) -> None:
    """A table is gone: so are the pictures of it."""
    recordings.drop(lambda key: getattr(key[1], "table", "") == digest)


uploaded_tables.when_gone(_forget)


def _recorded(lesson: Lesson[Any], experiment: Settings) -> Recording:
    metrics.RECORDINGS.labels(lesson.name).inc()
    arrays = lesson.record(experiment)
    if DEPLOYMENT.development:
        check(lesson, experiment, arrays)
    return Recording(
        arrays=arrays,
        query=experiment.without(VIEWING).query(),
        values=experiment.values(),
        standings=_typeset(lesson.standings(experiment, arrays)),
        caption=typeset.plain(lesson.caption(experiment, arrays)),
        draft=experiment.draft,
    )


def _typeset(standings: Standings) -> Standings:
    rows = tuple(tuple(map(typeset.plain, row)) for row in standings.rows)
    return replace(standings, rows=rows, details=tuple(map(typeset.plain, standings.details)))


def payload(lesson: Lesson[Any], experiment: Settings, have: str | None = None) -> bytes:
    """The bytes of the live route: the recording, and the scene if the browser has another one.

    Raises Unfinished where a long training would have to come first.
    """
    experiment = experiment.without(("playhead",) if lesson.drafts(experiment) else VIEWING)
    if not quick(lesson.work(experiment)):
        raise Unfinished
    return encode(scene(lesson, experiment.scene_settings()), recording(lesson, experiment), have=have)


@lru_cache(maxsize=64)
def drawn_poster(lesson: Lesson[Any]) -> bytes:
    return posters.kept(lesson.name) or lesson.poster(lesson.Experiment())


_posters: defaultdict[Lesson[Any], Lock] = defaultdict(Lock)


def poster(lesson: Lesson[Any]) -> bytes:
    """The picture of a lesson for the home page; a class that opens it at once waits for one and the same drawing."""
    with _posters[lesson]:
        return drawn_poster(lesson)


# For those who want to know how full they are.
CACHES = {
    "scenes": scene,
    "recordings": recordings,
    "terrains": compute.terrain,
    "drawn": compute.drawn,
    "posters": drawn_poster,
}
