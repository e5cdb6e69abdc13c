"""A cache with a bound in bytes: what was used longest ago goes first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import is_dataclass
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

V = TypeVar("V")


class Info(NamedTuple):
    hits: int
    misses: int
    currsize: int


class Cache(Generic[V]):
    """Values by hashable keys, at most ``most`` bytes of arrays together; the latest is kept however large it is."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.bytes = 0
        self.hits = self.misses = 0
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()  # the latest last
        self._lock = Lock()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> V | None:
        with self._lock:
            if key not in self._kept:
                self.misses += 1
                return None
            self.hits += 1
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, value: V) -> None:
        with self._lock:
            self.bytes -= self._kept.pop(key, (None, 0))[1]
            self._kept[key] = (value, nbytes(value))
            self.bytes += self._kept[key][1]
            while self.bytes > self.most and len(self._kept) > 1:
                self.bytes -= self._kept.popitem(last=False)[1][1]

    def cache_info(self) -> Info:
        """The figures that ``functools.lru_cache`` reports under the same names."""
        return Info(self.hits, self.misses, len(self._kept))

    def drop(self, which: Callable[[Any], bool]) -> None:
        """Let go of all keys of some kind."""
        with self._lock:
            for key in list(filter(which, self._kept)):
                self.bytes -= self._kept.pop(key)[1]

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self.bytes = 0


def nbytes(value: Any) -> int:
    """Bytes of all arrays in mappings, tuples, lists and dataclasses, however nested; of what knows its own, those."""
    if (own := getattr(value, "nbytes", None)) is not None:
        return int(own)
    if isinstance(value, Mapping):
        return sum(map(nbytes, value.values()))
    if isinstance(value, tuple | list):
        return sum(map(nbytes, value))
    if is_dataclass(value) and not isinstance(value, type):
        return sum(map(nbytes, vars(value).values()))
    return 0
