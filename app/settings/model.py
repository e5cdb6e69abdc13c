"""The one place where input is checked: URL, widget, live route and preset all become the same typed model.

A lesson's ``Experiment`` derives from ``Settings``. Its fields are the parameters of the URL, so a link is the whole
state of a page. ``parse`` refuses bad input with the name of the parameter, for the live route; ``salvage`` keeps what
is good and says what it dropped, for a page that must never be empty.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, NamedTuple, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.environment import DEPLOYMENT

LONGEST_TIMELINE = 100_000
LONGEST_QUERY = DEPLOYMENT.query_chars  # characters; far more than any lesson's parameters need


class Problem(NamedTuple):
    """What is wrong with one parameter, in words for the person who typed it."""

    parameter: str
    message: str


class BadSettings(ValueError):
    """Input that was refused; ``problems`` names each parameter."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{parameter}: {message}" for parameter, message in problems))
        self.problems = problems


class Settings(BaseModel):
    """A frozen record of names and numbers, hashable, with a canonical form as URL parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)

    playhead: int | None = Field(default=None, ge=0, le=LONGEST_TIMELINE)  # step at which the picture stands
    draft: bool = False  # the live route asks for this while something is dragged

    @property
    def places(self) -> int:
        """The end of the timeline, behind which no playhead lies."""
        return LONGEST_TIMELINE

    @model_validator(mode="after")
    def _playhead_lies_in_the_run(self) -> Self:
        if self.playhead is not None and self.playhead > self.places:
            raise refuse(f"{self.playhead} lies behind the end of the run: 0 to {self.places}", "playhead")
        return self

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """Read URL parameters; raises ``BadSettings``."""
        try:
            return cls.model_validate(dict(query))
        except ValidationError as error:
            raise BadSettings(tuple(_problem(e) for e in error.errors(include_url=False))) from None

    @classmethod
    def salvage(cls, query: Mapping[str, str]) -> tuple[Self, tuple[Problem, ...]]:
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
        return getattr(self, _attribute(name))

    def without_view(self) -> Self:
        """The same experiment wherever its playhead stands: what caches and the live route compute."""
        return self if self.playhead is None else self.model_copy(update={"playhead": None})

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


def _attribute(name: str) -> str:
    return name.replace(".", "__")


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


def refuse(message: str, parameter: str = "") -> PydanticCustomError:
    """An error for a validator to raise; ``parameter`` is given by rules that see more than one."""
    return PydanticCustomError("setting", "{message}", {"message": message, "parameter": parameter})


def one_of(kind: str, names: tuple[str, ...]) -> AfterValidator:
    """Annotates a string that must be a name out of a registry."""

    def check(name: str | None) -> str | None:
        if name is not None and name not in names:
            raise refuse(f"there is no {kind} named {name[:40]!r}; known: {', '.join(names)}")
        return name

    return AfterValidator(check)


def some_of(kind: str, names: tuple[str, ...], most: int, *, least: int = 1) -> AfterValidator:
    """Annotates a tuple of names out of a registry: at least ``least``, at most ``most``, none twice."""

    def check(chosen: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in chosen if name not in names]:
            raise refuse(f"there is no {kind} named {unknown[0][:40]!r}; known: {', '.join(names)}")
        if not least <= len(chosen) <= most:
            raise refuse(f"choose between {least} and {most}, not {len(chosen)}")
        if len(set(chosen)) < len(chosen):
            raise refuse(f"each {kind} at most once")
        return chosen

    return AfterValidator(check)


def _split(given: Any) -> Any:
    return tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given


COMMAS = BeforeValidator(_split)  # annotates a tuple that is comma-separated in the URL


class Range(NamedTuple):
    """The interval of a number in the URL."""

    low: float
    high: float


S = TypeVar("S", bound=Settings)


def with_numbers(base: type[S], ranges: Mapping[str, Range]) -> type[S]:
    """Add an optional number for each dotted name (``"adam.b1"``); None means that the default holds."""
    fields: Any = {
        _attribute(name): (float | None, Field(None, alias=name, ge=span.low, le=span.high))
        for name, span in ranges.items()
    }
    return create_model(base.__name__, __base__=base, __module__=base.__module__, **fields)


def bounded(query: str) -> None:
    """Refuse a query string that no page of ours could have made; raises ``BadSettings``."""
    if len(query) > LONGEST_QUERY:
        raise BadSettings((Problem("query", f"is {len(query)} characters long; the limit is {LONGEST_QUERY}"),))
