"""Which fields of panels and markers name arrays, so that what a picture needs can be read off its records."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_type_hints


class _Names:
    """Marks the type of a field whose text is the name of an array, in the recording or in ``Scene.arrays``."""


ArrayName = Annotated[str, _Names]


class Use(NamedTuple):
    """A field that names an array."""

    record: str  # the type of the panel or marker
    field: str
    array: str


def used(record: object) -> Iterator[Use]:
    """Every array that a panel names, those of its markers and of its raster too."""
    if not is_dataclass(record) or isinstance(record, type):
        return
    naming = _naming(type(record))
    for each in fields(record):
        value = getattr(record, each.name)
        if each.name in naming:
            for name in value if isinstance(value, tuple) else (value,):
                if name is not None:
                    yield Use(type(record).__name__, each.name, name)
        else:
            for part in value if isinstance(value, tuple) else (value,):
                yield from used(part)


@cache
def _naming(record: type) -> frozenset[str]:
    hints = get_type_hints(record, include_extras=True)
    return frozenset(name for name, hint in hints.items() if _names(hint))


def _names(hint: Any) -> bool:
    return _Names in getattr(hint, "__metadata__", ()) or any(_names(part) for part in get_args(hint))
