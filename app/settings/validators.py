"""Rules for names out of a registry and for numbers that are one of a few."""

from typing import Any

from pydantic import AfterValidator, BeforeValidator

from app.settings.errors import setting_error


def one_of(kind: str, names: tuple[str, ...]) -> AfterValidator:
    """Annotates a string that must be a name out of a registry."""

    def check(name: str | None) -> str | None:
        if name is not None and name not in names:
            raise setting_error(f"there is no {kind} named {name[:40]!r}; known: {', '.join(names)}")
        return name

    return AfterValidator(check)


def some_of(kind: str, names: tuple[str, ...], most: int, *, least: int = 1) -> AfterValidator:
    """Annotates a tuple of names out of a registry: at least ``least``, at most ``most``, none twice."""

    def check(chosen: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in chosen if name not in names]:
            raise setting_error(f"there is no {kind} named {unknown[0][:40]!r}; known: {', '.join(names)}")
        if not least <= len(chosen) <= most:
            raise setting_error(f"choose between {least} and {most}, not {len(chosen)}")
        if len(set(chosen)) < len(chosen):
            raise setting_error(f"each {kind} at most once")
        return chosen

    return AfterValidator(check)


def _split(given: Any) -> Any:
    return tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given


def among(*values: int) -> AfterValidator:
    """Annotates a whole number that must be one of a few: each is a shape, and each shape is compiled by itself."""

    def check(value: int) -> int:
        if value not in values:
            raise setting_error(f"must be one of {', '.join(map(str, values))}, not {value}")
        return value

    return AfterValidator(check)


COMMAS = BeforeValidator(_split)  # annotates a tuple that is comma-separated in the URL
