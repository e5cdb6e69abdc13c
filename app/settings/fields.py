"""One line per setting: a field of a lesson's settings declares all that is known of it, and the rest is derived.

A field is a number that is dragged (``slider``, ``handle``), something chosen in a native widget (``choice``,
``several``, ``whole``, ``slide``, ``switch``), or only in the address (``hidden``). From that line come the validation
of every input, the sliders of the stage, the widgets, the values that a recording is sent with, what the scene depends
on, and the table of all parameters. ``Settings`` does the deriving.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, Self, TypeVar

from pydantic import BaseModel, Field, create_model

from app.settings.controls import BaseControl, Choice, Several, Slide, Switch, Whole
from app.settings.symbols import capitalised, plain
from app.settings.validators import COMMAS, among, one_of, some_of
from app.stage import Slider

When = Callable[[Any], bool]
Views = tuple[str, ...]  # values of the setting that names the view
LAST = 9  # rank of what stands behind all that is not ranked


class Hyperparameter(Protocol):
    """A number as the libraries declare it: ``optimizers.Hyper`` and ``landscapes.Param``."""

    @property
    def default(self) -> Any: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def log(self) -> bool: ...
    @property
    def symbol(self) -> str: ...
    @property
    def label(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What is known of a setting beside its type and its default.

    Attributes:
        label: as it is read beside a slider or a widget.
        on: in which views it means something: values of the view's setting, or a condition; everywhere if empty.
        scene: whether the scene depends on it, so that a change needs another one; the recording always may.
        rank: settings stand in the order of their ranks, then of their lines.
    """

    label: str
    on: Views | When = ()
    scene: bool = False
    rank: int = 0

    def means_something(self, view: str, experiment: Any) -> bool:
        return self.on(experiment) if callable(self.on) else not self.on or view in self.on


@dataclass(frozen=True, kw_only=True)
class Number(Declared):
    """A number within [low, high].

    Attributes:
        reach: the part of [low, high] that a slider offers, where a hand needs less than an address may say.
        symbol: LaTeX or text; ``unit`` in words or as a sign.
        color: of the run that the number belongs to, if it belongs to one.
        moved_by: a slider of the stage, a handle on a picture, or nothing but the address.
    """

    low: float
    high: float
    default: float | None = None
    log: bool = False
    integer: bool = False
    symbol: str = ""
    unit: str = ""
    group: str = ""
    color: str | None = None
    reach: tuple[float, float] | None = None
    moved_by: Literal["slider", "handle", "address"] = "slider"

    @classmethod
    def of(cls, hyper: Hyperparameter, name: str = "", **more: Any) -> Self:
        """A record's hyperparameter; where it has no label, its name is one."""
        label = hyper.label or name
        scalar = isinstance(hyper.default, int | float)
        own = {"default": hyper.default if scalar else None, "integer": bool(getattr(hyper, "integer", False))}
        same = {part: getattr(hyper, part) for part in ("low", "high", "log", "symbol")}
        return cls(**{"label": label, **own, **same, **more})

    def slider(
        self, name: str, default: float | None = None, *, group: str | None = None, color: str | None = None
    ) -> Slider:
        """The slider of this number under a name in the address, ``"adam.b1"`` for example."""
        low, high = self.reach or (self.low, self.high)
        stands = self.default if default is None else default
        if stands is None:
            raise ValueError(f"{name} has no default of its own; the settings give one (fallback)")
        return Slider(
            name=name,
            label=capitalised(self.label),
            symbol=plain(self.symbol),
            default=stands,
            low=low,
            high=high,
            log=self.log,
            integer=self.integer,
            group=self.group if group is None else group,
            color=self.color if color is None else color,
        )


@dataclass(frozen=True, kw_only=True)
class Widget(Declared):
    """What is chosen in a native widget; the control has no name until it is known which field it is of."""

    control: BaseControl

    def named(self, name: str) -> Any:
        return replace(self.control, name=name)


def field(declared: Declared, default: Any, *rules: Any, **constraints: Any) -> Any:
    """The field of a model that carries a declaration; ``constraints`` are pydantic's, ``rules`` validators."""
    info = Field(default=default, **constraints)
    info.metadata.extend([*rules, declared])
    return info


def number(declared: Number) -> Any:
    """A field for a number; None as its default stands for one that other settings decide (``fallback``)."""
    default = declared.default if declared.default is None or declared.integer else float(declared.default)
    return field(declared, default, ge=declared.low, le=declared.high)


def slider(default: float | None, low: float, high: float, *, label: str, **more: Any) -> Any:
    """A number on a slider of the stage, which the picture follows while it moves; ``more`` as ``Number`` has it."""
    return number(Number(default=default, low=low, high=high, label=label, **more))


def handle(default: float | None, low: float, high: float, *, label: str, **more: Any) -> Any:
    """A number that is moved on a picture: a point, a line, a cell."""
    return number(Number(default=default, low=low, high=high, label=label, moved_by="handle", **more))


