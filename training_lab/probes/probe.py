"""A probe: a function of what there is to see before a step, and the arrays it reports by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jaxtyping import PyTree

from training_lab.records import inputs


@inputs("arguments")
@dataclass(frozen=True, eq=False)
class Probe:
    """`fn(view, **arguments)` -> arrays by name, one frame of telemetry.

    With `start`, a function of a view, the probe has a memory: `fn(view, memory, **arguments)` -> arrays, memory. The
    memory of the first frame is `start(view)`. Functions are compiled in: make them in a module, not in a loop.

    Two probes of the same functions are equal if their arguments are equal and hashable, so that a recipe that was
    sent to another process asks for the same program there; a probe with arrays equals only itself.
    """

    fn: Callable[..., Any]
    arguments: Mapping[str, PyTree] = field(default_factory=dict)
    start: Callable[..., PyTree] | None = None

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Probe) and self._identity == other._identity)

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[Any, ...]:
        try:
            return self.fn, self.start, frozenset(self.arguments.items())
        except TypeError:  # an argument that cannot be hashed
            return self.fn, self.start, id(self)

    def __call__(self, view: Any, memory: PyTree) -> tuple[dict[str, PyTree], PyTree]:
        if self.start is None:
            return self.fn(view, **self.arguments), None
        return self.fn(view, memory, **self.arguments)
