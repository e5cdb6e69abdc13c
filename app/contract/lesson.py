"""What a lesson is made of: one record, from which its page, its live pictures and its tests are derived."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np

from app.jobs import Task
from app.settings.controls import Control
from app.settings.model import Settings
from app.stage import Scene, Standings

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

    name: str  # of the folder, and the address
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