def hidden(default: float | None, low: float, high: float, *, label: str, **more: Any) -> Any:
    """A number that only the address says."""
    return number(Number(default=default, low=low, high=high, label=label, moved_by="address", **more))


def whole(
    default: int,
    low: int,
    high: int,
    *,
    label: str,
    step: int = 1,
    share: int = 2,
    resets: tuple[str, ...] = (),
    help: str | None = None,
    **more: Any,
) -> Any:
    """A whole number that is typed or stepped."""
    control = Whole(name="", label=label, low=low, high=high, step=step, share=share, resets=resets, help=help)
    return field(Widget(label=label, control=control, **more), default, ge=low, le=high)


def run_length(default: int, most: int, *, low: int = 1, step: int = 50, label: str = "Steps", **more: Any) -> Any:
    """How many steps a run has; behind the other widgets, in front of the seed."""
    given: dict[str, Any] = {"resets": ("playhead",), "scene": True, "rank": LAST - 1} | more
    return whole(default, low, most, label=label, step=step, **given)


def random_seed(most: int = 9_999, **more: Any) -> Any:
    """Of the weights, of the batches and of whatever else is random."""
    given: dict[str, Any] = {"label": "Seed", "rank": LAST} | more
    return whole(0, 0, most, **given)


def slide(
    default: float,
    low: float,
    high: float,
    *,
    label: str,
    step: float,
    share: int = 6,
    help: str | None = None,
    **more: Any,
) -> Any:
    """A number on a native slider, which takes effect when it is let go."""
    control = Slide(name="", label=label, low=low, high=high, step=step, share=share, help=help)
    return field(Widget(label=label, control=control, **more), default, ge=low, le=high)


def switch(default: bool, *, label: str, share: int = 2, help: str | None = None, **more: Any) -> Any:
    """Something that is on or off."""
    return field(Widget(label=label, control=Switch(name="", label=label, share=share, help=help), **more), default)


def choice(
    default: Any,
    options: Mapping[Any, str],
    *,
    label: str,
    kind: str = "",
    share: int = 2,
    resets: tuple[str, ...] = (),
    help: str | None = None,
    scene: bool = True,
    **more: Any,
) -> Any:
    """One of several, by what stands in the address and what is read; whole numbers or names.

    Args:
        kind: what a name is a name of, for the sentence that refuses another one; "option" if empty.
    """
    names = tuple(options)
    rule = among(*names) if isinstance(names[0], int) else one_of(kind or "option", names)
    control = Choice(name="", label=label, options=options, share=share, resets=resets, help=help)
    return field(Widget(label=label, control=control, scene=scene, **more), default, rule)


def several(
    default: tuple[str, ...],
    options: Mapping[str, str],
    *,
    label: str,
    kind: str,
    most: int,
    least: int = 1,
    share: int = 6,
    resets: tuple[str, ...] = (),
    help: str | None = None,
    scene: bool = True,
    **more: Any,
) -> Any:
    """Some of several names, comma-separated in the address, none twice."""
    control = Several(name="", label=label, options=options, share=share, resets=resets, help=help)
    rules = (COMMAS, some_of(kind, tuple(options), most, least=least))
    return field(Widget(label=label, control=control, scene=scene, **more), default, *rules)


M = TypeVar("M", bound=BaseModel)


def with_numbers(numbers: Mapping[str, Number]) -> Callable[[type[M]], type[M]]:
    """Decorates settings: adds an optional number for each dotted name (``"adam.b1"``).

    None, their default, means that the number follows the record's own default (``fallback``).
    """

    def add(base: type[M]) -> type[M]:
        fields: Any = {attribute(name): (float | None, _dotted(name, of)) for name, of in numbers.items()}
        return create_model(base.__name__, __base__=base, __module__=base.__module__, __doc__=base.__doc__, **fields)

    return add


def _dotted(name: str, declared: Number) -> Any:
    return field(declared, None, alias=name, ge=declared.low, le=declared.high)


def numbers_of(registry: Any, names: Any, **more: Any) -> dict[str, Number]:
    """The dotted numbers of some records of a registry; a hyperparameter that is a list of numbers is left out."""
    hypers = ((f"{name}.{hyper}", hyper, of) for name in names for hyper, of in registry.get(name).hypers.items())
    return {name: Number.of(of, hyper, **more) for name, hyper, of in hypers if isinstance(of.default, int | float)}


def attribute(name: str) -> str:
    """The attribute of a setting by its name in the address: ``"adam.b1"`` is ``adam__b1``."""
    return name.replace(".", "__")


def titles(registry: Any, names: Any = None) -> dict[str, str]:
    """What records of a registry are called, by their names; of all unless some are named."""
    return {name: registry.get(name).title for name in names or registry.names()}


def listed(*values: int) -> dict[int, str]:
    """Options that are a few whole numbers: each is a shape, and each shape is compiled by itself."""
    return {value: str(value) for value in values}
