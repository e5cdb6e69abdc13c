"""Finds the lessons: each folder of ``app/lessons`` is one, and nothing else has to be told of it."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import app.lessons
from app.contract.lesson import Lesson

PARTS = ("Terrain", "Optimizers", "Networks", "Regularisation", "Recap")


@cache
def lessons() -> Mapping[str, Lesson[Any]]:
    """All lessons by name (the folder's name, which is also the address), in the lecture's order.

    A folder without ``lesson.LESSON``, a name unlike the folder's, an unknown part or two lessons in one place are
    errors: a lesson never goes missing in silence.
    """
    found: dict[str, Lesson[Any]] = {}
    for folder in (module.name for module in iter_modules(app.lessons.__path__) if module.ispkg):
        lesson = import_module(f"app.lessons.{folder}.lesson").LESSON
        if lesson.name != folder:
            raise ValueError(f"app/lessons/{folder}/lesson.py holds a lesson named {lesson.name!r}")
        found[folder] = lesson
    places = [(PARTS.index(lesson.part), lesson.order) for lesson in found.values()]
    if len(set(places)) < len(places):
        raise ValueError(f"two lessons share a place: {sorted(zip(places, found, strict=True))}")
    return {name: found[name] for _, name in sorted(zip(places, found, strict=True))}


def get(name: str) -> Lesson[Any]:
    """The lesson of that name; KeyError lists what there is."""
    if name not in lessons():
        raise KeyError(f"no lesson named {name!r}; there are: {', '.join(lessons())}")
    return lessons()[name]


def by_part() -> dict[str, list[Lesson[Any]]]:
    """The lessons under the parts of the lecture that have any."""
    parts = {part: [record for record in lessons().values() if record.part == part] for part in PARTS}
    return {part: records for part, records in parts.items() if records}
