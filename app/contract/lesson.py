"""A lesson is a record; this module says what is in it, and finds the lessons in ``app/lessons``.

The page (``app.page``), the live route, the home page, the navigation and the tests are all derived from these records,
so a new lesson is one file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple, Self

import numpy as np

import app.lessons
from app.compute import Task
from app.controls import Control
from app.settings import Settings
from app.stage import Scene, Standings

PARTS = ("Terrain", "Optimizers", "Networks", "Regularisation", "Recap")

Arrays = Mapping[str, np.ndarray]


class Preset(NamedTuple):
    """A setting worth seeing: what to load, what to watch, and whether the recording bears the words out."""

    title: str
    settings: Mapping[str, str]
    watch: str
    claim: Callable[[Any, Arrays], bool]


class Formula(NamedTuple):
    """A rule as the field writes it, and the same rule with the numbers of the moment."""

    title: str
    symbols: str  # LaTeX
    numbers: str  # LaTeX
    note: str = ""

    @classmethod
    def of(cls, record: Any, numbers: Mapping[str, float]) -> Self:
        """The rule of a registry's record, and what it is good for."""
        return cls(record.title, record.formula(), record.formula(numbers), record.summary)


class Comparison(NamedTuple):
    """One closed form beside what the run did."""

    quantity: str
    predicted: str
    measured: str


class Views:
    """The views of a lesson that has several: a module for each value of one of its settings, mostly ``show``.

    Each module has ``record``, ``standings`` and ``comparisons``, and as the lesson needs them ``formula`` and
    ``caption``, as a lesson has.
    """

    def __init__(self, setting: str = "show", /, **modules: Any) -> None:
        self.setting, self.modules = setting, modules

    def __getitem__(self, e: Any) -> Any:
        """The view that an experiment shows."""
        return self.modules[e.value(self.setting)]

    def record(self, e: Any) -> dict[str, np.ndarray]:
        arrays: dict[str, np.ndarray] = self[e].record(e)
        return arrays

    def standings(self, e: Any, arrays: Arrays) -> Standings:
        table: Standings = self[e].standings(e, arrays)
        return table

    def theory(self, e: Any, arrays: Arrays) -> tuple[Comparison, ...]:
        rows: tuple[Comparison, ...] = self[e].comparisons(e, arrays)
        return rows

    def formula(self, e: Any) -> tuple[Formula, ...]:
        rules: tuple[Formula, ...] = self[e].formula(e)
        return rules

    def caption(self, e: Any, arrays: Arrays) -> str:
        words: str = self[e].caption(e, arrays)
        return words


def _nothing(experiment: Any) -> tuple[Task, ...]:
    return ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Lesson:
    """Everything that makes one page.

    ``record`` and ``scene`` are pure. The scene is built from the settings named in ``scenery`` alone (glob patterns),
    all others at their defaults: whatever else is dragged moves the recording and leaves the scene as it is.
    """

    name: str  # the file's name, and the address
    title: str
    part: str
    order: int  # place within the part
    question: str  # one sentence that the page answers
    Experiment: type[Settings]
    record: Callable[[Any], dict[str, np.ndarray]]
    scene: Callable[[Any], Scene]
    scenery: tuple[str, ...]
    values: Callable[[Any], Mapping[str, float]]  # what the knobs and the handle stand at
    standings: Callable[[Any, Arrays], Standings]
    controls: Callable[[Any], tuple[Control, ...]]
    presets: tuple[Preset, ...]
    formula: Callable[[Any], tuple[Formula, ...]]
    theory: Callable[[Any, Arrays], tuple[Comparison, ...]]
    theory_note: str
    code: Callable[[Any], Mapping[str, Callable[[], str]]]  # programs under tabs, written when looked at
    poster: Callable[[Any], bytes]  # a WebP for the home page
    references: tuple[str, ...]
    caption: Callable[[Any, Arrays], str] = lambda experiment, arrays: ""  # the picture in words, beside it
    # What must have been done before ``record`` is a matter of milliseconds; the page shows how far it is meanwhile.
    work: Callable[[Any], tuple[Task, ...]] = _nothing
    free: tuple[str, ...] = ()  # settings that a preset leaves open: it stays loaded whatever they are
    # Whether ``record`` and ``work`` heed ``draft`` in this setting and do less: while something is dragged, and before
    # the whole work.
    drafts: Callable[[Any], bool] = lambda experiment: False

    @property
    def works(self) -> bool:
        """Whether there is any setting that needs work."""
        return self.work is not _nothing


@cache
def lessons() -> Mapping[str, Lesson]:
    """All lessons by name (the file's name, which is also the address), in the lecture's order.

    A file without ``LESSON``, a name unlike the file's, an unknown part or two lessons in one place are errors: a
    lesson never goes missing in silence.
    """
    found: dict[str, Lesson] = {}
    for module in iter_modules(app.lessons.__path__):
        lesson = import_module(f"app.lessons.{module.name}").LESSON
        if lesson.name != module.name:
            raise ValueError(f"app/lessons/{module.name}.py holds a lesson named {lesson.name!r}")
        found[module.name] = lesson
    places = [(PARTS.index(lesson.part), lesson.order) for lesson in found.values()]
    if len(set(places)) < len(places):
        raise ValueError(f"two lessons share a place: {sorted(zip(places, found, strict=True))}")
    return {name: found[name] for _, name in sorted(zip(places, found, strict=True))}


def get(name: str) -> Lesson:
    """The lesson of that name; KeyError lists what there is."""
    if name not in lessons():
        raise KeyError(f"no lesson named {name!r}; there are: {', '.join(lessons())}")
    return lessons()[name]


def by_part() -> dict[str, list[Lesson]]:
    """The lessons under the parts of the lecture that have any."""
    parts = {part: [record for record in lessons().values() if record.part == part] for part in PARTS}
    return {part: records for part, records in parts.items() if records}
