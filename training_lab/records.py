"""What a recipe is made of: frozen records of names and numbers, which JAX sees as pytrees of the numbers.

A record can be handed to a compiled function as it is. Its names are compiled in, its numbers are inputs: so every
float can be moved without compiling anything, and a record can be the key of a cache.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import jax

C = TypeVar("C", bound=type)
Number: TypeAlias = Any  # a float, or what JAX makes of it while it traces
Pick: TypeAlias = Any  # "adam", ("adam", {"learning_rate": 0.01}), or a Choice: what a record holds is always a Choice


class RecipeError(ValueError):
    """A recipe that cannot be built; `field` says where, as in "network.width"."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field = field


def inputs(*names: str, outside: tuple[str, ...] = ()) -> Callable[[C], C]:
    """Register a frozen dataclass as a pytree: these fields are inputs of a program, the others are compiled in.

    The fields `outside` are neither: a compiled program depends on none of them, and sees None.
    """

    def register(record: C) -> C:
        fields = [field.name for field in dataclasses.fields(record)]
        fixed = tuple(name for name in fields if name not in (*names, *outside))

        def flatten(self: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
            return tuple(getattr(self, name) for name in names), tuple(getattr(self, name) for name in fixed)

        def unflatten(aux: tuple[Any, ...], children: tuple[Any, ...]) -> Any:
            # Not by the constructor: JAX fills trees with all sorts of things on its way.
            self: Any = object.__new__(record)
            values = (
                dict.fromkeys(outside) | dict(zip(names, children, strict=True)) | dict(zip(fixed, aux, strict=True))
            )
            for name, value in values.items():
                object.__setattr__(self, name, value)
            return self

        jax.tree_util.register_pytree_node(record, flatten, unflatten)
        return record

    return register


@jax.tree_util.register_pytree_node_class
@dataclass(frozen=True)
class Choice:
    """A name in a registry, and the hyperparameters that go with it."""

    name: str
    hypers: tuple[tuple[str, Number], ...] = ()

    @classmethod
    def of(cls, given: Pick) -> "Choice":
        """From "adam", from ("adam", {"learning_rate": 0.01}), or from a Choice."""
        if isinstance(given, Choice):
            return given
        name, hypers = (given, {}) if isinstance(given, str) else given
        return cls(name, tuple(sorted(dict(hypers).items())))

    @property
    def values(self) -> dict[str, Number]:
        return dict(self.hypers)

    def resolved(self, field: str, registry: Any) -> "Choice":
        """With all hyperparameters, checked; RecipeError where name, hyperparameter or value is none."""
        try:
            record = registry.get(self.name)
            return Choice(self.name, tuple(sorted(record.resolve(self.values).items())))
        except (KeyError, ValueError) as error:
            raise RecipeError(field, f"cannot be used: {error.args[0]}") from None

    def tree_flatten(self) -> tuple[tuple[Number, ...], tuple[str, tuple[str, ...]]]:
        return tuple(value for _, value in self.hypers), (self.name, tuple(name for name, _ in self.hypers))

    @classmethod
    def tree_unflatten(cls, aux: tuple[str, tuple[str, ...]], values: tuple[Number, ...]) -> "Choice":
        name, hypers = aux
        self = object.__new__(cls)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "hypers", tuple(zip(hypers, values, strict=True)))
        return self
