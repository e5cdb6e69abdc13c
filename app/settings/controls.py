"""Native widgets for what is chosen rather than dragged, as records; ``app.ui.native_controls`` draws them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class BaseControl:
    """``share`` is its width in sixths of the row; changing it drops the parameters that match ``resets``."""

    name: str
    label: str
    resets: tuple[str, ...] = ()
    help: str | None = None
    share: int = 6


@dataclass(frozen=True, kw_only=True)
class Choice(BaseControl):
    """One of several; ``options`` maps the value in the URL to what is read.

    With ``typed`` the user may also type; ``typed`` and that text are the value then.
    """

    options: Mapping[Any, str]
    typed: str | None = None


@dataclass(frozen=True, kw_only=True)
class Several(BaseControl):
    """Some of several, comma-separated in the URL."""

    options: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Whole(BaseControl):
    """A whole number typed or stepped."""

    low: int
    high: int
    step: int = 1


@dataclass(frozen=True, kw_only=True)
class Switch(BaseControl):
    """On or off."""


@dataclass(frozen=True, kw_only=True)
class Slide(BaseControl):
    """A number on a slider that takes effect when it is released; what can follow a drag is a slider of the stage."""

    low: float
    high: float
    step: float


@dataclass(frozen=True, kw_only=True)
class Upload(BaseControl):
    """A file of one's own. ``keep`` makes of its bytes the value of the setting and what the session has to hold for
    it, or raises ValueError with a sentence for its owner; with the setting go the ``others``. Nothing is written.
    """

    kinds: tuple[str, ...]
    megabytes: int
    keep: Callable[[bytes], tuple[str, Any]]
    others: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Fold:
    """Controls behind a button, for what is seldom changed."""

    label: str
    controls: tuple[Choice | Several | Whole | Switch | Slide | Upload, ...]
    share: int = 2


Control = Choice | Several | Whole | Switch | Slide | Upload | Fold
