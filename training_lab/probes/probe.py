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
    """

    fn: Callable[..., Any]
    arguments: Mapping[str, PyTree] = field(default_factory=dict)
    start: Callable[..., PyTree] | None = None

    def __call__(self, view: Any, memory: PyTree) -> tuple[dict[str, PyTree], PyTree]:
        if self.start is None:
            return self.fn(view, **self.arguments), None
        return self.fn(view, memory, **self.arguments)
