"""Tables of one's own, for as long as the session that holds them: nothing is written, and nothing outlives it.

A session holds a ``Table``; everybody else knows its digest. When the session goes, the table goes, and what was
computed from it with it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from queue import SimpleQueue
from weakref import WeakValueDictionary, finalize

import training_lab as lab
from app.environment import DEPLOYMENT
from app.operations import background
from training_lab.datasets import TableError

MOST_BYTES = DEPLOYMENT.table_kb * 2**10
MOST_ROWS = DEPLOYMENT.table_rows
PREFIX = "own-"
GONE = "The table of this link is no longer on the server. Upload it again."


class Gone(KeyError):
    """The table of a recipe that was made while the table was here."""

    def __str__(self) -> str:
        return GONE


class Table:
    """A data set that somebody uploaded."""

    def __init__(self, digest: str, dataset: lab.Dataset) -> None:
        self.digest = digest
        self.dataset = dataset
        self.memory: dict[object, object] = {}  # what was prepared from it


_tables: WeakValueDictionary[str, Table] = WeakValueDictionary()
_when_gone: list[Callable[[str], None]] = []
_gone: SimpleQueue[str] = SimpleQueue()


def read(content: bytes) -> Table:
    """The table in a CSV file with classes in its last column; raises TableError with a sentence for its owner."""
    if len(content) > MOST_BYTES:
        raise TableError(f"the file has {len(content) / 2**20:.1f} MB; {MOST_BYTES / 2**20:.3g} MB is the most")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise TableError("this is not a text file in UTF-8") from None
    if "\0" in text:
        raise TableError("this is not a text file")
    dataset = lab.datasets.from_csv(text)
    if not dataset.classes:
        raise TableError("the last column holds many different numbers; it must hold the class")
    if len(dataset.x) > MOST_ROWS:
        raise TableError(f"the table has {len(dataset.x)} rows; {MOST_ROWS} are the most here")
    return adopt(blake2b(content, digest_size=8).hexdigest(), dataset)


def adopt(digest: str, dataset: lab.Dataset) -> Table:
    """The table with this digest, which stays as long as somebody holds it."""
    table = _tables.get(digest) or Table(digest, dataset)
    if digest not in _tables:
        _tables[digest] = table
        finalize(table, _gone.put, digest)
    return table


def known(digest: str) -> bool:
    """Whether some session still holds the table."""
    return digest in _tables


def name(digest: str) -> str:
    """What the table is called in a recipe."""
    return PREFIX + digest


def is_own(data: str) -> bool:
    """Whether a recipe that calls its data so means an uploaded table."""
    return data.startswith(PREFIX)


def find(data: str) -> Table | None:
    """The table that a recipe calls so; None for other data sets, Gone for a table that is gone."""
    if not is_own(data):
        return None
    table = _tables.get(data.removeprefix(PREFIX))
    if table is None:
        raise Gone(data)
    return table


@contextmanager
def held(*digests: str) -> Iterator[None]:
    """Keep those of these tables that are here from going, while something is checked and then made of them.

    A session may drop its table at any moment, and whoever else opened the link has nothing but the digest.
    """
    kept = [_tables.get(digest) for digest in digests]
    try:
        yield
    finally:
        kept.clear()


def when_gone(forget: Callable[[str], None]) -> None:
    """Call this with the digest of every table that goes, a moment later, in a thread of its own."""
    _when_gone.append(forget)


def _forgetting() -> None:
    """A table may go amid anything, with any lock held: who hears of it there must not wait for one."""
    digest = _gone.get()
    for forget in _when_gone:
        forget(digest)


background.repeat("tables", _forgetting)
