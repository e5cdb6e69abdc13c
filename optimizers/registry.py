"""Names to records. A file in `optimizers/methods/` is all it takes to add an optimizer."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from optimizers.records import Optimizer, Record

R = TypeVar("R", bound=Record)


class Registry(Generic[R]):
    """Records of one kind by name, in the order given; two records with one name are an error."""

    def __init__(self, kind: str, records: Iterable[R]) -> None:
        self._kind = kind
        self._records: dict[str, R] = {}
        for record in records:
            if record.name in self._records:
                raise ValueError(f"two {kind}s are called {record.name!r}")
            self._records[record.name] = record

    def names(self) -> tuple[str, ...]:
        return tuple(self._records)

    def get(self, name: str) -> R:
        if name not in self._records:
            raise KeyError(f"no {self._kind} is called {name!r}; known: {', '.join(self._records)}")
        return self._records[name]


def discover(package: str) -> Iterator[Optimizer]:
    """The `OPTIMIZER` of every module of a package. A module that fails to import, or that has none, is an error."""
    path = importlib.import_module(package).__path__
    for module_info in pkgutil.iter_modules(path):
        module = importlib.import_module(f"{package}.{module_info.name}")
        record = getattr(module, "OPTIMIZER", None)
        if not isinstance(record, Optimizer):
            raise TypeError(f"{module.__name__} defines no OPTIMIZER record")
        if record.name != module_info.name:
            raise ValueError(f"{module.__name__} defines an optimizer called {record.name!r}")
        yield record


def teaching_order(optimizers: Iterable[Optimizer]) -> list[Optimizer]:
    """By year, and within a year ancestors first."""
    by_name = {optimizer.name: optimizer for optimizer in optimizers}

    def generation(optimizer: Optimizer) -> int:
        return 0 if optimizer.parent is None else 1 + generation(by_name[optimizer.parent])

    return sorted(by_name.values(), key=lambda optimizer: (optimizer.year, generation(optimizer), optimizer.name))
