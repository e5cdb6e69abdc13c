"""The table of all parameters of all lessons, derived from what their settings declare.

``python -m app.lessons.reference`` writes it to ``app/lessons/PARAMETERS.md``; a test holds the file against the code.
"""

from collections.abc import Iterator
from pathlib import Path

from app.contract.lesson import Lesson
from app.lessons import registry
from app.settings.controls import BaseControl, Choice, Several, Slide, Switch, Whole
from app.settings.fields import Declared, Number, Widget
from app.settings.model import Settings

FILE = Path(__file__).with_name("PARAMETERS.md")
HEAD = """# Parameters

The address of a lesson's page is its whole state: `/race?surface=bowl&adam.learning_rate=0.1`. What is not given has
its default. Every lesson also has `playhead`, the step at which the picture stands. Written by
`python -m app.lessons.reference`.
"""
MOVED_BY = {"slider": "slider", "handle": "on the picture", "address": "address alone"}


def text() -> str:
    """The whole file."""
    return "\n".join([HEAD, *(line for lesson in registry.lessons().values() for line in _lesson(lesson))])


def _lesson(lesson: Lesson[Settings]) -> Iterator[str]:
    declared = lesson.Experiment.declared()
    yield f"## {lesson.title} (`/{lesson.name}`)\n"
    yield "| parameter | what it is | default | values | set by | where |"
    yield "|---|---|---|---|---|---|"
    for name, each in declared.items():
        if "." not in name:
            cells = (f"`{name}`", _label(each), _default(lesson, name), _values(each), _moved(each), _where(each))
            yield f"| {' | '.join(cells)} |"
    dotted = [name for name in declared if "." in name]
    if dotted:
        yield f"\nAnd {len(dotted)} numbers of records, within their bounds: `{dotted[0]}`, ..., `{dotted[-1]}`."
    yield ""


def _label(declared: Declared) -> str:
    symbol = f" {declared.symbol}" if isinstance(declared, Number) and declared.symbol else ""
    unit = f", in {declared.unit}" if isinstance(declared, Number) and declared.unit else ""
    return f"{declared.label}{symbol}{unit}".replace("|", "\\|")


def _default(lesson: Lesson[Settings], name: str) -> str:
    value = lesson.Experiment().value(name)
    if value is None:
        return "depends"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _values(declared: Declared) -> str:
    if isinstance(declared, Number):
        return f"{declared.low:g} to {declared.high:g}" + ", logarithmic" * declared.log + ", whole" * declared.integer
    return _options(declared.control) if isinstance(declared, Widget) else "text"


def _options(control: BaseControl) -> str:
    match control:
        case Choice() | Several():
            names = [str(name) for name in control.options if name != ""]
            return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
        case Whole() | Slide():
            return f"{control.low:g} to {control.high:g}"
        case Switch():
            return "true, false"
    return "a file"


def _moved(declared: Declared) -> str:
    if isinstance(declared, Number):
        return MOVED_BY[declared.moved_by]
    return "widget" if isinstance(declared, Widget) else "another widget"


def _where(declared: Declared) -> str:
    return "some settings" if callable(declared.on) else ", ".join(declared.on) or "everywhere"


if __name__ == "__main__":
    FILE.write_text(text())
