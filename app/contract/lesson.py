"""What a lesson is made of: one record, from which its page, its live pictures and its tests are derived."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

import numpy as np

from app.jobs import Job
from app.settings.model import Settings
from app.stage import Panel, Run, Scene, Standings

Arrays = Mapping[str, np.ndarray]


S = TypeVar("S", bound=Settings)
S_contra = TypeVar("S_contra", bound=Settings, contravariant=True)


class Preset(NamedTuple, Generic[S]):
    """A setting worth seeing: what to load, what to watch, and whether the recording bears the words out."""

    title: str
    settings: Mapping[str, str]
    watch: str
    claim: Callable[[S, Arrays], bool]


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


class View(Protocol[S_contra]):
    """One way to look at a lesson's subject, mostly a module with these functions."""

    def record(self, e: S_contra, /) -> Arrays: ...
    def runs(self, e: S_contra, /) -> tuple[Run, ...]: ...
    def panels(self, e: S_contra, /) -> tuple[Panel, ...]: ...
    def standings(self, e: S_contra, arrays: Arrays, /) -> Standings: ...
    def comparisons(self, e: S_contra, arrays: Arrays, /) -> tuple[Comparison, ...]: ...


class Views(Generic[S]):
    """The views of a lesson that has several: one for each value of ``Settings.view_setting``.

    What all views have is reached through here; what only some have (``formula``, ``caption``, ``trials``) is the
    lesson's to choose.
    """

    def __init__(self, **views: View[S]) -> None:
        self.views = views

    def __getitem__(self, e: S) -> Any:
        """The view that an experiment shows; Any, since the views of a lesson may have more than what all have."""
        return self._view(e)

    def _view(self, e: S) -> View[S]:
        return self.views[e.value(e.view_setting)]

    def record(self, e: S) -> Arrays:
        return self._view(e).record(e)

    def runs(self, e: S) -> tuple[Run, ...]:
        return self._view(e).runs(e)

    def panels(self, e: S) -> tuple[Panel, ...]:
        return self._view(e).panels(e)

    def standings(self, e: S, arrays: Arrays) -> Standings:
        return self._view(e).standings(e, arrays)

    def theory(self, e: S, arrays: Arrays) -> tuple[Comparison, ...]:
        return self._view(e).comparisons(e, arrays)

    def work(self, e: S) -> tuple[Job, ...]:
        """The trainings of a view that has any (``trials``)."""
        trials: Callable[[S], tuple[Job, ...]] = getattr(self[e], "trials", _nothing)
        return trials(e)

    def scene_arrays(self, e: S) -> Arrays:
        """What a view's scene holds that no drag changes, if it holds any (``scene_arrays``)."""
        arrays: Callable[[S], Arrays] = getattr(self[e], "scene_arrays", _no_arrays)
        return arrays(e)

    def formula(self, e: S) -> tuple[Formula, ...]:
        """The rules of the view; for lessons whose views all have their own (``formula``)."""
        rules: tuple[Formula, ...] = self[e].formula(e)
        return rules

    def caption(self, e: S, arrays: Arrays) -> str:
        """The view's picture in words; for lessons whose views all have their own (``caption``)."""
        words: str = self[e].caption(e, arrays)
        return words


def _nothing(experiment: Settings) -> tuple[Job, ...]:
    return ()


def _no_arrays(experiment: Settings) -> Arrays:
    return {}


@dataclass(frozen=True, eq=False, kw_only=True)
class Lesson(Generic[S]):
    """Everything that makes one page.

    ``record`` and ``scene`` are pure. The scene is built from the settings that are declared to be of the scene alone,
    all others at their defaults: whatever else is dragged moves the recording and leaves the scene as it is.
    """

    name: str  # of the folder, and the address
    title: str
    part: str
    order: int  # place within the part
    question: str  # one sentence that the page answers
    Experiment: type[S]
    record: Callable[[S], Arrays]
    scene: Callable[[S], Scene]
    standings: Callable[[S, Arrays], Standings]
    presets: tuple[Preset[S], ...]
    formula: Callable[[S], tuple[Formula, ...]]
    theory: Callable[[S, Arrays], tuple[Comparison, ...]]
    theory_note: str
    code: Callable[[S], Mapping[str, Callable[[], str]]]  # programs under tabs, written when looked at
    poster: Callable[[S], bytes]  # a WebP for the home page
    references: tuple[str, ...]
    caption: Callable[[S, Arrays], str] = lambda experiment, arrays: ""  # the picture in words, beside it
    # What must have been done before ``record`` is a matter of milliseconds; the page shows how far it is meanwhile.
    work: Callable[[S], tuple[Job, ...]] = _nothing
    free: tuple[str, ...] = ()  # settings that a preset leaves open: it stays loaded whatever they are
    # Whether ``record`` and ``work`` heed ``draft`` in this setting and do less: while something is dragged, and before
    # the whole work.
    drafts: Callable[[S], bool] = lambda experiment: False

    @property
    def works(self) -> bool:
        """Whether there is any setting that needs work."""
        return self.work is not _nothing
