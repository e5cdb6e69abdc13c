"""The one place where input is checked: URL, widget, live route and preset all become the same typed model.

A lesson's ``Experiment`` derives from ``Settings``. Its fields are the parameters of the URL, so a link is the whole
state of a page. ``parse`` refuses bad input with the name of the parameter, for the live route; ``parse_lenient`` keeps
what is good and says what it dropped, for a page that must never be empty.
"""

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.environment import DEPLOYMENT
from app.settings.controls import Control
from app.settings.errors import BadSettings, Problem, setting_error
from app.settings.fields import Declared, Number, Widget, attribute
from app.stage import Slider

LONGEST_TIMELINE = 100_000
WHOLE_ROW = 6  # sixths, as a widget's share is counted
LONGEST_QUERY = DEPLOYMENT.query_chars  # characters; far more than any lesson's parameters need


class Settings(BaseModel):
    """A frozen record of names and numbers, hashable, with a canonical form as URL parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)

    view_setting: ClassVar[str] = "show"  # names which of a lesson's views is on the stage, where it has several

    playhead: int | None = Field(default=None, ge=0, le=LONGEST_TIMELINE)  # step at which the picture stands
    draft: bool = False  # the live route asks for this while something is dragged

    @property
    def last_step(self) -> int:
        """The end of the timeline, behind which no playhead lies."""
        return LONGEST_TIMELINE

    @model_validator(mode="after")
    def _playhead_lies_in_the_run(self) -> Self:
        if self.playhead is not None and self.playhead > self.last_step:
            raise setting_error(f"{self.playhead} lies behind the end of the run: 0 to {self.last_step}", "playhead")
        return self

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """Read URL parameters; raises ``BadSettings``."""
        try:
            return cls.model_validate(dict(query))
        except ValidationError as error:
            raise BadSettings(tuple(_problem(e) for e in error.errors(include_url=False))) from None

    @classmethod
    def parse_lenient(cls, query: Mapping[str, str]) -> tuple[Self, tuple[Problem, ...]]:
        """Read what can be read; each parameter that cannot falls back to its default and is named."""
        rest = dict(query)
        dropped: list[Problem] = []
        while True:
            try:
                return cls.parse(rest), tuple(dropped)
            except BadSettings as refusal:
                # A rule between two parameters blames one of them; if that one was not given, nothing more is known.
                blamed = {p.parameter for p in refusal.problems} & rest.keys() or set(rest)
                dropped += refusal.problems
                rest = {name: value for name, value in rest.items() if name not in blamed}

    def query(self) -> dict[str, str]:
        """The URL parameters that differ from the defaults, each in its shortest exact form."""
        given = self.model_dump(by_alias=True, exclude_defaults=True)
        return {name: _text(value) for name, value in given.items() if value is not None}

    def value(self, name: str) -> Any:
        """The value of a parameter by its name in the URL, ``"adam.b1"`` for example."""
        return getattr(self, attribute(name))

    @classmethod
    @cache
    def declared(cls) -> Mapping[str, Declared]:
        """What the fields declare, by their names in the URL, in order."""
        found = {
            field.alias or name: declared
            for name, field in cls.model_fields.items()
            for declared in field.metadata
            if isinstance(declared, Declared)
        }
        return dict(sorted(found.items(), key=lambda item: item[1].rank))

    def shown(self) -> dict[str, Declared]:
        """The declarations of the settings that mean something in this experiment's view."""
        view = self._view()
        return {name: each for name, each in self.declared().items() if each.means_something(view, self)}

    def _view(self) -> str:
        return str(self.value(self.view_setting)) if self.view_setting in type(self).model_fields else ""

    def fallback(self, name: str) -> float:
        """The value of a number that is not given and has no default of its own; KeyError if there is none."""
        raise KeyError(name)

    def number(self, name: str) -> float:
        """What a number stands at, given or not."""
        value = self.value(name)
        return float(self.fallback(name) if value is None else value)

    def values(self) -> dict[str, float]:
        """What the sliders and handles stand at, those of other views too."""
        movable = (
            name for name, each in self.declared().items() if isinstance(each, Number) and each.moved_by != "address"
        )
        return {name: self.number(name) for name in movable}

    def sliders(self) -> tuple[Slider, ...]:
        """The sliders of this experiment's view."""
        numbers = [(name, each) for name, each in self.shown().items() if isinstance(each, Number)]
        return tuple(
            each.slider(name, self.fallback(name) if each.default is None else None)
            for name, each in numbers
            if each.moved_by == "slider"
        )

    def controls(self) -> tuple[Control, ...]:
        """The native widgets of this experiment's view; the choice of the view has a whole row where it is alone."""
        found: dict[str, Any] = {n: each.named(n) for n, each in self.shown().items() if isinstance(each, Widget)}
        alone = tuple(found) == (self.view_setting,)
        return tuple(replace(each, share=WHOLE_ROW) if alone else each for each in found.values())

    def widgets(self, *names: str) -> tuple[Any, ...]:
        """The native widgets of some settings in the order asked for, without those that mean nothing in this view."""
        view, found = self._view(), ((name, self.declared()[name]) for name in names)
        return tuple(
            each.named(name) for name, each in found if isinstance(each, Widget) and each.means_something(view, self)
        )

    @classmethod
    @cache
    def of_the_scene(cls) -> tuple[str, ...]:
        """Names of the settings that the scene depends on."""
        return tuple(name for name, each in cls.declared().items() if each.scene)

    def scene_settings(self) -> Self:
        """These settings with everything but what the scene depends on at its default: equal for equal scenes."""
        return self.only(self.of_the_scene())

    def only(self, patterns: tuple[str, ...]) -> Self:
        """These settings with everything but the parameters that match at its default."""
        return type(self).parse({name: text for name, text in self.query().items() if _matches(name, patterns)})

    def without(self, patterns: tuple[str, ...]) -> Self:
        """These settings with the parameters that match (glob patterns) at their defaults."""
        query = self.query()
        kept = {name: text for name, text in query.items() if not _matches(name, patterns)}
        return self if len(kept) == len(query) else type(self).parse(kept)

    def changed(self, changes: Mapping[str, str]) -> Self:
        """This experiment with some parameters replaced; raises ``BadSettings``."""
        return type(self).parse(self.query() | dict(changes))


@lru_cache(maxsize=8_192)  # names of settings times the patterns of the lessons
def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.10g}"
        case tuple():
            return ",".join(map(str, value))
    return str(value)


def _problem(error: Mapping[str, Any]) -> Problem:
    named = (error.get("ctx") or {}).get("parameter")
    parameter = str(named or (error["loc"][0] if error["loc"] else "query"))[:80]
    given = repr(error["input"])[:60]
    match error["type"]:
        case "extra_forbidden":
            return Problem(parameter, "there is no such parameter here")
        case "finite_number":
            return Problem(parameter, f"must be a finite number, not {given}")
        case "float_parsing" | "int_parsing" | "float_type" | "int_type" | "int_from_float" | "int_parsing_size":
            return Problem(parameter, f"must be a {'whole ' if 'int' in error['type'] else ''}number, not {given}")
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            return Problem(parameter, f"{error['msg'].replace('Input should', 'must')}, not {given}")
    return Problem(parameter, str(error["msg"])[:300])


def bounded(query: str) -> None:
    """Refuse a query string that no page of ours could have made; raises ``BadSettings``."""
    if len(query) > LONGEST_QUERY:
        raise BadSettings((Problem("query", f"is {len(query)} characters long; the limit is {LONGEST_QUERY}"),))
